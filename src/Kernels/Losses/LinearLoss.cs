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
        var features = samples.Features;
        var table = _tables.GetOrAdd(features, f => new(() => LinearRows.Of(f, scores))).Value;
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
}
