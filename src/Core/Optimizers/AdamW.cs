using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Optimizers;

/// <summary>
/// Adam with decoupled weight decay: <c>x := (1 - eta lambda) x - eta mh / (sqrt(vh) + eps)</c>, the moments as in
/// <see cref="Adam"/>. With g = 0 the point shrinks geometrically.
/// </summary>
/// <remarks>The decay is multiplied by the step size, as in the common frameworks.</remarks>
/// <param name="options">The moments and the decay.</param>
[Optimizer("adamw", Source = "Loshchilov and Hutter, ICLR 2019, algorithm 2")]
public sealed class AdamW(AdamW.Options options) : Optimizer
{
    /// <summary>Options of <see cref="AdamW"/>.</summary>
    public sealed record Options
    {
        /// <summary>The share of m that stays.</summary>
        [Range(0, 0.999999)]
        public double Beta1 { get; init; } = 0.9;

        /// <summary>The share of v that stays.</summary>
        [Range(0, 0.99999999)]
        public double Beta2 { get; init; } = 0.999;

        /// <summary>Added to the root.</summary>
        [Range(0, 1.0)]
        public double Epsilon { get; init; } = 1e-8;

        /// <summary>lambda.</summary>
        [Range(0, 1e3)]
        public double WeightDecay { get; init; } = 0.01;
    }

    /// <summary>Its moments and decay.</summary>
    public AdamMoments Moments =>
        new(options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay);

    /// <inheritdoc/>
    public override int States => 2;

    /// <inheritdoc/>
    public override void Step(in OptimizerStep<double> step) => Moments.Step(step);
}
