using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AsyncOpt.Kernels;

// The innermost loops: a tile of C stays in registers while the inner index runs. Written out, because arrays of
// registers do not exist.
public static partial class MatrixKernels<T>
{
    /// <summary>8 rows of two registers of 512 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void Tile8x2(in Tile tile, nint count)
    {
        var a = tile.A;
        var b = tile.B;
        var (step, stepB, last) = (tile.Step, tile.StepB, (nint)tile.Rows - 1);
        var p0 = a;
        var p1 = a + Math.Min(1, last) * tile.RowStep;
        var p2 = a + Math.Min(2, last) * tile.RowStep;
        var p3 = a + Math.Min(3, last) * tile.RowStep;
        var p4 = a + Math.Min(4, last) * tile.RowStep;
        var p5 = a + Math.Min(5, last) * tile.RowStep;
        var p6 = a + Math.Min(6, last) * tile.RowStep;
        var p7 = a + Math.Min(7, last) * tile.RowStep;
        var c = tile.C;
        nint ld = tile.RowStepC;
        var (c0a, c0b) = (Vector512<T>.Zero, Vector512<T>.Zero);
        var (c1a, c1b) = (Vector512<T>.Zero, Vector512<T>.Zero);
        var (c2a, c2b) = (Vector512<T>.Zero, Vector512<T>.Zero);
        var (c3a, c3b) = (Vector512<T>.Zero, Vector512<T>.Zero);
        var (c4a, c4b) = (Vector512<T>.Zero, Vector512<T>.Zero);
        var (c5a, c5b) = (Vector512<T>.Zero, Vector512<T>.Zero);
        var (c6a, c6b) = (Vector512<T>.Zero, Vector512<T>.Zero);
        var (c7a, c7b) = (Vector512<T>.Zero, Vector512<T>.Zero);
        if (tile.IsLoaded)
        {
            c0a = Vector512.Load(c);
            c0b = Vector512.Load(c + Vector512<T>.Count);
            c1a = Vector512.Load(c + 1 * ld);
            c1b = Vector512.Load(c + 1 * ld + Vector512<T>.Count);
            c2a = Vector512.Load(c + 2 * ld);
            c2b = Vector512.Load(c + 2 * ld + Vector512<T>.Count);
            c3a = Vector512.Load(c + 3 * ld);
            c3b = Vector512.Load(c + 3 * ld + Vector512<T>.Count);
            c4a = Vector512.Load(c + 4 * ld);
            c4b = Vector512.Load(c + 4 * ld + Vector512<T>.Count);
            c5a = Vector512.Load(c + 5 * ld);
            c5b = Vector512.Load(c + 5 * ld + Vector512<T>.Count);
            c6a = Vector512.Load(c + 6 * ld);
            c6b = Vector512.Load(c + 6 * ld + Vector512<T>.Count);
            c7a = Vector512.Load(c + 7 * ld);
            c7b = Vector512.Load(c + 7 * ld + Vector512<T>.Count);
        }
        for (nint i = 0; count > 0; count--, i += step)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + Vector512<T>.Count);
            b += stepB;
            var a0 = Vector512.Create(p0[i]);
            c0a = Fma(a0, b0, c0a);
            c0b = Fma(a0, b1, c0b);
            var a1 = Vector512.Create(p1[i]);
            c1a = Fma(a1, b0, c1a);
            c1b = Fma(a1, b1, c1b);
            var a2 = Vector512.Create(p2[i]);
            c2a = Fma(a2, b0, c2a);
            c2b = Fma(a2, b1, c2b);
            var a3 = Vector512.Create(p3[i]);
            c3a = Fma(a3, b0, c3a);
            c3b = Fma(a3, b1, c3b);
            var a4 = Vector512.Create(p4[i]);
            c4a = Fma(a4, b0, c4a);
            c4b = Fma(a4, b1, c4b);
            var a5 = Vector512.Create(p5[i]);
            c5a = Fma(a5, b0, c5a);
            c5b = Fma(a5, b1, c5b);
            var a6 = Vector512.Create(p6[i]);
            c6a = Fma(a6, b0, c6a);
            c6b = Fma(a6, b1, c6b);
            var a7 = Vector512.Create(p7[i]);
            c7a = Fma(a7, b0, c7a);
            c7b = Fma(a7, b1, c7b);
        }
        c0a.Store(c);
        c0b.Store(c + Vector512<T>.Count);
        c1a.Store(c + 1 * ld);
        c1b.Store(c + 1 * ld + Vector512<T>.Count);
        c2a.Store(c + 2 * ld);
        c2b.Store(c + 2 * ld + Vector512<T>.Count);
        c3a.Store(c + 3 * ld);
        c3b.Store(c + 3 * ld + Vector512<T>.Count);
        c4a.Store(c + 4 * ld);
        c4b.Store(c + 4 * ld + Vector512<T>.Count);
        c5a.Store(c + 5 * ld);
        c5b.Store(c + 5 * ld + Vector512<T>.Count);
        c6a.Store(c + 6 * ld);
        c6b.Store(c + 6 * ld + Vector512<T>.Count);
        c7a.Store(c + 7 * ld);
        c7b.Store(c + 7 * ld + Vector512<T>.Count);
    }

    /// <summary>8 rows of one register of 512 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void Tile8x1(in Tile tile, nint count)
    {
        var a = tile.A;
        var b = tile.B;
        var (step, stepB, last) = (tile.Step, tile.StepB, (nint)tile.Rows - 1);
        var p0 = a;
        var p1 = a + Math.Min(1, last) * tile.RowStep;
        var p2 = a + Math.Min(2, last) * tile.RowStep;
        var p3 = a + Math.Min(3, last) * tile.RowStep;
        var p4 = a + Math.Min(4, last) * tile.RowStep;
        var p5 = a + Math.Min(5, last) * tile.RowStep;
        var p6 = a + Math.Min(6, last) * tile.RowStep;
        var p7 = a + Math.Min(7, last) * tile.RowStep;
        var c = tile.C;
        nint ld = tile.RowStepC;
        var c0a = Vector512<T>.Zero;
        var c1a = Vector512<T>.Zero;
        var c2a = Vector512<T>.Zero;
        var c3a = Vector512<T>.Zero;
        var c4a = Vector512<T>.Zero;
        var c5a = Vector512<T>.Zero;
        var c6a = Vector512<T>.Zero;
        var c7a = Vector512<T>.Zero;
        if (tile.IsLoaded)
        {
            c0a = Vector512.Load(c);
            c1a = Vector512.Load(c + 1 * ld);
            c2a = Vector512.Load(c + 2 * ld);
            c3a = Vector512.Load(c + 3 * ld);
            c4a = Vector512.Load(c + 4 * ld);
            c5a = Vector512.Load(c + 5 * ld);
            c6a = Vector512.Load(c + 6 * ld);
            c7a = Vector512.Load(c + 7 * ld);
        }
        for (nint i = 0; count > 0; count--, i += step)
        {
            var b0 = Vector512.Load(b);
            b += stepB;
            var a0 = Vector512.Create(p0[i]);
            c0a = Fma(a0, b0, c0a);
            var a1 = Vector512.Create(p1[i]);
            c1a = Fma(a1, b0, c1a);
            var a2 = Vector512.Create(p2[i]);
            c2a = Fma(a2, b0, c2a);
            var a3 = Vector512.Create(p3[i]);
            c3a = Fma(a3, b0, c3a);
            var a4 = Vector512.Create(p4[i]);
            c4a = Fma(a4, b0, c4a);
            var a5 = Vector512.Create(p5[i]);
            c5a = Fma(a5, b0, c5a);
            var a6 = Vector512.Create(p6[i]);
            c6a = Fma(a6, b0, c6a);
            var a7 = Vector512.Create(p7[i]);
            c7a = Fma(a7, b0, c7a);
        }
        c0a.Store(c);
        c1a.Store(c + 1 * ld);
        c2a.Store(c + 2 * ld);
        c3a.Store(c + 3 * ld);
        c4a.Store(c + 4 * ld);
        c5a.Store(c + 5 * ld);
        c6a.Store(c + 6 * ld);
        c7a.Store(c + 7 * ld);
    }

    /// <summary>6 rows of two registers of 256 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void Tile6x2(in Tile tile, nint count)
    {
        var a = tile.A;
        var b = tile.B;
        var (step, stepB, last) = (tile.Step, tile.StepB, (nint)tile.Rows - 1);
        var p0 = a;
        var p1 = a + Math.Min(1, last) * tile.RowStep;
        var p2 = a + Math.Min(2, last) * tile.RowStep;
        var p3 = a + Math.Min(3, last) * tile.RowStep;
        var p4 = a + Math.Min(4, last) * tile.RowStep;
        var p5 = a + Math.Min(5, last) * tile.RowStep;
        var c = tile.C;
        nint ld = tile.RowStepC;
        var (c0a, c0b) = (Vector256<T>.Zero, Vector256<T>.Zero);
        var (c1a, c1b) = (Vector256<T>.Zero, Vector256<T>.Zero);
        var (c2a, c2b) = (Vector256<T>.Zero, Vector256<T>.Zero);
        var (c3a, c3b) = (Vector256<T>.Zero, Vector256<T>.Zero);
        var (c4a, c4b) = (Vector256<T>.Zero, Vector256<T>.Zero);
        var (c5a, c5b) = (Vector256<T>.Zero, Vector256<T>.Zero);
        if (tile.IsLoaded)
        {
            c0a = Vector256.Load(c);
            c0b = Vector256.Load(c + Vector256<T>.Count);
            c1a = Vector256.Load(c + 1 * ld);
            c1b = Vector256.Load(c + 1 * ld + Vector256<T>.Count);
            c2a = Vector256.Load(c + 2 * ld);
            c2b = Vector256.Load(c + 2 * ld + Vector256<T>.Count);
            c3a = Vector256.Load(c + 3 * ld);
            c3b = Vector256.Load(c + 3 * ld + Vector256<T>.Count);
            c4a = Vector256.Load(c + 4 * ld);
            c4b = Vector256.Load(c + 4 * ld + Vector256<T>.Count);
            c5a = Vector256.Load(c + 5 * ld);
            c5b = Vector256.Load(c + 5 * ld + Vector256<T>.Count);
        }
        for (nint i = 0; count > 0; count--, i += step)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + Vector256<T>.Count);
            b += stepB;
            var a0 = Vector256.Create(p0[i]);
            c0a = Fma(a0, b0, c0a);
            c0b = Fma(a0, b1, c0b);
            var a1 = Vector256.Create(p1[i]);
            c1a = Fma(a1, b0, c1a);
            c1b = Fma(a1, b1, c1b);
            var a2 = Vector256.Create(p2[i]);
            c2a = Fma(a2, b0, c2a);
            c2b = Fma(a2, b1, c2b);
            var a3 = Vector256.Create(p3[i]);
            c3a = Fma(a3, b0, c3a);
            c3b = Fma(a3, b1, c3b);
            var a4 = Vector256.Create(p4[i]);
            c4a = Fma(a4, b0, c4a);
            c4b = Fma(a4, b1, c4b);
            var a5 = Vector256.Create(p5[i]);
            c5a = Fma(a5, b0, c5a);
            c5b = Fma(a5, b1, c5b);
        }
        c0a.Store(c);
        c0b.Store(c + Vector256<T>.Count);
        c1a.Store(c + 1 * ld);
        c1b.Store(c + 1 * ld + Vector256<T>.Count);
        c2a.Store(c + 2 * ld);
        c2b.Store(c + 2 * ld + Vector256<T>.Count);
        c3a.Store(c + 3 * ld);
        c3b.Store(c + 3 * ld + Vector256<T>.Count);
        c4a.Store(c + 4 * ld);
        c4b.Store(c + 4 * ld + Vector256<T>.Count);
        c5a.Store(c + 5 * ld);
        c5b.Store(c + 5 * ld + Vector256<T>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> Fma(Vector512<T> a, Vector512<T> b, Vector512<T> c) => typeof(T) == typeof(double)
        ? Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>()
        : Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<T> Fma(Vector256<T> a, Vector256<T> b, Vector256<T> c) => typeof(T) == typeof(double)
        ? Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>()
        : Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();

    /// <summary>Where a tile of C, its rows of A and its columns of B lie.</summary>
    unsafe struct Tile
    {
        /// <summary>The first element of A; rows and steps of the inner index are this far apart.</summary>
        public T* A;
        public nint RowStep, Step;

        /// <summary>The first element of B: whole registers side by side, steps of the inner index apart.</summary>
        public T* B;
        public nint StepB;

        /// <summary>How many rows there are: those beyond repeat the last, and what they give is not used.</summary>
        public int Rows;

        /// <summary>The tile: whole rows of registers.</summary>
        public T* C;
        public nint RowStepC;

        /// <summary>Whether the tile's numbers are added to; otherwise they are overwritten.</summary>
        public bool IsLoaded;
    }
}
