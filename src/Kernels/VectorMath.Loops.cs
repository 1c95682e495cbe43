using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AsyncOpt.Kernels;

// The loops behind the operations. Each operation is a struct with a scalar and a 256-bit form of the same formula;
// the compiler makes one loop of each. 256 bits also where the machine has 512: these loops wait for memory, and one
// code path has one set of bits. The compiler takes Vector256.Create of a scalar out of the loop.
public static partial class VectorMath<T>
{
    interface IUnary
    {
        T Of(T x);

        Vector256<T> Of(Vector256<T> x);
    }

    interface IBinary
    {
        T Of(T x, T y);

        Vector256<T> Of(Vector256<T> x, Vector256<T> y);
    }

    // A term that is +0 where both elements are 0: padding with zeros then adds +0 to a lane, which changes nothing,
    // because a lane that starts at +0 is never -0.
    interface ITerm : IBinary;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<T> Load(ref T start, nuint i) => Vector256.LoadUnsafe(ref start, i);

    // Whole registers, half of one, then single elements: a last register that overlapped the one before would leave an
    // element in two writes, and who reads both a moment later waits until they have left the processor's buffer.
    static void Map<TOp>(ReadOnlySpan<T> x, Span<T> y, TOp op)
        where TOp : struct, IUnary
    {
        ref var p = ref MemoryMarshal.GetReference(x[..y.Length]);
        ref var q = ref MemoryMarshal.GetReference(y);
        nuint i = 0, n = (nuint)y.Length, width = (nuint)Vector256<T>.Count;
        for (; i + 2 * width <= n; i += 2 * width)
        {
            var (low, high) = (op.Of(Load(ref p, i)), op.Of(Load(ref p, i + width)));
            low.StoreUnsafe(ref q, i);
            high.StoreUnsafe(ref q, i + width);
        }
        if (i + width <= n)
        {
            op.Of(Load(ref p, i)).StoreUnsafe(ref q, i);
            i += width;
        }
        if (i + width / 2 <= n)
        {
            op.Of(LoadHalf(ref p, i)).GetLower().StoreUnsafe(ref q, i);
            i += width / 2;
        }
        for (; i < n; i++)
            Unsafe.Add(ref q, i) = op.Of(Unsafe.Add(ref p, i));
    }

    static void Map<TOp>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z, TOp op)
        where TOp : struct, IBinary
    {
        ref var p = ref MemoryMarshal.GetReference(x[..z.Length]);
        ref var q = ref MemoryMarshal.GetReference(y[..z.Length]);
        ref var r = ref MemoryMarshal.GetReference(z);
        nuint i = 0, n = (nuint)z.Length, width = (nuint)Vector256<T>.Count;
        for (; i + 2 * width <= n; i += 2 * width)
        {
            var low = op.Of(Load(ref p, i), Load(ref q, i));
            var high = op.Of(Load(ref p, i + width), Load(ref q, i + width));
            low.StoreUnsafe(ref r, i);
            high.StoreUnsafe(ref r, i + width);
        }
        if (i + width <= n)
        {
            op.Of(Load(ref p, i), Load(ref q, i)).StoreUnsafe(ref r, i);
            i += width;
        }
        if (i + width / 2 <= n)
        {
            op.Of(LoadHalf(ref p, i), LoadHalf(ref q, i)).GetLower().StoreUnsafe(ref r, i);
            i += width / 2;
        }
        for (; i < n; i++)
            Unsafe.Add(ref r, i) = op.Of(Unsafe.Add(ref p, i), Unsafe.Add(ref q, i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<T> LoadHalf(ref T start, nuint i) => Vector128.LoadUnsafe(ref start, i).ToVector256();

    // Lanes 0 to L/2 - 1 are 'low', the others 'high'.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static double Reduce<TTerm>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, TTerm term)
        where TTerm : struct, ITerm
    {
        ref var p = ref MemoryMarshal.GetReference(x);
        ref var q = ref MemoryMarshal.GetReference(y[..x.Length]);
        var (low, high) = (Vector256<T>.Zero, Vector256<T>.Zero);
        nuint i = 0, n = (nuint)x.Length, width = (nuint)Vector256<T>.Count;
        for (; i + 2 * width <= n; i += 2 * width)
        {
            low += term.Of(Load(ref p, i), Load(ref q, i));
            high += term.Of(Load(ref p, i + width), Load(ref q, i + width));
        }
        if (i + width <= n)
        {
            low += term.Of(Load(ref p, i), Load(ref q, i));
            i += width;
            if (i < n)
                high += term.Of(LoadPart(ref p, i, n - i), LoadPart(ref q, i, n - i));
        }
        else if (i < n)
        {
            low += term.Of(LoadPart(ref p, i, n - i), LoadPart(ref q, i, n - i));
        }
        return Fold(low, high);
    }

    /// <summary>The last few elements, zeros after them.</summary>
    /// <param name="start">The first element of the vector.</param>
    /// <param name="i">The first one to load.</param>
    /// <param name="count">How many, 1 to one less than a full register.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe Vector256<T> LoadPart(ref T start, nuint i, nuint count)
    {
        ref var first = ref Unsafe.Add(ref start, i);
        if (Avx2.IsSupported)
        {
            // A masked load touches no memory behind the end. Ones before the place, zeros from it on.
            var words = count * ((nuint)sizeof(T) / 4);
            var mask = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(Masks), 8 - words);
            fixed (T* at = &first)
                return Avx2.MaskLoad((int*)at, mask).As<int, T>();
        }
        var part = Vector256<T>.Zero;
        for (var j = 0; j < (int)count; j++)
            part = part.WithElement(j, Unsafe.Add(ref first, j));
        return part;
    }

    static ReadOnlySpan<int> Masks => [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Lane j takes lane j + L/2, then j + L/4, and so on, as in the reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Fold(Vector256<T> low, Vector256<T> high)
    {
        var lanes = low + high;
        var half = lanes.GetLower() + lanes.GetUpper();
        if (typeof(T) == typeof(double))
            return double.CreateTruncating(half[0] + half[1]);
        return double.CreateTruncating((half[0] + half[2]) + (half[1] + half[3]));
    }

    readonly struct ScaleOp(T a) : IUnary
    {
        public T Of(T x) => a * x;

        public Vector256<T> Of(Vector256<T> x) => Vector256.Create(a) * x;
    }

    readonly struct AxpyOp(T a) : IBinary
    {
        public T Of(T x, T y) => y + a * x;

        public Vector256<T> Of(Vector256<T> x, Vector256<T> y) => y + Vector256.Create(a) * x;
    }

    readonly struct AddOp : IBinary
    {
        public T Of(T x, T y) => x + y;

        public Vector256<T> Of(Vector256<T> x, Vector256<T> y) => x + y;
    }

    readonly struct SubtractOp : IBinary
    {
        public T Of(T x, T y) => x - y;

        public Vector256<T> Of(Vector256<T> x, Vector256<T> y) => x - y;
    }

    readonly struct AverageOp(T half) : IBinary
    {
        public T Of(T x, T y) => (x + y) * half;

        public Vector256<T> Of(Vector256<T> x, Vector256<T> y) => (x + y) * Vector256.Create(half);
    }

    readonly struct LerpOp(T t) : IBinary
    {
        public T Of(T x, T y) => y + t * (x - y);

        public Vector256<T> Of(Vector256<T> x, Vector256<T> y) => y + Vector256.Create(t) * (x - y);
    }

    readonly struct SumOfTwoOp(T w0, T w1) : IBinary
    {
        public T Of(T x, T y) => w0 * x + w1 * y;

        public Vector256<T> Of(Vector256<T> x, Vector256<T> y) => Vector256.Create(w0) * x + Vector256.Create(w1) * y;
    }

    readonly struct ProductTerm : ITerm
    {
        public T Of(T x, T y) => x * y;

        public Vector256<T> Of(Vector256<T> x, Vector256<T> y) => x * y;
    }

    readonly struct SquaredDifferenceTerm : ITerm
    {
        public T Of(T x, T y) => (x - y) * (x - y);

        public Vector256<T> Of(Vector256<T> x, Vector256<T> y)
        {
            var difference = x - y;
            return difference * difference;
        }
    }

    readonly struct FirstTerm : ITerm
    {
        public T Of(T x, T y) => x;

        public Vector256<T> Of(Vector256<T> x, Vector256<T> y) => x;
    }
}
