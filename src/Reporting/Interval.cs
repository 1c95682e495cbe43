using AsyncOpt.Core.Runs;
using MathNet.Numerics.Distributions;

namespace AsyncOpt.Reporting;

/// <summary>A quantity over repetitions that differ only in their seed.</summary>
/// <remarks>
/// The interval is Student's, on the scale that the quantity declares. On the log and logit scales its ends are those
/// of the transformed mean, by the delta method: they stay within what the quantity can be, and the end on the side of
/// the longer tail is the farther one. Narrow intervals are the same on all scales. Below
/// <see cref="FewestSeeds"/> values there is no interval, only the range of the values.
/// </remarks>
/// <param name="Count">How many values there were.</param>
/// <param name="Mean">Their mean; NaN without any.</param>
/// <param name="StandardDeviation">Of the sample, with divisor n - 1; NaN below two values.</param>
/// <param name="HalfWidth">
/// t(0.975; n - 1) s / sqrt(n), half the width of the 95 % confidence interval on the linear scale; NaN below two
/// values.
/// </param>
public readonly record struct Interval(int Count, double Mean, double StandardDeviation, double HalfWidth)
{
    /// <summary>The probability that the interval covers the mean, under normal values.</summary>
    public const double Confidence = 0.95;

    /// <summary>Fewer values are told by their range: an interval of two or three says next to nothing.</summary>
    public const int FewestSeeds = 4;

    /// <summary>The scale on which the ends are symmetric.</summary>
    public Scale Scale { get; init; }

    /// <summary>The least value.</summary>
    public double Least { get; init; }

    /// <summary>The greatest value.</summary>
    public double Greatest { get; init; }

    /// <summary>Whether there are too few values for an interval, so that the ends are those of the range.</summary>
    public bool IsRange => Count < FewestSeeds;

    /// <summary>The lower end of the interval, or the least value where there is none.</summary>
    public double Low => IsRange ? Least : Ends(Mean, HalfWidth, Scale).Low;

    /// <summary>The upper end of the interval, or the greatest value where there is none.</summary>
    public double High => IsRange ? Greatest : Ends(Mean, HalfWidth, Scale).High;

    /// <summary>The interval of some values.</summary>
    /// <param name="values">One a seed.</param>
    /// <param name="scale">What the quantity declares.</param>
    public static Interval Of(IReadOnlyList<double> values, Scale scale)
    {
        var n = values.Count;
        if (n == 0)
            return new(0, double.NaN, double.NaN, double.NaN)
            {
                Scale = scale, Least = double.NaN, Greatest = double.NaN,
            };
        // Relative to the first value, so that equal values have that very value as their mean, and no deviation.
        var first = values[0];
        var mean = first + (values.Sum(v => v - first) / n);
        if (!double.IsFinite(mean))
            mean = values.Sum() / n;               // infinite where one value is, also the first
        var squares = values.Sum(v => (v - mean) * (v - mean));
        var deviation = n == 1 ? double.NaN : Math.Sqrt(squares / (n - 1));
        var halfWidth = n == 1
            ? double.NaN
            : StudentT.InvCDF(0, 1, n - 1, 0.5 + Confidence / 2) * deviation / Math.Sqrt(n);
        return new(n, mean, deviation, halfWidth) { Scale = scale, Least = values.Min(), Greatest = values.Max() };
    }

    /// <summary>The ends of an interval on a scale, by the delta method.</summary>
    /// <param name="mean">The estimate.</param>
    /// <param name="halfWidth">Half the interval's width on the linear scale.</param>
    /// <param name="scale">The scale; a mean that it does not allow has linear ends.</param>
    public static (double Low, double High) Ends(double mean, double halfWidth, Scale scale)
    {
        if (halfWidth == 0)
            return (mean, mean);
        if (scale == Scale.Log && mean > 0)
            return (mean * Math.Exp(-halfWidth / mean), mean * Math.Exp(halfWidth / mean));
        if (scale == Scale.Logit && mean is > 0 and < 1)
        {
            // Odds times and divided by a factor.
            var (odds, factor) = (mean / (1 - mean), Math.Exp(halfWidth / (mean * (1 - mean))));
            return (odds / (odds + factor), double.IsInfinity(factor) ? 1 : odds * factor / (1 + odds * factor));
        }
        return (mean - halfWidth, mean + halfWidth);
    }
}
