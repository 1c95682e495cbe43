using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AsyncOpt.Kernels;

// Delay compensation: three and four vectors at once, in one pass.
public static partial class VectorMath<T>
{
    /// <summary>g += lambda g g (now - then).</summary>
    /// <param name="lambda">A scalar.</param>
    /// <param name="now">Shape (d).</param>
    /// <param name="then">Shape (d).</param>
    /// <param name="g">Shape (d), in and out.</param>
    public static void Compensate(double lambda, ReadOnlySpan<T> now, ReadOnlySpan<T> then, Span<T> g)
    {
        var n = g.Length;
        ref var a = ref MemoryMarshal.GetReference(now[..n]);
        ref var b = ref MemoryMarshal.GetReference(then[..n]);
        ref var r = ref MemoryMarshal.GetReference(g);
        var factor = T.CreateTruncating(lambda);
        var factors = Vector256.Create(factor);
        nuint i = 0, width = (nuint)Vector256<T>.Count;
        for (; i + width <= (nuint)n; i += width)
        {
            var gradient = Load(ref r, i);
            (gradient + (factors * (gradient * gradient) * (Load(ref a, i) - Load(ref b, i)))).StoreUnsafe(ref r, i);
        }
        for (var k = (int)i; k < n; k++)
            g[k] += factor * (g[k] * g[k]) * (now[k] - then[k]);
    }

    /// <summary>s = keep s + (1 - keep) g g, then g += lambda / sqrt(s + epsilon) g g (now - then).</summary>
    /// <param name="lambda">A scalar.</param>
    /// <param name="keep">A share.</param>
    /// <param name="epsilon">Above 0.</param>
    /// <param name="now">Shape (d).</param>
    /// <param name="then">Shape (d).</param>
    /// <param name="g">Shape (d), in and out.</param>
    /// <param name="s">Shape (d), in and out.</param>
    public static void Compensate(
        double lambda, double keep, double epsilon, ReadOnlySpan<T> now, ReadOnlySpan<T> then, Span<T> g, Span<T> s)
    {
        var n = g.Length;
        ref var a = ref MemoryMarshal.GetReference(now[..n]);
        ref var b = ref MemoryMarshal.GetReference(then[..n]);
        ref var r = ref MemoryMarshal.GetReference(g);
        ref var m = ref MemoryMarshal.GetReference(s[..n]);
        T factor = T.CreateTruncating(lambda), old = T.CreateTruncating(keep);
        T rest = T.CreateTruncating(1 - keep), least = T.CreateTruncating(epsilon);
        nuint i = 0, width = (nuint)Vector256<T>.Count;
        for (; i + width <= (nuint)n; i += width)
        {
            var gradient = Load(ref r, i);
            var square = gradient * gradient;
            var mean = (Vector256.Create(old) * Load(ref m, i)) + (Vector256.Create(rest) * square);
            mean.StoreUnsafe(ref m, i);
            var scale = Vector256.Create(factor) / Vector256.Sqrt(mean + Vector256.Create(least));
            (gradient + (scale * square * (Load(ref a, i) - Load(ref b, i)))).StoreUnsafe(ref r, i);
        }
        for (var k = (int)i; k < n; k++)
        {
            var square = g[k] * g[k];
            s[k] = (old * s[k]) + (rest * square);
            g[k] += factor / T.Sqrt(s[k] + least) * square * (now[k] - then[k]);
        }
    }
}
