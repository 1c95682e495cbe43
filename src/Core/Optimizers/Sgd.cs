namespace AsyncOpt.Core.Optimizers;

/// <summary>Plain gradient steps: <c>x := x - eta g</c>. No state.</summary>
[Optimizer("sgd", Source = "Robbins and Monro, Ann. Math. Statist. 22 (1951)")]
public sealed class Sgd : Optimizer
{
    /// <inheritdoc/>
    public override int States => 0;

    /// <inheritdoc/>
    public override void Step(in OptimizerStep<double> step)
    {
        for (var k = 0; k < step.X.Length; k++)
            step.X[k] += -step.Rate * step.Gradient[k];
    }
}
