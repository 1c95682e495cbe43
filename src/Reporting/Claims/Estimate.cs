using AsyncOpt.Core.Runs;
using MathNet.Numerics.Distributions;

namespace AsyncOpt.Reporting.Claims;

/// <summary>An effect over seeds.</summary>
/// <param name="Seeds">How many seeds tell.</param>
/// <param name="Value">The estimate; infinite where all runs of one side failed, NaN where it is undefined.</param>
/// <param name="Low">The lower end of its confidence interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="How">How it was found, in a few words.</param>
public sealed record Estimate(int Seeds, double Value, double Low, double High, string How)
{
    /// <summary>An effect that nothing tells.</summary>
    public static Estimate Undefined(int seeds, string why) => new(seeds, double.NaN, double.NaN, double.NaN, why);

    /// <summary>The mean of some values, with its Student t interval on the scale that they declare.</summary>
    public static Estimate OfMean(IReadOnlyList<double> values, double confidence, Scale scale = Scale.Linear)
    {
        if (values.Any(double.IsNaN))
            return Undefined(values.Count, "undefined where both sides failed");
        if (values.Any(double.IsInfinity))
            return OfMedian(values, confidence);
        var (n, mean, variance) = Moments(values);
        var e = OfNormal(n, mean, variance / n, n - 1, confidence, "mean, t interval");
        if (scale == Scale.Linear || !double.IsFinite(e.High))
            return e;
        var (low, high) = Interval.Ends(mean, e.High - mean, scale);
        return e with { Low = low, High = high, How = $"mean, t interval on the {Text.Of(scale)} scale" };
    }

    /// <summary>Differences, seed by seed.</summary>
    public static Estimate OfDifference(IReadOnlyList<double> of, IReadOnlyList<double> to, double confidence) =>
        OfMean([.. of.Zip(to, Minus)], confidence) is var e ? e with { How = "paired difference, " + e.How } : null!;

    /// <summary>
    /// Ratios, seed by seed: geometric mean, t interval of the logarithms. Values are not negative.
    /// </summary>
    public static Estimate OfRatio(IReadOnlyList<double> of, IReadOnlyList<double> to, double confidence)
    {
        if (of.Concat(to).Any(v => v < 0))
            return Undefined(of.Count, "a ratio needs positive values: take the difference");
        var logs = Logs(of).Zip(Logs(to), Minus);
        var e = OfMean([.. logs], confidence);
        return Exp(e) with { How = "paired ratio, log scale, " + e.How };
    }

    /// <summary>The ratio of arithmetic means of paired values; delta method on the log scale.</summary>
    public static Estimate OfRatioOfMeans(IReadOnlyList<double> of, IReadOnlyList<double> to, double confidence)
    {
        if (of.Concat(to).Any(v => !double.IsFinite(v)))
            return OfRatio(of, to, confidence);
        var (n, a, _) = Moments(of);
        var (_, b, _) = Moments(to);
        if (!(a > 0 && b > 0))
            return Undefined(n, "a ratio needs positive means: take the difference");
        var (_, _, variance) = Moments([.. of.Zip(to, (x, y) => x / a - y / b)]);
        return Exp(OfNormal(n, Math.Log(a / b), variance / n, n - 1, confidence, ""))
            with
        { How = "ratio of means, delta method on the log scale" };
    }

    /// <summary>Of arms with seeds of their own: the difference of means, Welch's interval.</summary>
    public static Estimate OfUnpaired(IReadOnlyList<double> of, IReadOnlyList<double> to, double confidence)
    {
        if (of.Concat(to).Any(double.IsNaN))
            return Undefined(of.Count, "undefined where a run failed");
        if (of.Concat(to).Any(double.IsInfinity))
            return OfUnpairedFailures(of, to);
        var (n, a, va) = Moments(of);
        var (m, b, vb) = Moments(to);
        var (sa, sb) = (va / n, vb / m);
        var freedom = sa + sb > 0 ? (sa + sb) * (sa + sb) / (sa * sa / (n - 1) + sb * sb / (m - 1)) : n + m - 2;
        return OfNormal(Math.Min(n, m), a - b, sa + sb, freedom, confidence, "unpaired, Welch's t interval");
    }

    /// <summary>The same on the log scale: the ratio of geometric means.</summary>
    public static Estimate OfUnpairedRatio(IReadOnlyList<double> of, IReadOnlyList<double> to, double confidence) =>
        of.Concat(to).Any(v => v < 0)
            ? Undefined(of.Count, "a ratio needs positive values: take the difference")
            : Exp(OfUnpaired([.. Logs(of)], [.. Logs(to)], confidence));

    /// <summary>The median and its distribution-free interval, from order statistics.</summary>
    static Estimate OfMedian(IReadOnlyList<double> values, double confidence)
    {
        double[] sorted = [.. values.Order()];
        var n = sorted.Length;
        if (sorted[0] == sorted[^1])
            return new(n, sorted[0], sorted[0], sorted[0], "all failed on one side");
        var rank = 0;                                   // of the end, from 1; 0 where even the extremes do not reach
        while (2 * (rank + 1) <= n && 1 - 2 * Binomial.CDF(0.5, n, rank) >= confidence)
            rank++;
        return new(
            n,
            Median(sorted),
            rank == 0 ? double.NegativeInfinity : sorted[rank - 1],
            rank == 0 ? double.PositiveInfinity : sorted[n - rank],
            "some runs failed: median, order statistics");
    }

    static double Median(double[] sorted)
    {
        var (low, high) = (sorted[(sorted.Length - 1) / 2], sorted[sorted.Length / 2]);
        return low == high ? low : (low + high) / 2;
    }

    static Estimate OfUnpairedFailures(IReadOnlyList<double> of, IReadOnlyList<double> to)
    {
        var value = Minus(Median([.. of.Order()]), Median([.. to.Order()]));
        var all = of.All(double.IsPositiveInfinity) && to.All(double.IsFinite) ? double.PositiveInfinity
            : to.All(double.IsPositiveInfinity) && of.All(double.IsFinite) ? double.NegativeInfinity : double.NaN;
        return double.IsNaN(all)
            ? new(of.Count, value, double.NegativeInfinity, double.PositiveInfinity, "some runs failed, unpaired")
            : new(of.Count, all, all, all, "all failed on one side");
    }

    static Estimate OfNormal(
        int n, double mean, double variance, double freedom, double confidence, string how)
    {
        if (n < 2)
            return new(n, mean, double.NegativeInfinity, double.PositiveInfinity, "a single seed has no interval");
        var half = StudentT.InvCDF(0, 1, freedom, 0.5 + confidence / 2) * Math.Sqrt(variance);
        return new(n, mean, mean - half, mean + half, how);
    }

    static Estimate Exp(Estimate e) =>
        e with { Value = Math.Exp(e.Value), Low = Math.Exp(e.Low), High = Math.Exp(e.High) };

    static IEnumerable<double> Logs(IReadOnlyList<double> values) => values.Select(v => Math.Log(v));

    // Two failures tell nothing of each other.
    static double Minus(double a, double b) => double.IsInfinity(a) && a == b ? 0 : a - b;

    // Relative to the first value, so that equal values have that very value as their mean, and no variance.
    static (int Count, double Mean, double Variance) Moments(IReadOnlyList<double> values)
    {
        var (n, first) = (values.Count, values[0]);
        var mean = first + (values.Sum(v => v - first) / n);
        return (n, mean, n < 2 ? double.NaN : values.Sum(v => (v - mean) * (v - mean)) / (n - 1));
    }
}
