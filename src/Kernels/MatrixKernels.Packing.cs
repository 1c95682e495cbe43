using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AsyncOpt.Kernels;

// Copies of parts of B into panels, and of tiles to and from C: they move numbers, and compute none.
public static partial class MatrixKernels<T>
{
    // Rows of the panel are whole registers; columns that B does not have are 0.
    static unsafe void Pack(T* b, nint rowStep, nint columnStep, int depth, int columns, int width, T* panel)
    {
        if (columns < width)
            new Span<T>(panel, depth * width).Clear();
        if (columnStep == 1 && columns == width)
        {
            for (var p = 0; p < depth; p++, b += rowStep, panel += width)
                for (var j = 0; j < width; j += Vector256<T>.Count)
                    Vector256.Store(Vector256.Load(b + j), panel + j);
            return;
        }
        if (columnStep == 1)
        {
            for (var p = 0; p < depth; p++)
                CopyRow(b + p * rowStep, columns, panel + p * width);
            return;
        }
        (int Depth, int Columns) done = rowStep == 1 && Avx.IsSupported
            ? PackColumns(b, columnStep, depth, columns, width, panel)
            : default;
        for (var j = 0; j < columns; j++)
        {
            var column = b + j * columnStep;
            for (var p = j < done.Columns ? done.Depth : 0; p < depth; p++)
                panel[p * width + j] = column[p * rowStep];
        }
    }

    // Columns of B that each lie in one piece, in squares of a register's width; returns how far the squares reach.
    static unsafe (int Depth, int Columns) PackColumns(
        T* b, nint columnStep, int depth, int columns, int width, T* panel)
    {
        var side = Vector256<T>.Count;
        var (whole, across) = (depth - depth % side, columns - columns % side);
        for (var j = 0; j < across; j += side)
        {
            for (var p = 0; p < whole; p += side)
            {
                if (typeof(T) == typeof(float))
                    Transpose((float*)(b + j * columnStep + p), columnStep, (float*)(panel + p * width + j), width);
                else
                    Transpose((double*)(b + j * columnStep + p), columnStep, (double*)(panel + p * width + j), width);
            }
        }
        return (whole, across);
    }

    // 8 x 8, rows step apart, to rows stepTo apart: pairs of rows, then fours, then both halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Transpose(float* from, nint step, float* to, nint stepTo)
    {
        var (r0, r1) = (Vector256.Load(from), Vector256.Load(from + step));
        var (r2, r3) = (Vector256.Load(from + 2 * step), Vector256.Load(from + 3 * step));
        var (r4, r5) = (Vector256.Load(from + 4 * step), Vector256.Load(from + 5 * step));
        var (r6, r7) = (Vector256.Load(from + 6 * step), Vector256.Load(from + 7 * step));
        var (a0, a1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (a2, a3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        var (a4, a5) = (Avx.UnpackLow(r4, r5), Avx.UnpackHigh(r4, r5));
        var (a6, a7) = (Avx.UnpackLow(r6, r7), Avx.UnpackHigh(r6, r7));
        const byte low = 0x44, high = 0xEE;
        var (b0, b1) = (Avx.Shuffle(a0, a2, low), Avx.Shuffle(a0, a2, high));
        var (b2, b3) = (Avx.Shuffle(a1, a3, low), Avx.Shuffle(a1, a3, high));
        var (b4, b5) = (Avx.Shuffle(a4, a6, low), Avx.Shuffle(a4, a6, high));
        var (b6, b7) = (Avx.Shuffle(a5, a7, low), Avx.Shuffle(a5, a7, high));
        Avx.Permute2x128(b0, b4, First).Store(to);
        Avx.Permute2x128(b1, b5, First).Store(to + stepTo);
        Avx.Permute2x128(b2, b6, First).Store(to + 2 * stepTo);
        Avx.Permute2x128(b3, b7, First).Store(to + 3 * stepTo);
        Avx.Permute2x128(b0, b4, Second).Store(to + 4 * stepTo);
        Avx.Permute2x128(b1, b5, Second).Store(to + 5 * stepTo);
        Avx.Permute2x128(b2, b6, Second).Store(to + 6 * stepTo);
        Avx.Permute2x128(b3, b7, Second).Store(to + 7 * stepTo);
    }

    // 4 x 4, likewise.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void Transpose(double* from, nint step, double* to, nint stepTo)
    {
        var (r0, r1) = (Vector256.Load(from), Vector256.Load(from + step));
        var (r2, r3) = (Vector256.Load(from + 2 * step), Vector256.Load(from + 3 * step));
        var (a0, a1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (a2, a3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        Avx.Permute2x128(a0, a2, First).Store(to);
        Avx.Permute2x128(a1, a3, First).Store(to + stepTo);
        Avx.Permute2x128(a0, a2, Second).Store(to + 2 * stepTo);
        Avx.Permute2x128(a1, a3, Second).Store(to + 3 * stepTo);
    }

    // A tile that is not whole, or lies in columns of C.
    static unsafe void Fetch(Operand c, int rows, int columns, in Tile tile)
    {
        for (var i = 0; i < rows; i++)
        {
            var row = tile.C + i * tile.RowStepC;
            if (c.Columns == 1)
                CopyRow(c.At(i, 0), columns, row);
            else
                for (var j = 0; j < columns; j++)
                    row[j] = *c.At(i, j);
        }
    }

    static unsafe void Deliver(Operand c, int rows, int columns, in Tile tile)
    {
        for (var i = 0; i < rows; i++)
        {
            var row = tile.C + i * tile.RowStepC;
            if (c.Columns == 1)
                CopyRow(row, columns, c.At(i, 0));
            else
                for (var j = 0; j < columns; j++)
                    *c.At(i, j) = row[j];
        }
    }

    // Less than two registers of the widest: a call would take longer.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static unsafe void CopyRow(T* from, int count, T* to)
    {
        var j = 0;
        for (; j + Vector256<T>.Count <= count; j += Vector256<T>.Count)
            Vector256.Store(Vector256.Load(from + j), to + j);
        for (; j + Vector128<T>.Count <= count; j += Vector128<T>.Count)
            Vector128.Store(Vector128.Load(from + j), to + j);
        for (; j < count; j++)
            to[j] = from[j];
    }

    // The first halves of both registers, or the second.
    const byte First = 0x20, Second = 0x31;
}
