using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Problems.Bilevel;

/// <summary>
/// Bilevel with everything in closed form: g_i(x,y) = (1/2) y.A_i y - y.(B_i x + d_i) and
/// f_i(x,y) = (1/2) |y - c_i|^2 + (rho/2) |x|^2 for block i. Then y_i(x) = A_i^-1 (B_i x + d_i), and the optimum solves
/// (rho I + (1/m) sum_i B_i^T A_i^-2 B_i) x = (1/m) sum_i B_i^T A_i^-1 (c_i - A_i^-1 d_i).
/// </summary>
/// <remarks>
/// A sample's c_i and d_i carry normal noise of standard deviation <c>noise</c> per coordinate, its A_i (symmetric) and
/// B_i of <c>matrix-noise</c> per entry; a batch of b samples carries 1/sqrt(b) of it, a batch of size 0 none. The
/// noise of a batch key is the same in all oracles and at all points: what is additive cancels in differences, what is
/// on the matrices does not.
/// </remarks>
/// <param name="options">Blocks, noise.</param>
[Problem("quadratic-bilevel")]
public sealed class QuadraticBilevel(QuadraticBilevel.Options options) : BilevelProblem
{
    // Words of a draw: normal number i below this can be told apart.
    const int NormalsMax = 1 << 16;

    // Those of the batch that the thread computes with: all parts of an oracle ask for the same ones.
    [ThreadStatic]
    static DrawnNormals? _normals;

    int _places, _upper, _lower;
    double[] _a = [], _b = [], _c = [], _d = [], _factors = [];
    double _curvature;

    /// <summary>One block, given in numbers.</summary>
    public sealed record BlockOptions
    {
        /// <summary>A, rows of a symmetric positive definite matrix.</summary>
        public required double[][] Curvature { get; init; }

        /// <summary>B, as many rows as A has, each with a number per parameter.</summary>
        public required double[][] Coupling { get; init; }

        /// <summary>c.</summary>
        public required double[] Target { get; init; }

        /// <summary>d; zeros by default.</summary>
        public double[]? Shift { get; init; }
    }

    /// <summary>Blocks, noise. Blocks are listed, or drawn.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The blocks, one per worker.</summary>
        public BlockOptions[]? Blocks { get; init; }

        /// <summary>The dimension of x for drawn blocks.</summary>
        [Range(0, 10_000)]
        public int Dimension { get; init; }

        /// <summary>The dimension of y for drawn blocks; by default that of x.</summary>
        [Range(0, 1_000)]
        public int Lower { get; init; }

        /// <summary>
        /// Largest over smallest eigenvalue of drawn A_i; they go from 1 to 1/this geometrically, in drawn directions.
        /// </summary>
        [Range(1, 1e9)]
        public double Conditioning { get; init; } = 2;

        /// <summary>
        /// How far the drawn B_i, c_i and d_i of a block lie from those that all blocks share: their standard deviation
        /// over that of the shared ones.
        /// </summary>
        [Range(0, 1e6)]
        public double Heterogeneity { get; init; } = 1;

        /// <summary>rho in the term (rho/2) |x|^2 of every f_i.</summary>
        [Range(0, 1e6)]
        public double Regularization { get; init; } = 0.1;

        /// <summary>The standard deviation of one sample's c_i and d_i, per coordinate.</summary>
        [Range(0, 1e6)]
        public double Noise { get; init; }

        /// <summary>The standard deviation of one sample's A_i and B_i, per entry.</summary>
        [Range(0, 1e6)]
        public double MatrixNoise { get; init; }

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if ((Blocks is null) == (Dimension == 0))
                yield return "give either blocks or dimension";
            foreach (var block in Blocks ?? [])
            {
                var (lower, upper) = (block.Curvature.Length, block.Coupling.FirstOrDefault()?.Length ?? 0);
                var first = Blocks![0];
                if (lower == 0 || upper == 0 || block.Curvature.Any(row => row.Length != lower)
                    || block.Coupling.Length != lower || block.Coupling.Any(row => row.Length != upper)
                    || block.Target.Length != lower || (block.Shift?.Length ?? lower) != lower
                    || lower != first.Curvature.Length || upper != first.Coupling[0].Length)
                {
                    yield return "curvature is square, coupling has its rows, target and shift its length, "
                        + "and all blocks have the same sizes";
                    yield break;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override int Parameters => _upper;

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) =>
        metric == MetricNames.Loss ? Runs.Scale.Log : base.ScaleOf(metric);

    /// <inheritdoc/>
    public override int Lower => _lower;

    /// <inheritdoc/>
    public override int Places => _places;

    /// <inheritdoc/>
    public override BatchSampler? Sampler { get; } = new CountOnly();

    /// <summary>rho bounds the curvature of F from below.</summary>
    public override double StrongConvexity => options.Regularization;

    /// <summary>rho + the largest eigenvalue of (1/m) sum_i B_i^T A_i^-2 B_i.</summary>
    public override double? Smoothness => _curvature;

    /// <inheritdoc/>
    public override string Fingerprint =>
        $"quadratic-bilevel 1; regularization {options.Regularization:R}; parameters {_upper}; lower {_lower}; sha256 "
        + Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes([.. _a, .. _b, .. _c, .. _d])));

    /// <inheritdoc/>
    public override void Build(ProblemContext context)
    {
        _places = context.Places;
        if (options.Blocks is { } blocks)
            TakeListed(blocks);
        else
            DrawBlocks(context.DataSeed);
        if (options.Noise + options.MatrixNoise > 0
            && 2L * _lower + (long)_lower * (_lower + 1) / 2 + (long)_lower * _upper > NormalsMax)
        {
            throw new InputException(
                $"quadratic-bilevel: noise for {_upper} x {_lower} coordinates takes more than {NormalsMax} draws a "
                + "batch; take fewer");
        }
        _factors = (double[])_a.Clone();
        for (var i = 0; i < _places; i++)
        {
            if (!SymmetricMatrix.Factor(Part(_factors, i, _lower * _lower)))
                throw new InputException($"quadratic-bilevel: the curvature of block {i} is not positive definite");
        }
        SolveUpper();
    }

    /// <inheritdoc/>
    public override void LowerGradients(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gradY, Span<double> gradX)
    {
        HessianProduct(batch, x, y, y, gradY);
        var b = Part(_b, batch.Place, _lower * _upper);
        var d = Part(_d, batch.Place, _lower);
        for (var r = 0; r < _lower; r++)
            gradY[r] -= RowMath.Dot(b.Slice(r * _upper, _upper), x) + d[r];
        if (Scale(batch, options.Noise) is > 0 and var noise)
        {
            var normals = Normals(batch, 2 * _lower);
            for (var r = 0; r < _lower; r++)
                gradY[r] -= noise * normals[_lower + r];
        }
        if (Scale(batch, options.MatrixNoise) is > 0 and var matrix)
        {
            var normals = Normals(batch, CouplingNoise(_lower, 0));
            for (var r = 0; r < _lower; r++)
            {
                for (var k = 0; k < _upper; k++)
                    gradY[r] -= matrix * normals[CouplingNoise(r, k)] * x[k];
            }
        }
        if (!gradX.IsEmpty)
            CrossProduct(batch, x, y, y, gradX);        // grad_x g = -B^T y = J y
    }

    /// <inheritdoc/>
    public override void UpperGradients(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gradX, Span<double> gradY)
    {
        var c = Part(_c, batch.Place, _lower);
        var noise = Scale(batch, options.Noise);
        var normals = noise > 0 ? Normals(batch, _lower) : [];
        for (var r = 0; r < _lower; r++)
            gradY[r] = y[r] - c[r] - (noise > 0 ? noise * normals[r] : 0);
        for (var k = 0; k < gradX.Length; k++)
            gradX[k] = options.Regularization * x[k];
    }

    /// <inheritdoc/>
    public override void Hessian(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> hessian)
    {
        Part(_a, batch.Place, _lower * _lower).CopyTo(hessian);
        if (Scale(batch, options.MatrixNoise) is not (> 0 and var noise))
            return;
        var normals = Normals(batch, CouplingNoise(0, 0));
        for (var r = 0; r < _lower; r++)
        {
            for (var k = 0; k < _lower; k++)
                hessian[r * _lower + k] += noise * normals[CurvatureNoise(r, k)];
        }
    }

    /// <inheritdoc/>
    public override void HessianProduct(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> v,
        Span<double> product)
    {
        var a = Part(_a, batch.Place, _lower * _lower);
        for (var r = 0; r < _lower; r++)
            product[r] = RowMath.Dot(a.Slice(r * _lower, _lower), v);
        if (Scale(batch, options.MatrixNoise) is not (> 0 and var noise))
            return;
        var normals = Normals(batch, CouplingNoise(0, 0));
        for (var r = 0; r < _lower; r++)
        {
            for (var k = 0; k < _lower; k++)
                product[r] += noise * normals[CurvatureNoise(r, k)] * v[k];
        }
    }

    /// <summary>J v = -B^T v.</summary>
    /// <inheritdoc/>
    public override void CrossProduct(
        in BilevelBatch batch, ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> v,
        Span<double> product)
    {
        product.Clear();
        var b = Part(_b, batch.Place, _lower * _upper);
        for (var r = 0; r < _lower; r++)
            RowMath.Axpy(-v[r], b.Slice(r * _upper, _upper), product);
        if (Scale(batch, options.MatrixNoise) is not (> 0 and var noise))
            return;
        var normals = Normals(batch, CouplingNoise(_lower, 0));
        for (var r = 0; r < _lower; r++)
        {
            for (var k = 0; k < _upper; k++)
                product[k] -= noise * normals[CouplingNoise(r, k)] * v[r];
        }
    }

    /// <inheritdoc/>
    public override double UpperValue(int place, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var c = Part(_c, place, _lower);
        var sum = 0.0;
        for (var r = 0; r < _lower; r++)
            sum += (y[r] - c[r]) * (y[r] - c[r]);
        return 0.5 * sum + 0.5 * options.Regularization * RowMath.SquaredNorm(x);
    }

    /// <inheritdoc/>
    public override void SolveLower(int place, ReadOnlySpan<double> x, Span<double> y)
    {
        var b = Part(_b, place, _lower * _upper);
        Part(_d, place, _lower).CopyTo(y);
        for (var r = 0; r < _lower; r++)
            y[r] += RowMath.Dot(b.Slice(r * _upper, _upper), x);
        SymmetricMatrix.SolveFactored(Part(_factors, place, _lower * _lower), y);
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, string Value)> Facts() =>
    [
        ("parameters", _upper.ToString(CultureInfo.InvariantCulture)),
        ("lower", $"{_lower} for each of {_places} blocks"),
        ("objective at the optimum", Optimum is { } optimum ? $"{Counted.Digits(optimum.Value, 6)}" : "unknown"),
    ];

    static Span<double> Part(double[] all, int place, int size) => all.AsSpan(place * size, size);

    static double Scale(in BilevelBatch batch, double noise) =>
        batch.Samples.Length == 0 ? 0 : noise / Math.Sqrt(batch.Samples.Length);

    // Normal numbers of a batch: c, d, the upper triangle of A by columns, B by rows.
    int CurvatureNoise(int r, int k) => 2 * _lower + Math.Max(r, k) * (Math.Max(r, k) + 1) / 2 + Math.Min(r, k);

    int CouplingNoise(int r, int k) => 2 * _lower + _lower * (_lower + 1) / 2 + r * _upper + k;

    // The first normal numbers of a batch.
    static ReadOnlySpan<double> Normals(in BilevelBatch batch, int count) =>
        (_normals ??= new()).First(batch.Noise, count);

    void TakeListed(BlockOptions[] blocks)
    {
        if (blocks.Length != _places)
        {
            throw new InputException(
                $"quadratic-bilevel: {blocks.Length} blocks for {_places} workers; give one block per worker");
        }
        (_lower, _upper) = (blocks[0].Curvature.Length, blocks[0].Coupling[0].Length);
        _a = [.. blocks.SelectMany(block => block.Curvature.SelectMany(row => row))];
        _b = [.. blocks.SelectMany(block => block.Coupling.SelectMany(row => row))];
        _c = [.. blocks.SelectMany(block => block.Target)];
        _d = [.. blocks.SelectMany(block => block.Shift ?? new double[_lower])];
        for (var i = 0; i < _places; i++)
            SymmetricMatrix.Symmetrize(Part(_a, i, _lower * _lower));
    }

    // B, c and d: what all blocks share plus heterogeneity times what is the block's own; A: a spectrum turned by
    // d_y reflections.
    void DrawBlocks(ulong seed)
    {
        (_upper, _lower) = (options.Dimension, options.Lower > 0 ? options.Lower : options.Dimension);
        _a = MachineMemory.Numbers((long)_places * _lower, _lower, "quadratic-bilevel: places and lower x lower");
        _b = MachineMemory.Numbers((long)_places * _lower, _upper, "quadratic-bilevel: places and lower x dimension");
        (_c, _d) = (new double[_places * _lower], new double[_places * _lower]);
        var spectrum = SyntheticData.Spectrum(_lower, options.Conditioning);
        var reflection = new double[_lower];
        for (var i = 0; i < _places; i++)
        {
            DrawPart(seed, i, 0, 1 / Math.Sqrt(_upper), Part(_b, i, _lower * _upper));
            DrawPart(seed, i, 1, 1, Part(_c, i, _lower));
            DrawPart(seed, i, 2, 1, Part(_d, i, _lower));
            var a = Part(_a, i, _lower * _lower);
            for (var k = 0; k < _lower; k++)
                a[k * _lower + k] = spectrum[k];
            for (var turn = 0; turn < (_lower > 1 ? _lower : 0); turn++)
            {
                reflection.AsSpan().Clear();
                SyntheticData.AddNormals(Named(seed, i + 1, 8 + turn), 1, reflection);
                Reflect(a, reflection);
            }
            SymmetricMatrix.Symmetrize(a);
        }
    }

    void DrawPart(ulong seed, int block, int part, double scale, Span<double> to)
    {
        SyntheticData.AddNormals(Named(seed, 0, part), scale, to);
        SyntheticData.AddNormals(Named(seed, block + 1, part), scale * options.Heterogeneity, to);
    }

    static Draw Named(ulong seed, int owner, int part) =>
        new(seed, Purpose.Data, (ulong)owner, SyntheticData.BilevelDraw + (ulong)part);

    // a := R a R with R = I - 2 u u^T / |u|^2.
    void Reflect(Span<double> a, double[] u)
    {
        var scale = 2 / RowMath.SquaredNorm(u);
        for (var r = 0; r < _lower; r++)
        {
            var row = a.Slice(r * _lower, _lower);
            RowMath.Axpy(-scale * RowMath.Dot(row, u), u, row);
        }
        for (var k = 0; k < _lower; k++)
        {
            var dot = 0.0;
            for (var r = 0; r < _lower; r++)
                dot += a[r * _lower + k] * u[r];
            for (var r = 0; r < _lower; r++)
                a[r * _lower + k] -= scale * dot * u[r];
        }
    }

    void SolveUpper()
    {
        var (matrix, right) = (new double[_upper * _upper], new double[_upper]);
        var (columns, w) = (new double[_upper * _lower], new double[_lower]);
        for (var i = 0; i < _places; i++)
        {
            var (b, factor) = (_b.AsSpan(i * _lower * _upper, _lower * _upper).ToArray(), i * _lower * _lower);
            for (var k = 0; k < _upper; k++)
            {
                var column = columns.AsSpan(k * _lower, _lower);        // A^-1 B e_k
                for (var r = 0; r < _lower; r++)
                    column[r] = b[r * _upper + k];
                SymmetricMatrix.SolveFactored(_factors.AsSpan(factor, _lower * _lower), column);
            }
            Part(_d, i, _lower).CopyTo(w);
            SymmetricMatrix.SolveFactored(_factors.AsSpan(factor, _lower * _lower), w);
            for (var r = 0; r < _lower; r++)
                w[r] = Part(_c, i, _lower)[r] - w[r];
            for (var k = 0; k < _upper; k++)
            {
                var column = columns.AsSpan(k * _lower, _lower);
                right[k] += RowMath.Dot(column, w) / _places;
                for (var j = 0; j < _upper; j++)
                    matrix[k * _upper + j] += RowMath.Dot(column, columns.AsSpan(j * _lower, _lower)) / _places;
            }
        }
        for (var k = 0; k < _upper; k++)
            matrix[k * _upper + k] += options.Regularization;
        _curvature = LargestEigenvalue(matrix);
        SymmetricMatrix.Solve(matrix, right, right);
        Optimum = right.All(double.IsFinite) ? new(right, Objective(right, []), 0) : null;
    }

    double LargestEigenvalue(double[] matrix)
    {
        var (z, values, scratch) = ((double[])matrix.Clone(), new double[_upper], new double[_upper]);
        SymmetricMatrix.Eigen(z, values, scratch);
        return values.Max();
    }

    /// <summary>The normal numbers of the draw asked for last, as far as they were asked for.</summary>
    sealed class DrawnNormals
    {
        double[] _numbers = [];
        Draw _draw;
        int _count;

        public ReadOnlySpan<double> First(Draw draw, int count)
        {
            if (!draw.IsSame(_draw))
                (_draw, _count) = (draw, 0);
            if (_numbers.Length <= count)
                Array.Resize(ref _numbers, count + 1);
            for (; _count < count; _count += 2)
                draw.NormalPair(_count / 2, out _numbers[_count], out _numbers[_count + 1]);
            return _numbers.AsSpan(0, count);
        }
    }

    /// <summary>Samples without content: only their number counts, and a batch of size 0 is exact.</summary>
    sealed class CountOnly : BatchSampler
    {
        public override int ShardSize(int place) => 0;

        public override ReadOnlySpan<int> Shard(int place) => [];

        public override void Draw(int place, BatchKey key, ulong runSeed, Span<int> samples) => samples.Clear();
    }
}
