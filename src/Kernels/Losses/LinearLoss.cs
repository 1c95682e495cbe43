using System.Buffers;
using System.Collections.Concurrent;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Losses;

/// <summary>
/// Sums over samples of a model with K scores that are linear in the features, z_c = W_c . a: one pass over the rows
/// gives losses, right answers and the gradient, whose row c is the sum of dloss/dz_c a.
/// </summary>
/// <param name="scores">K.</param>
public abstract class LinearLoss(int scores) : FastLoss
{
    // Samples at a time: their scores, labels and losses stay in the first cache.
    const int RowsMax = 64;

    // Lanes that lie across two lines of the cache cost twice: measured, a third of all.
    [ThreadStatic]
    static AlignedMemory<double>? _model, _slopes;

    // One entry a table: that of the training part and, where it has its own, that of the test part.
    readonly ConcurrentDictionary<FeatureMatrix, Lazy<LinearRows>> _tables = new();

    /// <inheritdoc />
    public override double Sum(in LossSamples samples, Span<double> gradient, out int right)
    {
        var table = Table(samples.Features);
        var pool = ArrayPool<double>.Shared;
        var model = Aligned(ref _model, table.Length);
        var slopes = Aligned(ref _slopes, gradient.IsEmpty ? 0 : table.Length);
        double[] z = pool.Rent(RowsMax * scores), losses = pool.Rent(RowsMax), labels = pool.Rent(RowsMax);
        table.Pack(samples.Point, model);
        slopes.Clear();
        var sum = 0.0;
        right = 0;
        for (var first = 0; first < samples.Rows.Length; first += RowsMax)
        {
            var rows = samples.Rows.Slice(first, Math.Min(RowsMax, samples.Rows.Length - first));
            var some = z.AsSpan(0, rows.Length * scores);
            for (var i = 0; i < rows.Length; i++)
                labels[i] = samples.Labels[rows[i]];
            table.Scores(rows, model, some);
            right += Losses(labels.AsSpan(0, rows.Length), some, losses);
            for (var i = 0; i < rows.Length; i++)
            {
                var weight = samples.Weights.IsEmpty ? 1 : samples.Weights[first + i];
                sum += weight * losses[i];
                if (weight != 1)
                    VectorMath<double>.Scale(weight, some.Slice(i * scores, scores));
            }
            if (!gradient.IsEmpty)
                table.Add(rows, some, slopes);
        }
        if (!gradient.IsEmpty)
            table.Unpack(slopes, gradient);
        foreach (var array in (double[][])[z, losses, labels])
            pool.Return(array);
        return sum;
    }

    /// <inheritdoc />
    public override bool HasHessian(FeatureMatrix features) => Table(features).Dense is not null;

    /// <summary>
    /// Of scores z = W a, sum_i w_i C_i (x) a_i a_i^T with C_i = d^2 loss / dz^2: a product of matrices for each pair
    /// of scores.
    /// </summary>
    /// <inheritdoc />
    public override void AddHessian(in LossSamples samples, Span<double> hessian)
    {
        var (table, d) = (Table(samples.Features), samples.Features.Columns);
        var (pool, pairs) = (ArrayPool<double>.Shared, scores * (scores + 1) / 2);
        var model = Aligned(ref _model, table.Length);
        double[] z = pool.Rent(RowsMax * scores), c = pool.Rent(RowsMax * pairs), blocks = pool.Rent(pairs * d * d);
        double[] side = pool.Rent(RowsMax * d), scaled = pool.Rent(RowsMax * d);
        table.Pack(samples.Point, model);
        blocks.AsSpan(0, pairs * d * d).Clear();
        for (var first = 0; first < samples.Rows.Length; first += RowsMax)
        {
            var rows = samples.Rows.Slice(first, Math.Min(RowsMax, samples.Rows.Length - first));
            table.Scores(rows, model, z.AsSpan(0, rows.Length * scores));
            Curvatures(z.AsSpan(0, rows.Length * scores), c);
            table.Dense!.Gather(rows, side);
            for (var pair = 0; pair < pairs; pair++)
            {
                for (var i = 0; i < rows.Length; i++)
                {
                    var weight = samples.Weights.IsEmpty ? 1 : samples.Weights[first + i];
                    VectorMath<double>.Scale(
                        weight * c[i * pairs + pair], side.AsSpan(i * d, d), scaled.AsSpan(i * d, d));
                }
                MatrixKernels<double>.TransposedMultiply(
                    d, d, rows.Length, scaled, side, blocks.AsSpan(pair * d * d, d * d), accumulate: true);
            }
        }
        for (var (pair, a) = (0, 0); a < scores; a++)
        {
            for (var b = 0; b <= a; b++, pair++)
            {
                AddBlock(blocks.AsSpan(pair * d * d, d * d), d, a, b, hessian);
                if (a != b)
                    AddBlock(blocks.AsSpan(pair * d * d, d * d), d, b, a, hessian);
            }
        }
        foreach (var array in (double[][])[z, c, blocks, side, scaled])
            pool.Return(array);
    }

    void AddBlock(ReadOnlySpan<double> block, int d, int a, int b, Span<double> hessian)
    {
        for (var row = 0; row < d; row++)
        {
            VectorMath<double>.Axpy(
                1, block.Slice(row * d, d), hessian.Slice((a * d + row) * scores * d + b * d, d));
        }
    }

    LinearRows Table(FeatureMatrix features) =>
        _tables.GetOrAdd(features, f => new(() => LinearRows.Of(f, scores))).Value;

    static Span<double> Aligned(ref AlignedMemory<double>? memory, int length)
    {
        if (memory is null || memory.Span.Length < length)
            memory = new(length);
        return memory.Span[..length];
    }

    /// <summary>The losses of some samples and their derivatives in the scores.</summary>
    /// <param name="labels">Shape (n): as the problem's loss takes them.</param>
    /// <param name="z">Shape (n, K): the scores; receives the derivatives.</param>
    /// <param name="losses">Shape (n), out.</param>
    /// <returns>How many samples have the largest score at their class; 0 without classes.</returns>
    private protected abstract int Losses(ReadOnlySpan<double> labels, Span<double> z, Span<double> losses);

    /// <summary>The second derivatives of some samples' losses in the scores.</summary>
    /// <param name="z">Shape (n, K): the scores, in; scratch afterwards.</param>
    /// <param name="curvatures">Shape (n, K (K + 1) / 2), out: of each sample the lower triangle, row by row.</param>
    private protected abstract void Curvatures(Span<double> z, Span<double> curvatures);
}
