using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>
/// The rows of a feature matrix, dense or sparse, at a float width: read where they lie, never copied.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="matrix">The matrix.</param>
internal sealed class Rows<T>(FeatureMatrix matrix)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly T[] _values = typeof(T) == typeof(double) ? (T[])(object)matrix.Values : (T[])(object)matrix.SingleValues;
    readonly int[] _start = matrix.RowStart, _column = matrix.Column;

    /// <summary>Whether rows are dense.</summary>
    public bool IsDense { get; } = matrix.IsDense;

    /// <summary>The number of columns, d.</summary>
    public int Columns { get; } = matrix.Columns;

    /// <summary>A dense row, shape (d).</summary>
    public ReadOnlySpan<T> Dense(int row) => _values.AsSpan(row * Columns, Columns);

    /// <summary>Fetches dense rows that are going to be read, if they are short.</summary>
    public unsafe void Fetch(ReadOnlySpan<int> rows)
    {
        var bytes = (long)Columns * sizeof(T);
        if (!IsDense || bytes > Prefetch.BytesMax)
            return;
        foreach (var row in rows)
            Prefetch.Bytes(Unsafe.AsPointer(ref MemoryMarshal.GetReference(Dense(row))), bytes);
    }

    // The start of a dense row: the processor fetches the rest when it sees it read in order.
    unsafe void ExpectStart(int row)
    {
        var bytes = Math.Min(Prefetch.BytesMax, (long)Columns * sizeof(T));
        Prefetch.Bytes(Unsafe.AsPointer(ref MemoryMarshal.GetReference(Dense(row))), bytes);
    }

    /// <summary>a_row . x.</summary>
    public double Dot(int row, ReadOnlySpan<T> x)
    {
        if (IsDense)
            return VectorMath<T>.Dot(Dense(row), x);
        var (start, length) = Range(row);
        return RowKernels<T>.SparseDot(_column.AsSpan(start, length), _values.AsSpan(start, length), x);
    }

    /// <summary>y := c x + scale a, where a is a row.</summary>
    /// <param name="c">The factor of x.</param>
    /// <param name="x">d elements.</param>
    /// <param name="row">Which row.</param>
    /// <param name="scale">The factor of the row.</param>
    /// <param name="y">d elements, out.</param>
    public void Sum(double c, ReadOnlySpan<T> x, int row, double scale, Span<T> y)
    {
        if (IsDense)
        {
            VectorMath<T>.WeightedSum(c, x, scale, Dense(row), y);
            return;
        }
        VectorMath<T>.Scale(c, x, y);
        Add(row, scale, y);
    }

    /// <summary>y += scale a_row.</summary>
    public void Add(int row, double scale, Span<T> y)
    {
        if (IsDense)
        {
            VectorMath<T>.Axpy(scale, Dense(row), y);
            return;
        }
        var (start, length) = Range(row);
        RowKernels<T>.SparseAxpy(scale, _column.AsSpan(start, length), _values.AsSpan(start, length), y);
    }

    /// <summary>y_i = c x_i + w_i a_i for dense rows a: the same bits as <c>Scale</c> and <see cref="Add"/>.</summary>
    /// <param name="c">The one weight of x.</param>
    /// <param name="x">Shape (n, columns), or (columns) where it is the same for all.</param>
    /// <param name="weights">Shape (n): w.</param>
    /// <param name="rows">Shape (n): which rows.</param>
    /// <param name="y">Shape (n, columns), out; disjoint from x.</param>
    public void WeightedSums(
        double c, ReadOnlySpan<T> x, ReadOnlySpan<double> weights, ReadOnlySpan<int> rows, Span<T> y)
    {
        var width = Vector256<T>.Count;
        var step = x.Length == Columns ? 0 : Columns;
        if (Columns < width)
        {
            for (var i = 0; i < weights.Length; i++)
            {
                VectorMath<T>.WeightedSum(
                    c, x.Slice(i * step, Columns), weights[i], Dense(rows[i]), y.Slice(i * Columns, Columns));
            }
            return;
        }
        var v = Vector256.Create(T.CreateTruncating(c));
        var last = Columns - width;
        for (var i = 0; i < weights.Length; i++)
        {
            var w = Vector256.Create(T.CreateTruncating(weights[i]));
            ref var a = ref MemoryMarshal.GetReference(Dense(rows[i]));
            ref var p = ref MemoryMarshal.GetReference(x.Slice(i * step, Columns));
            ref var q = ref MemoryMarshal.GetReference(y.Slice(i * Columns, Columns));
            for (var j = 0; j < last; j += width)
                (v * Load(ref p, j) + w * Load(ref a, j)).StoreUnsafe(ref q, (nuint)j);
            (v * Load(ref p, last) + w * Load(ref a, last)).StoreUnsafe(ref q, (nuint)last);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<T> Load(ref T start, int i) => Vector256.LoadUnsafe(ref start, (nuint)i);

    /// <summary>Copies rows, one after the other; sparse ones become dense.</summary>
    /// <param name="rows">Which rows.</param>
    /// <param name="to">Receives them: rows x columns.</param>
    public void Gather(ReadOnlySpan<int> rows, Span<T> to)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            if (IsDense)
            {
                if (i + 1 < rows.Length)
                    ExpectStart(rows[i + 1]);
                Dense(row).CopyTo(to);
            }
            else
            {
                to[..Columns].Clear();
                var (start, length) = Range(row);
                for (var e = start; e < start + length; e++)
                    to[_column[e]] = _values[e];
            }
            to = to[Columns..];
        }
    }

    (int Start, int Length) Range(int row) => (_start[row], _start[row + 1] - _start[row]);
}
