using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Kernels.Losses;

/// <summary>
/// Sparse rows against several rows of a model, packed as (d, K) with K filled up to whole lanes by zeros: each entry
/// of a row meets the K weights of its column side by side.
/// </summary>
/// <param name="features">Sparse.</param>
/// <param name="scores">K.</param>
sealed class SparseMatrixRows(FeatureMatrix features, int scores) : LinearRows(features.Columns, scores)
{
    // Scores at a time: two registers of eight, or four of four with the same bits.
    const int Lanes = 16;
    const nuint Half = Lanes / 2;

    readonly int[] _start = features.RowStart, _column = features.Column;
    readonly double[] _values = features.Values;
    readonly int _width = (scores + Lanes - 1) / Lanes * Lanes;

    /// <inheritdoc />
    public override int Length => Columns * _width;

    /// <inheritdoc />
    public override void Pack(ReadOnlySpan<double> model, Span<double> packed)
    {
        packed[..Length].Clear();
        for (var c = 0; c < Count; c++)
        {
            var row = model.Slice(c * Columns, Columns);
            for (var j = 0; j < row.Length; j++)
                packed[j * _width + c] = row[j];
        }
    }

    /// <inheritdoc />
    public override void Unpack(ReadOnlySpan<double> packed, Span<double> sum)
    {
        for (var c = 0; c < Count; c++)
        {
            var row = sum.Slice(c * Columns, Columns);
            for (var j = 0; j < row.Length; j++)
                row[j] += packed[j * _width + c];
        }
    }

    /// <inheritdoc />
    [SkipLocalsInit]
    public override void Scores(ReadOnlySpan<int> rows, ReadOnlySpan<double> model, Span<double> z)
    {
        Span<double> sums = stackalloc double[Lanes];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var first = 0; first < Count; first += Lanes)
            {
                Dot(rows[i], model[first..], sums);
                var count = Math.Min(Lanes, Count - first);
                sums[..count].CopyTo(z.Slice(i * Count + first, count));
            }
        }
    }

    /// <inheritdoc />
    [SkipLocalsInit]
    public override void Add(ReadOnlySpan<int> rows, ReadOnlySpan<double> dz, Span<double> sum)
    {
        Span<double> slopes = stackalloc double[Lanes];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var first = 0; first < Count; first += Lanes)
            {
                var count = Math.Min(Lanes, Count - first);
                slopes.Clear();
                dz.Slice(i * Count + first, count).CopyTo(slopes);
                Axpy(rows[i], slopes, sum[first..]);
            }
        }
    }

    // sums_c = sum over the row's entries of value W[column, c], for 16 consecutive c; even entries and odd ones apart.
    void Dot(int row, ReadOnlySpan<double> model, Span<double> sums)
    {
        ref var w = ref MemoryMarshal.GetReference(model);
        var (a, b, c, d) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero,
            Vector512<double>.Zero);
        var (e, end) = (_start[row], _start[row + 1]);
        for (; e + 1 < end; e += 2)
        {
            var (value, next) = (Vector512.Create(_values[e]), Vector512.Create(_values[e + 1]));
            var (at, to) = (Offset(e), Offset(e + 1));
            a = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref w, at), a);
            b = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref w, at + Half), b);
            c = Vector512.FusedMultiplyAdd(next, Vector512.LoadUnsafe(ref w, to), c);
            d = Vector512.FusedMultiplyAdd(next, Vector512.LoadUnsafe(ref w, to + Half), d);
        }
        if (e < end)
        {
            var value = Vector512.Create(_values[e]);
            a = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref w, Offset(e)), a);
            b = Vector512.FusedMultiplyAdd(value, Vector512.LoadUnsafe(ref w, Offset(e) + Half), b);
        }
        (a + c).CopyTo(sums);
        (b + d).CopyTo(sums[(int)Half..]);
    }

    // S[column, c] += value slopes_c for 16 consecutive c.
    void Axpy(int row, ReadOnlySpan<double> slopes, Span<double> sum)
    {
        ref var s = ref MemoryMarshal.GetReference(sum);
        var (a, b) = (Vector512.Create(slopes), Vector512.Create(slopes[(int)Half..]));
        for (var e = _start[row]; e < _start[row + 1]; e++)
        {
            var value = Vector512.Create(_values[e]);
            var (at, to) = (Offset(e), Offset(e) + Half);
            Vector512.FusedMultiplyAdd(value, a, Vector512.LoadUnsafe(ref s, at)).StoreUnsafe(ref s, at);
            Vector512.FusedMultiplyAdd(value, b, Vector512.LoadUnsafe(ref s, to)).StoreUnsafe(ref s, to);
        }
    }

    nuint Offset(int entry) => (nuint)(uint)(_column[entry] * _width);
}
