using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Core.ComputeTimes;

/// <summary>One place is slower than all others, whose factor is 1.</summary>
/// <param name="options">Which, and by how much.</param>
[Speeds("straggler")]
public sealed class StragglerSpeeds(StragglerSpeeds.Options options) : Speeds
{
    /// <summary>Options of <see cref="StragglerSpeeds"/>.</summary>
    public sealed record Options
    {
        /// <summary>The slow place.</summary>
        [Range(0, int.MaxValue)]
        public int Place { get; init; }

        /// <summary>How many times as long it takes.</summary>
        [Range(1e-9, 1e9)]
        public required double Factor { get; init; }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">There is no such place.</exception>
    public override double[] Factors(SpeedContext context)
    {
        if (options.Place >= context.Places)
            throw new InputException(
                $"speeds 'straggler': there is no place {options.Place}; the places are 0 to {context.Places - 1}");
        var factors = new double[context.Places];
        Array.Fill(factors, 1);
        factors[options.Place] = options.Factor;
        return factors;
    }
}
