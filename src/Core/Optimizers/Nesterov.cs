using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Optimizers;

/// <summary>
/// Nesterov's momentum in the form that needs one gradient at the point itself:
/// <c>u := beta u + g, x := x - eta (beta u + g)</c>.
/// </summary>
/// <remarks>
/// Equal to the form that looks ahead after a change of variables; the convention of the common frameworks without
/// dampening, and of the outer optimizer of DiLoCo.
/// </remarks>
/// <param name="options">The momentum.</param>
[Optimizer("nesterov", Source = "Sutskever et al., ICML 2013; Liu et al., arXiv 2401.09135, eq. 4")]
public sealed class Nesterov(Nesterov.Options options) : Optimizer
{
    /// <summary>Options of <see cref="Nesterov"/>.</summary>
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
            step.X[k] += -step.Rate * ((options.Beta * step.State0[k]) + step.Gradient[k]);
        }
    }
}
