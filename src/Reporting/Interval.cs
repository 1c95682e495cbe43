using MathNet.Numerics.Distributions;

namespace AsyncOpt.Reporting;

/// <summary>A quantity over repetitions that differ only in their seed.</summary>
/// <remarks>
/// Where all values are positive, as of gaps, times and counts, the ends lie symmetric on the log scale: mean exp(+-
/// half-width / mean), the delta method for the logarithm of the mean. So they stay positive, and the upper end is the
/// farther one, as it should be for skewed metrics; for narrow intervals it is the same as mean +- half-width.
/// </remarks>
/// <param name="Count">How many values there were.</param>
/// <param name="Mean">Their mean; NaN without any.</param>
/// <param name="StandardDeviation">Of the sample, with divisor n - 1; NaN below two values.</param>
/// <param name="HalfWidth">
/// t(0.975; n - 1) s / sqrt(n), half the width of the 95 % confidence interval where values are of any sign; NaN below
/// two values.
/// </param>
public readonly record struct Interval(int Count, double Mean, double StandardDeviation, double HalfWidth)
{
    /// <summary>The probability that the interval covers the mean, under normal values.</summary>
    public const double Confidence = 0.95;

    /// <summary>Whether all values are positive, so that the ends are symmetric on the log scale.</summary>
    public bool IsPositive { get; init; }

    /// <summary>The lower end; the mean itself below two values.</summary>
    public double Low => Count < 2 ? Mean : End(-1);

    /// <summary>The upper end; the mean itself below two values.</summary>
    public double High => Count < 2 ? Mean : End(1);

    /// <summary>The interval of some values.</summary>
    public static Interval Of(IReadOnlyList<double> values)
    {
        var n = values.Count;
        if (n == 0)
            return new(0, double.NaN, double.NaN, double.NaN);
        // Relative to the first value, so that equal values have that very value as their mean, and no deviation.
        var first = values[0];
        var mean = first + (values.Sum(v => v - first) / n);
        if (!double.IsFinite(mean))
            mean = values.Sum() / n;               // infinite where one value is, also the first
        if (n == 1)
            return new(1, mean, double.NaN, double.NaN);
        var squares = values.Sum(v => (v - mean) * (v - mean));
        var deviation = Math.Sqrt(squares / (n - 1));
        var t = StudentT.InvCDF(0, 1, n - 1, 0.5 + Confidence / 2);
        return new(n, mean, deviation, t * deviation / Math.Sqrt(n)) { IsPositive = values.All(v => v > 0) };
    }

    double End(int sign) =>
        IsPositive ? Mean * Math.Exp(sign * HalfWidth / Mean) : Mean + sign * HalfWidth;
}
