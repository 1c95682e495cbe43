using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>
/// f.grad of quadratics: h_k (x_k - c_pk) + noise z_k; the noise is drawn in double, two numbers at a time.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
[FastOracle(typeof(Quadratic), "f.grad")]
public sealed class QuadraticGradient<T>(Quadratic problem) : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly T[] _curvature = Array.ConvertAll(problem.Curvature, T.CreateTruncating);
    readonly double _noise = problem.Noise;

    /// <inheritdoc />
    public override void Evaluate(in OracleCall<T> call)
    {
        var target = problem.Target(call.Place);
        if (typeof(T) == typeof(double))
            Subtract(call.Input, MemoryMarshal.Cast<double, T>(target), call.Output);
        else
            Subtract(call.Input, target, call.Output);
        Multiply(_curvature, call.Output);
        if (_noise > 0)
            AddNoise(call);
    }

    static void Subtract(ReadOnlySpan<T> x, ReadOnlySpan<T> target, Span<T> output) =>
        VectorMath<T>.Subtract(x, target, output);

    // Targets stay in float64: a second copy of them for 10^6 places would cost more than the conversion.
    static void Subtract(ReadOnlySpan<T> x, ReadOnlySpan<double> target, Span<T> output)
    {
        x = x[..output.Length];
        target = target[..output.Length];
        for (var k = 0; k < output.Length; k++)
            output[k] = T.CreateTruncating(double.CreateTruncating(x[k]) - target[k]);
    }

    static void Multiply(ReadOnlySpan<T> factors, Span<T> y)
    {
        ref var f = ref MemoryMarshal.GetReference(factors[..y.Length]);
        ref var p = ref MemoryMarshal.GetReference(y);
        nuint i = 0, n = (nuint)y.Length, width = (nuint)Vector256<T>.Count;
        for (; i + width <= n; i += width)
            (Vector256.LoadUnsafe(ref f, i) * Vector256.LoadUnsafe(ref p, i)).StoreUnsafe(ref p, i);
        for (; i < n; i++)
            Unsafe.Add(ref p, i) *= Unsafe.Add(ref f, i);
    }

    void AddNoise(in OracleCall<T> call)
    {
        var y = call.Output;
        for (var k = 0; k < y.Length; k += 2)
        {
            call.Noise.NormalPair(k / 2, out var even, out var odd);
            y[k] += T.CreateTruncating(_noise * even);
            if (k + 1 < y.Length)
                y[k + 1] += T.CreateTruncating(_noise * odd);
        }
    }
}
