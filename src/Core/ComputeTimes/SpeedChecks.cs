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

    /// <summary>Divides all factors by their mean or their least, in place.</summary>
    public static double[] Normalize(double[] factors, SpeedNormalization by)
    {
        var unit = by switch
        {
            SpeedNormalization.Mean => Numerics.PairwiseSum.Sum(factors) / factors.Length,
            SpeedNormalization.Min => factors.Min(),
            _ => 1,
        };
        for (var i = 0; i < factors.Length; i++)
            factors[i] /= unit;
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
