using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Kernels.Losses;

/// <summary>
/// A group of up to 16 of the K scores of sparse rows. Its weights lie in one or two tables with a line a column: eight
/// scores in the first where there are more than eight, the others in the last, filled up by zeros to 2, 4 or 8.
/// </summary>
/// <param name="first">Its first score.</param>
/// <param name="count">Its scores.</param>
/// <param name="width">Weights of a column, those that fill up with them.</param>
abstract class SparseScores(int first, int count, int width)
{
    /// <summary>Its first score.</summary>
    public int First => first;

    /// <summary>Its scores.</summary>
    public int Count => count;

    /// <summary>Weights of a column, those that fill up with them.</summary>
    public int Width => width;

    /// <summary>A group.</summary>
    /// <param name="features">Sparse.</param>
    /// <param name="first">Its first score.</param>
    /// <param name="count">Its scores, 1 to 16.</param>
    /// <param name="offset">Where its weights begin in a packed model.</param>
    public static SparseScores Of(FeatureMatrix features, int first, int count, int offset) => count switch
    {
        <= 2 => new SparseScores<None, Two>(features, first, count, offset),
        <= 4 => new SparseScores<None, Four>(features, first, count, offset),
        <= 8 => new SparseScores<None, Eight>(features, first, count, offset),
        <= 10 => new SparseScores<Eight, Two>(features, first, count, offset),
        <= 12 => new SparseScores<Eight, Four>(features, first, count, offset),
        _ => new SparseScores<Eight, Eight>(features, first, count, offset),
    };

    /// <summary>Where the weight of a score and column 0 lies in a packed model.</summary>
    /// <param name="score">One of the group.</param>
    /// <param name="step">From a column to the next.</param>
    public abstract int Position(int score, out int step);

    /// <summary>The scores of some rows.</summary>
    /// <param name="rows">Shape (n): which.</param>
    /// <param name="model">Packed.</param>
    /// <param name="z">From the group's first score of the first row on, out.</param>
    /// <param name="step">K.</param>
    public abstract unsafe void Scores(ReadOnlySpan<int> rows, double* model, Span<double> z, int step);

    /// <summary>Adds dz_c a to the weights of score c, for some rows.</summary>
    /// <param name="rows">Shape (n): which.</param>
    /// <param name="dz">From the group's first score of the first row on.</param>
    /// <param name="step">K.</param>
    /// <param name="sum">Packed.</param>
    public abstract unsafe void Add(ReadOnlySpan<int> rows, ReadOnlySpan<double> dz, int step, double* sum);
}

/// <summary>A group whose tables have lines of two sizes.</summary>
/// <typeparam name="TLead">A line of the first table.</typeparam>
/// <typeparam name="TTail">A line of the last.</typeparam>
/// <param name="features">Sparse.</param>
/// <param name="first">Its first score.</param>
/// <param name="count">Its scores.</param>
/// <param name="offset">Where its weights begin in a packed model.</param>
sealed class SparseScores<TLead, TTail>(FeatureMatrix features, int first, int count, int offset)
    : SparseScores(first, count, TLead.Width + TTail.Width)
    where TLead : struct, ILine
    where TTail : struct, ILine
{
    readonly int[] _start = features.RowStart, _column = features.Column;
    readonly double[] _values = features.Values;
    readonly int _lead = offset, _tail = offset + features.Columns * TLead.Width;

    /// <inheritdoc />
    public override int Position(int score, out int step)
    {
        var isLead = score < TLead.Width;
        step = isLead ? TLead.Width : TTail.Width;
        return isLead ? _lead + score : _tail + score - TLead.Width;
    }

    /// <inheritdoc />
    [SkipLocalsInit]
    public override unsafe void Scores(ReadOnlySpan<int> rows, double* model, Span<double> z, int step)
    {
        var sums = stackalloc double[2 * Vector512<double>.Count];
        fixed (int* columns = _column)
        fixed (double* values = _values)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                var (start, end) = (_start[rows[i]], _start[rows[i] + 1]);
                Dot(columns + start, values + start, end - start, model + _lead, model + _tail, sums);
                new ReadOnlySpan<double>(sums, Count).CopyTo(z[(i * step)..]);
            }
        }
    }

    /// <inheritdoc />
    public override unsafe void Add(ReadOnlySpan<int> rows, ReadOnlySpan<double> dz, int step, double* sum)
    {
        var slopes = stackalloc double[2 * Vector512<double>.Count];
        fixed (int* columns = _column)
        fixed (double* values = _values)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                var (start, end) = (_start[rows[i]], _start[rows[i] + 1]);
                dz.Slice(i * step, Count).CopyTo(new(slopes, Count));
                Axpy(columns + start, values + start, end - start, slopes, sum + _lead, sum + _tail);
            }
        }
    }

    // Loops of their own, so that all they read stays in registers. Even entries and odd ones are summed apart.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static unsafe void Dot(int* columns, double* values, nint entries, double* lead, double* tail, double* sums)
    {
        var (a, b, c, d) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero,
            Vector512<double>.Zero);
        nint e = 0;
        for (; e + 1 < entries; e += 2)
        {
            var (value, next) = (Vector512.Create(values[e]), Vector512.Create(values[e + 1]));
            nint at = columns[e], to = columns[e + 1];
            if (TLead.Width > 0)
                a = Vector512.FusedMultiplyAdd(value, TLead.Load(lead + at * TLead.Width), a);
            b = Vector512.FusedMultiplyAdd(value, TTail.Load(tail + at * TTail.Width), b);
            if (TLead.Width > 0)
                c = Vector512.FusedMultiplyAdd(next, TLead.Load(lead + to * TLead.Width), c);
            d = Vector512.FusedMultiplyAdd(next, TTail.Load(tail + to * TTail.Width), d);
        }
        if (e < entries)
        {
            var value = Vector512.Create(values[e]);
            nint at = columns[e];
            if (TLead.Width > 0)
                a = Vector512.FusedMultiplyAdd(value, TLead.Load(lead + at * TLead.Width), a);
            b = Vector512.FusedMultiplyAdd(value, TTail.Load(tail + at * TTail.Width), b);
        }
        if (TLead.Width > 0)
            (a + c).Store(sums);
        (b + d).Store(sums + TLead.Width);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static unsafe void Axpy(int* columns, double* values, nint entries, double* slopes, double* lead, double* tail)
    {
        var (a, b) = (Vector512.Load(slopes), Vector512.Load(slopes + TLead.Width));
        for (nint e = 0; e < entries; e++)
        {
            var value = Vector512.Create(values[e]);
            nint at = columns[e];
            if (TLead.Width > 0)
            {
                var line = lead + at * TLead.Width;
                TLead.Store(Vector512.FusedMultiplyAdd(value, a, TLead.Load(line)), line);
            }
            var last = tail + at * TTail.Width;
            TTail.Store(Vector512.FusedMultiplyAdd(value, b, TTail.Load(last)), last);
        }
    }
}

/// <summary>A line of a table: 0, 2, 4 or 8 numbers side by side, in the first lanes of a register.</summary>
unsafe interface ILine
{
    /// <summary>How many numbers.</summary>
    static abstract int Width { get; }

    /// <summary>Reads a line.</summary>
    static abstract Vector512<double> Load(double* line);

    /// <summary>Writes a line.</summary>
    static abstract void Store(Vector512<double> value, double* line);
}

/// <summary>There is no table.</summary>
readonly unsafe struct None : ILine
{
    /// <inheritdoc />
    public static int Width => 0;

    /// <inheritdoc />
    public static Vector512<double> Load(double* line) => default;

    /// <inheritdoc />
    public static void Store(Vector512<double> value, double* line)
    {
    }
}

/// <summary>Two numbers.</summary>
readonly unsafe struct Two : ILine
{
    /// <inheritdoc />
    public static int Width => 2;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double* line) =>
        Vector128.Load(line).ToVector256Unsafe().ToVector512Unsafe();

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> value, double* line) => value.GetLower().GetLower().Store(line);
}

/// <summary>Four numbers.</summary>
readonly unsafe struct Four : ILine
{
    /// <inheritdoc />
    public static int Width => 4;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double* line) => Vector256.Load(line).ToVector512Unsafe();

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> value, double* line) => value.GetLower().Store(line);
}

/// <summary>Eight numbers.</summary>
readonly unsafe struct Eight : ILine
{
    /// <inheritdoc />
    public static int Width => 8;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double* line) => Vector512.Load(line);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> value, double* line) => value.Store(line);
}
