using AsyncOpt.Core.Data;

namespace AsyncOpt.Kernels.Losses;

/// <summary>
/// Sparse rows against several rows of a model, packed in groups of up to 16: each entry of a row meets the weights of
/// its column side by side.
/// </summary>
/// <param name="features">Sparse.</param>
/// <param name="scores">K.</param>
sealed class SparseMatrixRows(FeatureMatrix features, int scores) : LinearRows(features.Columns, scores)
{
    const int ScoresMax = 16;

    readonly SparseScores[] _groups = [.. Groups(features, scores)];

    /// <inheritdoc />
    public override int Length => Columns * _groups.Sum(group => group.Width);

    /// <inheritdoc />
    public override void Pack(ReadOnlySpan<double> model, Span<double> packed)
    {
        packed[..Length].Clear();
        foreach (var group in _groups)
        {
            for (var c = 0; c < group.Count; c++)
            {
                var row = model.Slice((group.First + c) * Columns, Columns);
                var at = group.Position(c, out var step);
                for (var j = 0; j < row.Length; j++, at += step)
                    packed[at] = row[j];
            }
        }
    }

    /// <inheritdoc />
    public override void Unpack(ReadOnlySpan<double> packed, Span<double> sum)
    {
        foreach (var group in _groups)
        {
            for (var c = 0; c < group.Count; c++)
            {
                var row = sum.Slice((group.First + c) * Columns, Columns);
                var at = group.Position(c, out var step);
                for (var j = 0; j < row.Length; j++, at += step)
                    row[j] += packed[at];
            }
        }
    }

    /// <inheritdoc />
    public override unsafe void Scores(ReadOnlySpan<int> rows, ReadOnlySpan<double> model, Span<double> z)
    {
        fixed (double* packed = model)
        {
            foreach (var group in _groups)
                group.Scores(rows, packed, z[group.First..], Count);
        }
    }

    /// <inheritdoc />
    public override unsafe void Add(ReadOnlySpan<int> rows, ReadOnlySpan<double> dz, Span<double> sum)
    {
        fixed (double* packed = sum)
        {
            foreach (var group in _groups)
                group.Add(rows, dz[group.First..], Count, packed);
        }
    }

    static IEnumerable<SparseScores> Groups(FeatureMatrix features, int scores)
    {
        var offset = 0;
        for (var first = 0; first < scores; first += ScoresMax)
        {
            var group = SparseScores.Of(features, first, Math.Min(ScoresMax, scores - first), offset);
            offset += features.Columns * group.Width;
            yield return group;
        }
    }
}
