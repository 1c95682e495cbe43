using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Optimizers;

/// <summary>
/// Heavy ball: <c>u := beta u + g, x := x - eta u</c>. Under a constant gradient u tends to g / (1 - beta).
/// </summary>
/// <remarks>
/// The form of the common frameworks, without dampening; Polyak's own form has the step inside u, which is the same as
/// long as the step is constant.
/// </remarks>
/// <param name="options">The momentum.</param>
[Optimizer("momentum", Source = "Polyak, USSR Comput. Math. Math. Phys. 4 (1964); Sutskever et al., ICML 2013")]
public sealed class Momentum(Momentum.Options options) : Optimizer
{
    /// <summary>Options of <see cref="Momentum"/>.</summary>
    public sealed record Options
    {
        /// <summary>The share of u that stays, beta.</summary>
        [Range(0, 0.999999)]
        public double Beta { get; init; } = 0.9;
    }

    /// <summary>beta.</summary>
    public double Beta => options.Beta;

    /// <inheritdoc/>
    public override int States => 1;

    /// <inheritdoc/>
    public override void Step(in OptimizerStep<double> step)
    {
        for (var k = 0; k < step.X.Length; k++)
        {
            step.State0[k] = (options.Beta * step.State0[k]) + step.Gradient[k];
            step.X[k] += -step.Rate * step.State0[k];
        }
    }
}
