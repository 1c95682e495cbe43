using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.Optimizers;

/// <summary>
/// Adam: <c>m := beta1 m + (1 - beta1) g, v := beta2 v + (1 - beta2) g^2, x := x - eta mh / (sqrt(vh) + eps)</c>,
/// elementwise, with <c>mh = m / (1 - beta1^t), vh = v / (1 - beta2^t)</c> at the state's step t = 1, 2, ....
/// The first step is eta sign(g) for eps = 0.
/// </summary>
/// <param name="options">The moments.</param>
[Optimizer("adam", Source = "Kingma and Ba, ICLR 2015, algorithm 1")]
public sealed class Adam(Adam.Options options) : Optimizer
{
    /// <summary>Options of <see cref="Adam"/>.</summary>
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
    }

    /// <summary>Its moments.</summary>
    public AdamMoments Moments => new(options.Beta1, options.Beta2, options.Epsilon, 0);

    /// <inheritdoc/>
    public override int States => 2;

    /// <inheritdoc/>
    public override void Step(in OptimizerStep<double> step) => Moments.Step(step);
}
