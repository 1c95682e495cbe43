using System.Numerics;
using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Kernels.Optimizers;

/// <summary>u = beta u + g, x -= eta u, elementwise.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="optimizer">The optimizer.</param>
[FastOptimizer(typeof(Momentum))]
public sealed class MomentumStep<T>(Momentum optimizer) : FastOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc />
    public override bool IsElementwise => true;

    /// <inheritdoc />
    public override void Step(in OptimizerStep<T> step)
    {
        VectorMath<T>.Scale(optimizer.Beta, step.State0);
        VectorMath<T>.Add(step.Gradient, step.State0);
        VectorMath<T>.Axpy(-step.Rate, step.State0, step.X);
    }
}
