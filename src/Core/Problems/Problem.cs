using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Problems;

/// <summary>Names a problem in experiment files.</summary>
/// <param name="name">The name, for instance <c>logistic-regression</c>.</param>
public sealed class ProblemAttribute(string name) : EntryAttribute(name);

/// <summary>What a problem is built from, beside its options.</summary>
/// <param name="Places">The number of places where data lies: workers or nodes.</param>
/// <param name="DataSeed">The seed of synthetic data, splits and shards.</param>
/// <param name="Locate">
/// Finds a data file by name or path; throws <see cref="InputException"/> when it is nowhere.
/// </param>
/// <param name="Topology">The graph of the nodes, for shards that follow it; null for workers.</param>
public sealed record ProblemContext(
    int Places, ulong DataSeed, Func<string, string> Locate, Topologies.Topology? Topology = null);

/// <summary>
/// An objective F(x) = mean over places p of f_p(x), its data, and the oracles a method may ask for, in plain scalar
/// form. That form is the definition; faster ones in Kernels are held to it. Immutable once built, shared by all runs.
/// </summary>
[EntryKind("problems")]
public abstract class Problem
{
    /// <summary>Opens or makes the data and deals it out to the places. Called once, before anything else.</summary>
    public abstract void Build(ProblemContext context);

    /// <summary>The number of parameters, d.</summary>
    public abstract int Parameters { get; }

    /// <summary>The number of places the data was dealt out to.</summary>
    public abstract int Places { get; }

    /// <summary>
    /// The value of a named dimension other than <c>parameters</c> and <c>nodes</c>; -1 if it has none.
    /// </summary>
    public virtual int Dimension(string name) => -1;

    /// <summary>The oracles, each with its plain form.</summary>
    public abstract IReadOnlyList<OracleForm> Oracles { get; }

    /// <summary>
    /// Draws batches of sample numbers from the places' shards; null where the problem has no samples.
    /// </summary>
    public virtual BatchSampler? Sampler => null;

    /// <summary>
    /// A lower bound mu on the curvature of F, 0 where none is known; > 0 makes the optimum certifiable.
    /// </summary>
    public virtual double StrongConvexity => 0;

    /// <summary>An upper bound L on the curvature of F; null where none is known.</summary>
    public virtual double? Smoothness => null;

    /// <summary>
    /// A text that determines the objective: data checksums, options, seed. The optimum is cached under its hash.
    /// </summary>
    public abstract string Fingerprint { get; }

    /// <summary>The layers of the parameters, in order and without gaps; by default one of all.</summary>
    public virtual IReadOnlyList<ParameterBlock> Blocks => [new("all", 0, Parameters)];

    /// <summary>
    /// Where runs start unless the experiment says otherwise: d coordinates drawn from the seed; null for zeros.
    /// </summary>
    /// <param name="seed">The initialization seed.</param>
    public virtual double[]? InitialPoint(ulong seed) => null;

    /// <summary>
    /// A faster form of the sums that metrics are, set by the host before it evaluates; null for the plain form.
    /// </summary>
    public FastLoss? FastLoss { get; set; }

    /// <summary>The optimum where it is known in closed form, or once it was computed; null otherwise.</summary>
    public Optimum? Optimum { get; set; }

    /// <summary>F(x) over the training part of all places, in float64.</summary>
    /// <param name="x">d coordinates.</param>
    /// <param name="gradient">If not empty, receives grad F(x), d coordinates.</param>
    public abstract double Objective(ReadOnlySpan<double> x, Span<double> gradient);

    /// <summary>
    /// The Hessian of F at x times a vector, for diagnostics. By default central differences of the gradient along
    /// u = v / |v|: <c>|v| (grad F(x + h u) - grad F(x - h u)) / (2 h)</c> with h = 6e-6 max(1, |x|), that is
    /// epsilon^(1/3) of the scale of x; its error is about h^2 times the fourth derivative. Where the gradient has
    /// kinks (ReLU), it is the gradient's mean slope over 2 h.
    /// </summary>
    /// <param name="x">d coordinates.</param>
    /// <param name="v">d coordinates.</param>
    /// <param name="product">Receives d coordinates; none of the other two.</param>
    public virtual void HessianVector(ReadOnlySpan<double> x, ReadOnlySpan<double> v, Span<double> product)
    {
        const double relative = 6e-6;
        double norm = Math.Sqrt(RowMath.SquaredNorm(v)), h = relative * Math.Max(1, Math.Sqrt(RowMath.SquaredNorm(x)));
        if (norm == 0)
        {
            product.Clear();
            return;
        }
        var point = x.ToArray();
        var below = new double[point.Length];
        RowMath.Axpy(-h / norm, v, point);
        Objective(point, below);
        x.CopyTo(point);
        RowMath.Axpy(h / norm, v, point);
        Objective(point, product);
        for (var i = 0; i < product.Length; i++)
            product[i] = (product[i] - below[i]) * (norm / (2 * h));
    }

    /// <summary>
    /// Metrics of one point beside loss, gap, error and gradient norm, for instance the accuracy on the test part.
    /// </summary>
    public virtual void Evaluate(ReadOnlySpan<double> x, Action<string, double> metric)
    {
    }

    /// <summary>
    /// F(x), grad F(x) and the metrics of <see cref="Evaluate"/> at once: a problem may share work between them, and
    /// gives the same numbers.
    /// </summary>
    /// <param name="x">d coordinates.</param>
    /// <param name="gradient">Receives grad F(x), d coordinates.</param>
    /// <param name="metric">Receives each metric.</param>
    /// <returns>F(x).</returns>
    public virtual double Measure(ReadOnlySpan<double> x, Span<double> gradient, Action<string, double> metric)
    {
        var value = Objective(x, gradient);
        Evaluate(x, metric);
        return value;
    }

    /// <summary>The names of the metrics that <see cref="Evaluate"/> gives.</summary>
    public virtual IReadOnlyList<string> Metrics
    {
        get
        {
            var names = new List<string>();
            Evaluate(new double[Parameters], (name, _) => names.Add(name));
            return names;
        }
    }

    /// <summary>
    /// The scale of <c>loss</c> and of each metric that <see cref="Evaluate"/> gives; linear unless a problem knows
    /// that a metric is never negative, or a share.
    /// </summary>
    /// <param name="metric">The metric's name.</param>
    public virtual Scale ScaleOf(string metric) => Scale.Linear;

    /// <summary>Whether more is better of a metric that <see cref="Evaluate"/> gives; of most, less is.</summary>
    /// <param name="metric">The metric's name.</param>
    public virtual bool IsBetterAbove(string metric) => false;

    /// <summary>Facts for the user: rows, dimension, label mapping, sizes of the parts and shards.</summary>
    public virtual IEnumerable<(string Name, string Value)> Facts() => [];

    /// <summary>What is dubious in its data, a sentence each.</summary>
    public virtual IEnumerable<string> Warnings() => [];
}

/// <summary>A minimizer and how well it is certified.</summary>
/// <param name="Point">d coordinates.</param>
/// <param name="Value">F at the point.</param>
/// <param name="GapBound">F(point) - min F is at most this: |grad F|^2 / (2 mu); +infinity for 'best known'.</param>
public sealed record Optimum(double[] Point, double Value, double GapBound)
{
    /// <summary>Whether the bound is finite: otherwise the point is only the best known.</summary>
    public bool IsCertified => double.IsFinite(GapBound);
}

/// <summary>An oracle and its plain form.</summary>
/// <param name="Oracle">The signature.</param>
/// <param name="Evaluate">The formula, in plain scalar form.</param>
public sealed record OracleForm(Oracle Oracle, OracleFunction Evaluate)
{
    /// <summary>
    /// The formula for calls of consecutive places at once, for an oracle of one input and one output of the same
    /// dimension; the same bits as one call after the other. Where <see cref="OracleRows{T}.IsShared"/>, what depends
    /// on the input alone need be computed only once. Null: one call after the other.
    /// </summary>
    public OracleRowsFunction? EvaluateRows { get; init; }
}

/// <summary>The plain form of an oracle.</summary>
public delegate void OracleFunction(in OracleCall<double> call);

/// <summary>The plain form of an oracle for many calls.</summary>
public delegate void OracleRowsFunction(in OracleRows<double> rows);

/// <summary>One evaluation of an oracle: everything it may depend on, and where its results go.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct OracleCall<T>
    where T : unmanaged
{
    /// <summary>The first input.</summary>
    public ReadOnlySpan<T> Input { get; init; }

    /// <summary>The second input.</summary>
    public ReadOnlySpan<T> Input1 { get; init; }

    /// <summary>The third input.</summary>
    public ReadOnlySpan<T> Input2 { get; init; }

    /// <summary>The first output: overwritten, whatever it holds.</summary>
    public Span<T> Output { get; init; }

    /// <summary>The second output: overwritten.</summary>
    public Span<T> Output1 { get; init; }

    /// <summary>The third output: overwritten.</summary>
    public Span<T> Output2 { get; init; }

    /// <summary>The scalar results.</summary>
    public Span<double> Scalars { get; init; }

    /// <summary>Whose data, 0 .. places-1.</summary>
    public int Place { get; init; }

    /// <summary>
    /// The numbers of the batch's samples, for several steps one batch after the other; empty where the problem has no
    /// samples.
    /// </summary>
    public ReadOnlySpan<int> Samples { get; init; }

    /// <summary>Names the batch: what else is random in the oracle is drawn from here.</summary>
    public Draw Noise { get; init; }

    /// <summary>How many steps; other numbers than 1 only in local training.</summary>
    public int Steps { get; init; }

    /// <summary>Samples per step; where it is the number of all samples, every step takes all of them.</summary>
    public int Batch { get; init; }

    /// <summary>Which step of the learning-rate schedule the first step is.</summary>
    public long RateStep { get; init; }

    /// <summary>How many steps the optimizer's state has made before.</summary>
    public long OptimizerStep { get; init; }
}

/// <summary>A faster form of an oracle of one problem, found by <see cref="FastOracleAttribute"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <remarks>It has a public constructor that takes the problem; it must agree with the plain form to
/// rounding.</remarks>
public abstract class FastOracle<T>
    where T : unmanaged
{
    /// <summary>
    /// Evaluates one call. Called from several threads at once; the result depends on the call alone.
    /// </summary>
    public abstract void Evaluate(in OracleCall<T> call);

    /// <summary>
    /// Told of samples that a call is going to have soon, so that their data can be fetched meanwhile. By default
    /// nothing is.
    /// </summary>
    /// <param name="samples">Sample numbers.</param>
    public virtual void Fetch(ReadOnlySpan<int> samples)
    {
    }

    /// <summary>
    /// Evaluates many calls of one input and one output, by default one after the other; an override gives the same
    /// bits. Called from several threads at once.
    /// </summary>
    public virtual void EvaluateRows(in OracleRows<T> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            Evaluate(new OracleCall<T>
            {
                Input = rows.Input(i),
                Output = rows.Output(i),
                Place = rows.FirstPlace + i,
                Samples = rows.SamplesOf(i),
                Noise = new Draw(rows.Seed, Purpose.Noise, (ulong)(rows.FirstAgent + i), (ulong)rows.Number),
                Steps = 1,
                Batch = rows.Batch,
            });
        }
    }
}

/// <summary>
/// Calls of consecutive places to one oracle of one input and one output of the same dimension, or to local steps.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct OracleRows<T>
    where T : unmanaged
{
    /// <summary>How many calls.</summary>
    public int Count { get; init; }

    /// <summary>d, the dimension of an input and of an output.</summary>
    public int Dimension { get; init; }

    /// <summary>The inputs, shape (count, d), or the one input of all calls, shape (d).</summary>
    public ReadOnlySpan<T> Inputs { get; init; }

    /// <summary>
    /// Whether all calls have one input, as workers have that compute at the same version of a model.
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>The outputs, shape (count, d): overwritten.</summary>
    public Span<T> Outputs { get; init; }

    /// <summary>The optimizer's first state of local steps, shape (count, d), in and out; empty for none.</summary>
    public Span<T> States0 { get; init; }

    /// <summary>The optimizer's second state of local steps, shape (count, d), in and out.</summary>
    public Span<T> States1 { get; init; }

    /// <summary>Samples per call, of local steps per step; 0 where the problem has no samples.</summary>
    public int Batch { get; init; }

    /// <summary>The numbers of the samples, shape (count, batch), of local steps (count, steps, batch).</summary>
    public ReadOnlySpan<int> Samples { get; init; }

    /// <summary>How many local steps; 0 for any other oracle.</summary>
    public int Steps { get; init; }

    /// <summary>Which step of the learning-rate schedule the first local step is.</summary>
    public long RateStep { get; init; }

    /// <summary>How many steps the optimizer's state has made before.</summary>
    public long OptimizerStep { get; init; }

    /// <summary>The first call's place.</summary>
    public int FirstPlace { get; init; }

    /// <summary>The seed of the run, and the agent and number in the first call's batch key.</summary>
    public ulong Seed { get; init; }

    /// <summary>The first call's agent.</summary>
    public long FirstAgent { get; init; }

    /// <summary>The rank of the computation, the same for all.</summary>
    public long Number { get; init; }

    /// <summary>A call's input, shape (d).</summary>
    public ReadOnlySpan<T> Input(int i) => IsShared ? Inputs : Inputs.Slice(i * Dimension, Dimension);

    /// <summary>A call's output, shape (d).</summary>
    public Span<T> Output(int i) => Outputs.Slice(i * Dimension, Dimension);

    /// <summary>A call's samples: batch, of local steps (steps, batch).</summary>
    public ReadOnlySpan<int> SamplesOf(int i) => SamplesOf(i, 1);

    ReadOnlySpan<int> SamplesOf(int first, int count)
    {
        var each = Math.Max(1, Steps) * Batch;
        return Samples.Slice(first * each, count * each);
    }

    /// <summary>The same calls at another float width, without the states of local steps.</summary>
    /// <typeparam name="TOther">float or double.</typeparam>
    /// <param name="inputs">Their inputs.</param>
    /// <param name="outputs">Their outputs.</param>
    public OracleRows<TOther> With<TOther>(ReadOnlySpan<TOther> inputs, Span<TOther> outputs)
        where TOther : unmanaged => new()
        {
            Count = Count,
            Dimension = Dimension,
            Inputs = inputs,
            IsShared = IsShared,
            Outputs = outputs,
            Batch = Batch,
            Samples = Samples,
            Steps = Steps,
            FirstPlace = FirstPlace,
            Seed = Seed,
            FirstAgent = FirstAgent,
            Number = Number,
        };

    /// <summary>Some of the calls.</summary>
    public OracleRows<T> Slice(int first, int count) => new()
    {
        Count = count,
        Dimension = Dimension,
        Inputs = IsShared ? Inputs : Inputs.Slice(first * Dimension, count * Dimension),
        IsShared = IsShared,
        Outputs = Outputs.Slice(first * Dimension, count * Dimension),
        States0 = States0.IsEmpty ? [] : States0.Slice(first * Dimension, count * Dimension),
        States1 = States1.IsEmpty ? [] : States1.Slice(first * Dimension, count * Dimension),
        Batch = Batch,
        Samples = SamplesOf(first, count),
        Steps = Steps,
        RateStep = RateStep,
        OptimizerStep = OptimizerStep,
        FirstPlace = FirstPlace + first,
        Seed = Seed,
        FirstAgent = FirstAgent + first,
        Number = Number,
    };
}

/// <summary>Binds a generic class derived from <see cref="FastOracle{T}"/> to the plain form it replaces.</summary>
/// <param name="problem">The problem's type.</param>
/// <param name="oracle">The oracle's name.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FastOracleAttribute(Type problem, string oracle) : Attribute
{
    /// <summary>The problem's type.</summary>
    public Type Problem { get; } = problem;

    /// <summary>The oracle's name.</summary>
    public string Oracle { get; } = oracle;
}

/// <summary>Draws batches: which samples a batch key names at a place.</summary>
public abstract class BatchSampler
{
    /// <summary>The number of samples at a place.</summary>
    public abstract int ShardSize(int place);

    /// <summary>The numbers of all samples at a place: what a batch of size 0 is, in this order.</summary>
    public abstract ReadOnlySpan<int> Shard(int place);

    /// <summary>Fills <paramref name="samples"/> with the sample numbers of a batch.</summary>
    /// <param name="place">Whose shard.</param>
    /// <param name="key">Names the batch: the same key and place give the same samples.</param>
    /// <param name="runSeed">The seed of the run.</param>
    /// <param name="samples">As many as the batch has; for batches of size 0 see <see cref="Shard"/>.</param>
    public abstract void Draw(int place, BatchKey key, ulong runSeed, Span<int> samples);

    /// <summary>
    /// Whether every number of a batch is that of <see cref="Independent"/>, and so can be drawn anywhere.
    /// </summary>
    public virtual bool IsIndependent => false;

    /// <summary>Draws which sample of its shard a number of a batch is, independent of all others.</summary>
    /// <param name="runSeed">The seed of the run.</param>
    /// <param name="agent">The agent of the batch's key.</param>
    /// <param name="number">The number of the batch's key.</param>
    /// <param name="size">How many samples the shard has, at least 1.</param>
    /// <param name="i">Which number of the batch.</param>
    public static int Independent(ulong runSeed, long agent, long number, int size, int i)
    {
        var rank = (ulong)(i / PerDraw) << RankBit;
        return new Draw(runSeed, Purpose.Batch, (ulong)agent, (ulong)number | rank).Below(size, i % PerDraw);
    }

    // Draw.Below serves 4,096 numbers of a draw; further ones come from draws whose k has the rank above this bit.
    private protected const int PerDraw = 4096, RankBit = 40;

    /// <summary>Draws for consecutive places, with keys of consecutive agents.</summary>
    /// <param name="firstPlace">The first shard.</param>
    /// <param name="firstKey">Its key; the next place's has the next agent.</param>
    /// <param name="runSeed">The seed of the run.</param>
    /// <param name="batch">How many samples of each, at least 1.</param>
    /// <param name="samples">Place after place.</param>
    public virtual void DrawMany(int firstPlace, BatchKey firstKey, ulong runSeed, int batch, Span<int> samples)
    {
        for (var i = 0; i * batch < samples.Length; i++)
        {
            var key = firstKey with { Agent = firstKey.Agent + i };
            Draw(firstPlace + i, key, runSeed, samples.Slice(i * batch, batch));
        }
    }
}
