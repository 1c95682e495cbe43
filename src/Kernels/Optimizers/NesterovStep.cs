using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Kernels.Optimizers;

/// <summary>u = beta u + g, x -= eta (beta u + g), elementwise, in one pass.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="optimizer">The optimizer.</param>
[FastOptimizer(typeof(Nesterov))]
public sealed class NesterovStep<T>(Nesterov optimizer) : FastOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc />
    public override void Step(in OptimizerStep<T> step)
    {
        var (beta, rate) = (T.CreateTruncating(optimizer.Beta), T.CreateTruncating(-step.Rate));
        var n = step.X.Length;
        ref var x = ref MemoryMarshal.GetReference(step.X);
        ref var g = ref MemoryMarshal.GetReference(step.Gradient[..n]);
        ref var u = ref MemoryMarshal.GetReference(step.State0[..n]);
        var (betas, rates) = (Vector256.Create(beta), Vector256.Create(rate));
        nuint i = 0, width = (nuint)Vector256<T>.Count;
        for (; i + width <= (nuint)n; i += width)
        {
            var gradient = Vector256.LoadUnsafe(ref g, i);
            var momentum = (betas * Vector256.LoadUnsafe(ref u, i)) + gradient;
            momentum.StoreUnsafe(ref u, i);
            (Vector256.LoadUnsafe(ref x, i) + (rates * ((betas * momentum) + gradient))).StoreUnsafe(ref x, i);
        }
        for (var k = (int)i; k < n; k++)
        {
            step.State0[k] = (beta * step.State0[k]) + step.Gradient[k];
            step.X[k] += rate * ((beta * step.State0[k]) + step.Gradient[k]);
        }
    }
}
