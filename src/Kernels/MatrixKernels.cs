using System.Numerics;
using System.Runtime.Intrinsics;

namespace AsyncOpt.Kernels;

/// <summary>
/// Products of small and middle-sized matrices on one core. Same bits as <see cref="MatrixKernelsReference{T}"/>, which
/// holds the definitions, on every machine: an element is one chain of fused multiply-adds in the order of the inner
/// index, and neither registers nor blocks cut it.
/// </summary>
/// <remarks>
/// B goes panel by panel, a panel as wide as a tile's registers and <see cref="Depth"/> deep, into a buffer of the
/// thread that stays in the first cache; tiles of C run down A beside it. After Goto and van de Geijn, ACM TOMS 34
/// (2008). The first call on a thread allocates the buffer, later ones nothing.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
public static partial class MatrixKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Inner indices per panel: 32 KiB of B.
    const int Depth = 256;

    // So many tiles read rows of the second cache in less time than a panel is packed, where registers are wide.
    const int TilesInPlace = 4;

    // What a number of C^T costs beside one of a matrix that is packed, roughly.
    const int DeliveryCost = 4;

    const int RowsWide = 8, RowsNarrow = 6, RowsMax = 8;

    [ThreadStatic]
    static Buffers? _buffers;

    /// <summary>C = A B, or C += A B.</summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">The inner dimension.</param>
    /// <param name="a">Shape (m, k), row-major.</param>
    /// <param name="b">Shape (k, n), row-major.</param>
    /// <param name="c">Shape (m, n), row-major, out; disjoint from A and B.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    public static unsafe void Multiply(
        int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, bool accumulate = false)
    {
        Check(m, n, k, a, b, c);
        fixed (T* pa = a, pb = b, pc = c)
            Run(new(pa, k, 1), new(pb, n, 1), new(pc, n, 1), m, n, k, accumulate);
    }

    /// <summary>C = A B^T, or C += A B^T.</summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">The inner dimension.</param>
    /// <param name="a">Shape (m, k), row-major.</param>
    /// <param name="b">Shape (n, k), row-major.</param>
    /// <param name="c">Shape (m, n), row-major, out; disjoint from A and B.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    public static unsafe void MultiplyTransposed(
        int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, bool accumulate = false)
    {
        Check(m, n, k, a, b, c);
        fixed (T* pa = a, pb = b, pc = c)
        {
            // C^T = B A^T where that leaves less to be turned; C^T is delivered number by number.
            if ((long)n * k <= (long)m * k + (long)DeliveryCost * m * n)
                Run(new(pa, k, 1), new(pb, 1, k), new(pc, n, 1), m, n, k, accumulate);
            else
                Run(new(pb, k, 1), new(pa, 1, k), new(pc, 1, n), n, m, k, accumulate);
        }
    }

    /// <summary>C = A^T B, or C += A^T B.</summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">The inner dimension.</param>
    /// <param name="a">Shape (k, m), row-major.</param>
    /// <param name="b">Shape (k, n), row-major.</param>
    /// <param name="c">Shape (m, n), row-major, out; disjoint from A and B.</param>
    /// <param name="accumulate">Whether the product is added to C.</param>
    public static unsafe void TransposedMultiply(
        int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, bool accumulate = false)
    {
        Check(m, n, k, a, b, c);
        fixed (T* pa = a, pb = b, pc = c)
            Run(new(pa, 1, m), new(pb, n, 1), new(pc, n, 1), m, n, k, accumulate);
    }

    static void Check(int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Math.Min(m, Math.Min(n, k)));
        if (a.Length < (long)m * k || b.Length < (long)k * n || c.Length < (long)m * n)
        {
            throw new ArgumentException(
                $"matrices of {a.Length}, {b.Length} and {c.Length} elements are too short for {m} x {n}, inner {k}");
        }
    }

    // Elements (i, j) lie at Data + i Rows + j Columns.
    readonly unsafe struct Operand(T* data, nint rows, nint columns)
    {
        public readonly T* Data = data;
        public readonly nint Rows = rows, Columns = columns;

        public T* At(nint i, nint j) => Data + i * Rows + j * Columns;
    }

    static unsafe void Run(Operand a, Operand b, Operand c, int m, int n, int k, bool accumulate)
    {
        if (m == 0 || n == 0)
            return;
        if (k == 0)
        {
            for (var i = 0; i < m && !accumulate; i++)
                for (var j = 0; j < n; j++)
                    *c.At(i, j) = T.Zero;
            return;
        }
        var buffers = _buffers ??= new();
        for (var first = 0; first < k; first += Depth)
        {
            var depth = Math.Min(Depth, k - first);
            var part = new Operand(a.At(0, first), a.Rows, a.Columns);
            var panels = new Operand(b.At(first, 0), b.Rows, b.Columns);
            Slab(buffers, part, panels, c, m, n, depth, accumulate || first > 0);
        }
    }

    // C (+)= A B for a part of the inner index.
    static unsafe void Slab(
        Buffers buffers, Operand a, Operand b, Operand c, int m, int n, int depth, bool accumulate)
    {
        var wide = Vector512.IsHardwareAccelerated;
        var vector = wide ? Vector512<T>.Count : Vector256<T>.Count;
        var rowsMax = wide ? RowsWide : RowsNarrow;
        // What few tiles read they read where it lies, if it lies in rows.
        var inPlace = wide ? TilesInPlace * rowsMax : rowsMax;
        for (var j = 0; j < n;)
        {
            var width = wide && n - j <= vector ? vector : 2 * vector;
            var columns = Math.Min(width, n - j);
            var panel = new Operand(b.At(0, j), b.Rows, b.Columns);
            if (m > inPlace || columns < width || b.Columns != 1)
            {
                Pack(panel.Data, b.Rows, b.Columns, depth, columns, width, buffers.Panel);
                panel = new(buffers.Panel, width, 1);
            }
            for (var i = 0; i < m; i += rowsMax)
            {
                var rows = Math.Min(rowsMax, m - i);
                var part = new Operand(c.At(i, j), c.Rows, c.Columns);
                var isWhole = columns == width && rows == rowsMax && c.Columns == 1;
                var tile = new Tile
                {
                    A = a.At(i, 0),
                    RowStep = a.Rows,
                    Step = a.Columns,
                    B = panel.Data,
                    StepB = panel.Rows,
                    Rows = rows,
                    C = isWhole ? part.Data : buffers.Tile,
                    RowStepC = isWhole ? c.Rows : width,
                    IsLoaded = accumulate,
                };
                if (accumulate && !isWhole)
                    Fetch(part, rows, columns, tile);
                Compute(tile, depth, width == vector);
                if (!isWhole)
                    Deliver(part, rows, columns, tile);
            }
            j += columns;
        }
    }

    static unsafe void Compute(in Tile tile, int depth, bool single)
    {
        if (!Vector512.IsHardwareAccelerated)
            Tile6x2(tile, depth);
        else if (single)
            Tile8x1(tile, depth);
        else
            Tile8x2(tile, depth);
    }

    /// <summary>Memory of one thread.</summary>
    sealed unsafe class Buffers
    {
        const int Line = 64;

        readonly AlignedMemory<T> _panel = new(Depth * 2 * Line / sizeof(T));
        readonly AlignedMemory<T> _tile = new(RowsMax * 2 * Line / sizeof(T));

        /// <summary>A panel of B: Depth rows of two registers.</summary>
        public T* Panel => _panel.Data;

        /// <summary>A tile of C.</summary>
        public T* Tile => _tile.Data;
    }
}
