using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Kernels.Optimizers;

/// <summary>One pass over x, g, m, v for Adam and its relatives: exact roots and quotients, nothing fused.</summary>
/// <typeparam name="T">float or double.</typeparam>
static class AdamPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The same formula as <see cref="AdamMoments.Step"/>, at this float width.</summary>
    public static void Step(in AdamMoments moments, in OptimizerStep<T> step)
    {
        var n = step.X.Length;
        T beta1 = T.CreateTruncating(moments.Beta1), rest1 = T.CreateTruncating(1 - moments.Beta1);
        T beta2 = T.CreateTruncating(moments.Beta2), rest2 = T.CreateTruncating(1 - moments.Beta2);
        var mean = T.CreateTruncating(moments.MeanFactor(step.Rate, step.Number));
        var root = T.CreateTruncating(moments.RootFactor(step.Number));
        var (decay, epsilon) = (T.CreateTruncating(moments.Decay(step.Rate)), T.CreateTruncating(moments.Epsilon));
        ref var x = ref MemoryMarshal.GetReference(step.X);
        ref var g = ref MemoryMarshal.GetReference(step.Gradient[..n]);
        ref var m = ref MemoryMarshal.GetReference(step.State0[..n]);
        ref var v = ref MemoryMarshal.GetReference(step.State1[..n]);
        nuint i = 0, width = (nuint)Vector256<T>.Count;
        for (; i + width <= (nuint)n; i += width)
        {
            var gradient = Vector256.LoadUnsafe(ref g, i);
            var first = (Vector256.Create(beta1) * Vector256.LoadUnsafe(ref m, i))
                + (Vector256.Create(rest1) * gradient);
            var second = (Vector256.Create(beta2) * Vector256.LoadUnsafe(ref v, i))
                + (Vector256.Create(rest2) * (gradient * gradient));
            first.StoreUnsafe(ref m, i);
            second.StoreUnsafe(ref v, i);
            var scale = (Vector256.Create(root) * Vector256.Sqrt(second)) + Vector256.Create(epsilon);
            ((Vector256.Create(decay) * Vector256.LoadUnsafe(ref x, i)) - (Vector256.Create(mean) * first / scale))
                .StoreUnsafe(ref x, i);
        }
        for (var k = (int)i; k < n; k++)
        {
            var gradient = step.Gradient[k];
            var first = step.State0[k] = (beta1 * step.State0[k]) + (rest1 * gradient);
            var second = step.State1[k] = (beta2 * step.State1[k]) + (rest2 * (gradient * gradient));
            step.X[k] = (decay * step.X[k]) - (mean * first / ((root * T.Sqrt(second)) + epsilon));
        }
    }
}

/// <summary>Adam in one pass.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="optimizer">The optimizer.</param>
[FastOptimizer(typeof(Adam))]
public sealed class AdamStep<T>(Adam optimizer) : FastOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc />
    public override void Step(in OptimizerStep<T> step) => AdamPass<T>.Step(optimizer.Moments, step);
}

/// <summary>Adam with decoupled weight decay in one pass.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="optimizer">The optimizer.</param>
[FastOptimizer(typeof(AdamW))]
public sealed class AdamWStep<T>(AdamW optimizer) : FastOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc />
    public override void Step(in OptimizerStep<T> step) => AdamPass<T>.Step(optimizer.Moments, step);
}
