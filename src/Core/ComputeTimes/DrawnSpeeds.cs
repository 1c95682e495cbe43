using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.ComputeTimes;

/// <summary>The factor of each place is drawn once, independently, with one law.</summary>
/// <param name="options">The law.</param>
[Speeds("drawn")]
public sealed class DrawnSpeeds(DrawnSpeeds.Options options) : Speeds
{
    /// <summary>Options of <see cref="DrawnSpeeds"/>.</summary>
    public sealed record Options
    {
        /// <summary>The law of a factor; it must not give 0.</summary>
        public required Law Law { get; init; }

        /// <summary>What the drawn factors are divided by.</summary>
        public SpeedNormalization Normalize { get; init; }
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The law gave a factor that is not finite and above 0.</exception>
    public override double[] Factors(SpeedContext context)
    {
        options.Law.Build(context.Locate);
        var factors = new double[context.Places];
        for (var place = 0; place < factors.Length; place++)
            factors[place] = options.Law.Sample(new Draw(context.Seed, Purpose.Speed, (ulong)place, 0));
        return SpeedChecks.NotPositive("speeds 'drawn': drawn factors", factors).FirstOrDefault() is { } violation
            ? throw new InputException(violation + "; take a law whose values are above 0")
            : SpeedChecks.Normalize(factors, options.Normalize, context);
    }
}
