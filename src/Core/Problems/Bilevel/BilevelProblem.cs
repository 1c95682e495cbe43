using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Problems.Bilevel;

/// <summary>What a bilevel oracle is computed over: the block and the samples of its two batches.</summary>
/// <param name="place">The block, 0 .. places-1.</param>
/// <param name="samples">
/// The numbers of the training batch; its length is the batch size, also that of the validation batch. Empty for
/// problems without samples, and there means everything, exactly.
/// </param>
/// <param name="noise">Names the batch: the validation samples and whatever else is random are drawn from here.</param>
public readonly ref struct BilevelBatch(int place, ReadOnlySpan<int> samples, Draw noise)
{
    /// <summary>The block.</summary>
    public int Place { get; } = place;

    /// <summary>The numbers of the training batch.</summary>
    public ReadOnlySpan<int> Samples { get; } = samples;

    /// <summary>Names the batch.</summary>
    public Draw Noise { get; } = noise;

    /// <summary>The batch of a call.</summary>
    public static BilevelBatch Of(in OracleCall<double> call) => new(call.Place, call.Samples, call.Noise);
}

/// <summary>
/// min over x of F(x) = (1/m) sum_i f_i(x, y_i(x)), where y_i(x) minimizes g_i(x, .), which is strongly convex: m
/// blocks, one per place. grad F = (1/m) sum_i [grad_x f_i - J_i v_i] with H_i v_i = grad_y f_i at (x, y_i(x)), where
/// H_i = grad^2_yy g_i and J_i = grad^2_xy g_i. A derived class gives the parts; the oracles that methods ask for are
/// made of them here, in plain form.
/// </summary>
public abstract class BilevelProblem : Problem
{
    [ThreadStatic]
    static double[]? _scratch;

    readonly OracleForm[] _oracles;

    /// <summary>Makes the oracles.</summary>
    protected BilevelProblem() => _oracles =
    [
        new(BilevelOracles.LowerGradient, (in OracleCall<double> c) =>
            LowerGradients(BilevelBatch.Of(c), c.Input, c.Input1, c.Output, [])),
        new(BilevelOracles.LowerGradients, (in OracleCall<double> c) =>
            LowerGradients(BilevelBatch.Of(c), c.Input, c.Input1, c.Output, c.Output1)),
        new(BilevelOracles.UpperGradients, (in OracleCall<double> c) =>
            UpperGradients(BilevelBatch.Of(c), c.Input, c.Input1, c.Output, c.Output1)),
        new(BilevelOracles.Hessian, EvaluateHessian),
        new(BilevelOracles.HessianProduct, (in OracleCall<double> c) =>
            HessianProduct(BilevelBatch.Of(c), c.Input, c.Input1, c.Input2, c.Output)),
        new(BilevelOracles.CrossProduct, (in OracleCall<double> c) =>
            CrossProduct(BilevelBatch.Of(c), c.Input, c.Input1, c.Input2, c.Output)),
        new(BilevelOracles.Matrices, EvaluateMatrices),
        new(BilevelOracles.Directions, EvaluateDirections),
        new(BilevelOracles.Hypergradient, EvaluateHypergradient),
    ];

    /// <summary>The dimension of y.</summary>
    public abstract int Lower { get; }

    /// <inheritdoc/>
    public override int Dimension(string name) => name == BilevelOracles.LowerName ? Lower : -1;

    /// <inheritdoc/>
    public override IReadOnlyList<OracleForm> Oracles => _oracles;

    /// <summary>The names of the metrics that <see cref="EvaluateAt"/> gives.</summary>
    public override IReadOnlyList<string> Metrics
    {
        get
        {
            var names = new List<string>();
            EvaluateAt(new double[Parameters], new double[Places * Lower], (name, _) => names.Add(name));
            return [.. names.Where(name => !MetricNames.IsStandard(name))];
        }
    }

    /// <summary>grad_y g and grad_x g of a block over a batch.</summary>
    /// <param name="batch">Block and samples.</param>
    /// <param name="x">d_x coordinates.</param>
    /// <param name="y">d_y coordinates.</param>
    /// <param name="gradY">d_y coordinates: overwritten.</param>
    /// <param name="gradX">d_x coordinates: overwritten; or empty.</param>
    public abstract void LowerGradients(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gradY, Span<double> gradX);

    /// <summary>grad_x f and grad_y f of a block over a batch.</summary>
    /// <param name="batch">Block and samples.</param>
    /// <param name="x">d_x coordinates.</param>
    /// <param name="y">d_y coordinates.</param>
    /// <param name="gradX">d_x coordinates: overwritten; or empty.</param>
    /// <param name="gradY">d_y coordinates: overwritten.</param>
    public abstract void UpperGradients(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gradX, Span<double> gradY);

    /// <summary>H = grad^2_yy g of a block over a batch.</summary>
    /// <param name="batch">Block and samples.</param>
    /// <param name="x">d_x coordinates.</param>
    /// <param name="y">d_y coordinates.</param>
    /// <param name="hessian">d_y x d_y: overwritten.</param>
    public abstract void Hessian(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> hessian);

    /// <summary>H v.</summary>
    /// <param name="batch">Block and samples.</param>
    /// <param name="x">d_x coordinates.</param>
    /// <param name="y">d_y coordinates.</param>
    /// <param name="v">d_y coordinates.</param>
    /// <param name="product">d_y coordinates: overwritten.</param>
    public abstract void HessianProduct(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> v,
        Span<double> product);

    /// <summary>J v, where J = grad^2_xy g is d_x x d_y.</summary>
    /// <param name="batch">Block and samples.</param>
    /// <param name="x">d_x coordinates.</param>
    /// <param name="y">d_y coordinates.</param>
    /// <param name="v">d_y coordinates.</param>
    /// <param name="product">d_x coordinates: overwritten.</param>
    public abstract void CrossProduct(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> v,
        Span<double> product);

    /// <summary>f_i(x, y), exactly.</summary>
    /// <param name="place">The block.</param>
    /// <param name="x">d_x coordinates.</param>
    /// <param name="y">d_y coordinates.</param>
    public abstract double UpperValue(int place, ReadOnlySpan<double> x, ReadOnlySpan<double> y);

    /// <summary>y := y_i(x), the minimizer of g_i(x, .), exactly or to rounding.</summary>
    /// <param name="place">The block.</param>
    /// <param name="x">d_x coordinates.</param>
    /// <param name="y">d_y coordinates: where to begin, and the solution.</param>
    public abstract void SolveLower(int place, ReadOnlySpan<double> x, Span<double> y);

    /// <summary>Everything that a block has, as one batch.</summary>
    /// <param name="place">The block.</param>
    protected BilevelBatch Whole(int place) => new(place, Sampler is { } sampler ? sampler.Shard(place) : [], default);

    /// <summary>F(x) and its gradient by exact lower solutions.</summary>
    /// <inheritdoc/>
    public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient.Clear();
        var (y, sum) = (new double[Lower], new PairwiseSum());
        var direction = new double[gradient.Length];
        for (var place = 0; place < Places; place++)
        {
            Array.Clear(y);
            SolveLower(place, x, y);
            sum.Add(UpperValue(place, x, y));
            if (gradient.IsEmpty)
                continue;
            HypergradientAt(place, x, y, direction);
            RowMath.Axpy(1.0 / Places, direction, gradient);
        }
        return sum.Total / Places;
    }

    /// <summary>grad_x f - J H^-1 grad_y f of a block over all its samples, at any y.</summary>
    /// <param name="place">The block.</param>
    /// <param name="x">d_x coordinates.</param>
    /// <param name="y">d_y coordinates.</param>
    /// <param name="direction">d_x coordinates: overwritten.</param>
    public void HypergradientAt(int place, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> direction)
    {
        var (hessian, v, product) = (new double[Lower * Lower], new double[Lower], new double[direction.Length]);
        Hessian(Whole(place), x, y, hessian);
        UpperGradients(Whole(place), x, y, direction, v);
        SymmetricMatrix.Solve(hessian, v, v);
        CrossProduct(Whole(place), x, y, v, product);
        RowMath.Axpy(-1, product, direction);
    }

    /// <summary>
    /// Metrics where the blocks keep lower solutions of their own. By default those of x with exact lower solutions,
    /// and <c>lower-error</c>, the mean over blocks of |y_i - y_i(x)|^2.
    /// </summary>
    /// <param name="x">d_x coordinates.</param>
    /// <param name="lower">places x d_y: each block's y.</param>
    /// <param name="metric">Receives each metric.</param>
    public virtual void EvaluateAt(ReadOnlySpan<double> x, ReadOnlySpan<double> lower, Action<string, double> metric)
    {
        var gradient = new double[x.Length];
        var loss = Objective(x, gradient);
        metric(MetricNames.Loss, loss);
        if (Optimum is { } optimum)
        {
            metric(MetricNames.Gap, loss - optimum.Value);
            metric(MetricNames.SquaredError, SquaredDistance(x, optimum.Point));
        }
        metric(MetricNames.GradientNorm, Math.Sqrt(RowMath.SquaredNorm(gradient)));
        var (y, sum) = (new double[Lower], new PairwiseSum());
        for (var place = 0; place < Places; place++)
        {
            Array.Clear(y);
            SolveLower(place, x, y);
            sum.Add(SquaredDistance(lower.Slice(place * Lower, Lower), y));
        }
        metric("lower-error", sum.Total / Places);
        Evaluate(x, metric);
    }

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) => metric == "lower-error" ? Scale.Log : Scale.Linear;

    static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++)
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        return sum;
    }

    void EvaluateHessian(in OracleCall<double> call)
    {
        var batch = BilevelBatch.Of(call);
        LowerGradients(batch, call.Input, call.Input1, call.Output, []);
        Hessian(batch, call.Input, call.Input1, call.Output1);
    }

    // Column k of J is J e_k.
    void EvaluateMatrices(in OracleCall<double> call)
    {
        var batch = BilevelBatch.Of(call);
        var lower = call.Input1.Length;
        Hessian(batch, call.Input, call.Input1, call.Output);
        var scratch = Scratch(lower + call.Input.Length);
        var unit = scratch[..lower];
        var column = scratch[lower..];
        unit.Clear();
        for (var k = 0; k < lower; k++)
        {
            unit[k] = 1;
            CrossProduct(batch, call.Input, call.Input1, unit, column);
            unit[k] = 0;
            for (var row = 0; row < column.Length; row++)
                call.Output1[row * lower + k] = column[row];
        }
    }

    void EvaluateDirections(in OracleCall<double> call)
    {
        var batch = BilevelBatch.Of(call);
        var scratch = Scratch(call.Output1.Length + call.Output2.Length);
        var gradY = scratch[..call.Output1.Length];
        var product = scratch[call.Output1.Length..];
        LowerGradients(batch, call.Input, call.Input1, call.Output, []);
        HessianProduct(batch, call.Input, call.Input1, call.Input2, call.Output1);
        UpperGradients(batch, call.Input, call.Input1, call.Output2, gradY);
        RowMath.Axpy(-1, gradY, call.Output1);
        CrossProduct(batch, call.Input, call.Input1, call.Input2, product);
        RowMath.Axpy(-1, product, call.Output2);
    }

    void EvaluateHypergradient(in OracleCall<double> call)
    {
        var batch = BilevelBatch.Of(call);
        var scratch = Scratch(call.Output.Length + call.Output2.Length);
        var v = scratch[..call.Output.Length];
        var product = scratch[call.Output.Length..];
        LowerGradients(batch, call.Input, call.Input1, call.Output, []);
        Hessian(batch, call.Input, call.Input1, call.Output1);
        UpperGradients(batch, call.Input, call.Input1, call.Output2, v);
        SymmetricMatrix.Solve(call.Input2, v, v);
        CrossProduct(batch, call.Input, call.Input1, v, product);
        RowMath.Axpy(-1, product, call.Output2);
    }

    static Span<double> Scratch(int length)
    {
        if (_scratch is null || _scratch.Length < length)
            _scratch = new double[length];
        return _scratch.AsSpan(0, length);
    }
}
