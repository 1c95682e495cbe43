using System.Globalization;

namespace AsyncOpt.Core.ComputeTimes;

static class SpeedChecks
{
    /// <summary>Names the first value that is no factor: not finite, or not above 0.</summary>
    public static IEnumerable<string> NotPositive(string what, IReadOnlyList<double> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (!(values[i] > 0 && double.IsFinite(values[i])))
            {
                yield return $"{what} must be finite and above 0; number {i + 1} is {values[i]}";
                yield break;
            }
        }
    }

    /// <summary>The value of each place: one each, or dealt out in turn.</summary>
    /// <param name="values">The values.</param>
    /// <param name="context">How many places there are.</param>
    /// <param name="cycle">Whether they are dealt out in turn.</param>
    /// <param name="what">What they are and how many, for messages.</param>
    /// <param name="remedy">What to do where their number is another than that of the places.</param>
    /// <exception cref="InputException">It is, and they are not dealt out in turn.</exception>
    public static double[] Dealt(
        ReadOnlySpan<double> values, SpeedContext context, bool cycle, string what, string remedy)
    {
        if (values.Length != context.Places)
        {
            if (!cycle)
                throw new InputException($"{what} for {context.Places} {context.Called}; {remedy}");
            context.Notes.Add($"{what}, dealt out in turn to {context.Places} {context.Called}");
        }
        var dealt = new double[context.Places];
        for (var place = 0; place < dealt.Length; place++)
            dealt[place] = values[place % values.Length];
        return dealt;
    }

    /// <summary>Divides all factors by their mean or their least, in place, and says so.</summary>
    public static double[] Normalize(double[] factors, SpeedNormalization by, SpeedContext context)
    {
        var unit = by switch
        {
            SpeedNormalization.Mean => Numerics.PairwiseSum.Sum(factors) / factors.Length,
            SpeedNormalization.Min => factors.Min(),
            _ => 1,
        };
        for (var i = 0; i < factors.Length; i++)
            factors[i] /= unit;
        context.Notes.Add(by == SpeedNormalization.None
            ? "factors are taken as they are (normalize: none)"
            : string.Create(CultureInfo.InvariantCulture, $"factors are divided by their {(by == SpeedNormalization.Mean
                ? "mean" : "least")}, {Counted.Digits(unit, 5)} "
                + $"(normalize: {(by == SpeedNormalization.Mean ? "mean" : "min")})"));
        return factors;
    }
}

/// <summary>What factors are divided by, so that the base time keeps a meaning.</summary>
public enum SpeedNormalization
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Their mean: the base time is the mean time.</summary>
    Mean,

    /// <summary>Their least: the base time is that of the fastest place.</summary>
    Min,
}
