using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Schedules;

/// <summary>
/// Falls like a power: scale / (n + offset)^exponent for update n = 0, 1, 2, .... With offset 1 the first step is the
/// scale; offset 2 gives the steps (n+1)^-b of stochastic approximation, used from n = 1 on.
/// </summary>
/// <param name="options">Scale, exponent, offset.</param>
[Schedule("power", Source = "Robbins and Monro, Ann. Math. Statist. 22 (1951): exponent in (1/2, 1]")]
public sealed class PowerSchedule(PowerSchedule.Options options) : StepSchedule
{
    /// <summary>Options of <see cref="PowerSchedule"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size at n + offset = 1.</summary>
        [Range(0, 1e6)]
        public double Scale { get; init; } = 1;

        /// <summary>The exponent b.</summary>
        [Range(0, 10.0)]
        public required double Exponent { get; init; }

        /// <summary>Added to n; larger ones flatten the beginning.</summary>
        [Range(1e-9, 1e12)]
        public double Offset { get; init; } = 1;
    }

    /// <inheritdoc/>
    public override double At(long n) => options.Scale / ExactMath.Pow(n + options.Offset, options.Exponent);
}
