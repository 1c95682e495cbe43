using System.Numerics;
using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Kernels.Optimizers;

/// <summary>x -= eta g, elementwise.</summary>
/// <typeparam name="T">float or double.</typeparam>
[FastOptimizer(typeof(Sgd))]
public sealed class SgdStep<T> : FastOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The fast form of an optimizer.</summary>
    public SgdStep(Sgd optimizer) => _ = optimizer;

    /// <inheritdoc />
    public override bool IsElementwise => true;

    /// <inheritdoc />
    public override void Step(in OptimizerStep<T> step) => VectorMath<T>.Axpy(-step.Rate, step.Gradient, step.X);
}
