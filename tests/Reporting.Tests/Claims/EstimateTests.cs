using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Claims;

namespace AsyncOpt.Reporting.Tests.Claims;

public class EstimateTests
{
    const double Inf = double.PositiveInfinity;

    static void Is(Estimate estimate, double value, double low, double high, double within = 1e-9)
    {
        Assert.Equal(value, estimate.Value, within);
        Assert.Equal(low, estimate.Low, within);
        Assert.Equal(high, estimate.High, within);
    }

    // Quantiles of Student's t from printed tables: t(0.975; 2) = 4.30265273, t(0.95; 2) = 2.91998558.
    [Fact]
    public void A_difference_is_paired_and_has_students_interval()
    {
        var half = 4.30265273 / Math.Sqrt(3);
        Is(Estimate.OfDifference([11, 22, 33], [10, 20, 30], 0.95), 2, 2 - half, 2 + half, 1e-7);
        half = 2.91998558 / Math.Sqrt(3);
        Is(Estimate.OfDifference([11, 22, 33], [10, 20, 30], 0.9), 2, 2 - half, 2 + half, 1e-7);
    }

    [Fact]
    public void A_ratio_is_a_geometric_mean_with_an_asymmetric_interval()
    {
        // Ratios e, e^2, e^3: logarithms 1, 2, 3.
        var half = 4.30265273 / Math.Sqrt(3);
        var estimate = Estimate.OfRatio([Math.E, Math.Exp(2) * 5, Math.Exp(3) * 7], [1, 5, 7], 0.95);

        Is(estimate, Math.Exp(2), Math.Exp(2 - half), Math.Exp(2 + half), 1e-5);
    }

    [Fact]
    public void A_ratio_of_means_divides_arithmetic_means()
    {
        // x / a - y / b with a = 2, b = 1: 1 - 0.5, 1 - 1, 1 - 1.5.
        var half = 4.30265273 * 0.5 / Math.Sqrt(3);
        Is(Estimate.OfRatioOfMeans([2, 2, 2], [0.5, 1, 1.5], 0.95), 2, 2 * Math.Exp(-half), 2 * Math.Exp(half), 1e-7);
    }

    [Fact]
    public void Values_that_move_together_leave_a_paired_effect_without_spread()
    {
        Is(Estimate.OfRatio([2, 20, 200], [1, 10, 100], 0.95), 2, 2, 2);
        Is(Estimate.OfRatioOfMeans([2, 20, 200], [1, 10, 100], 0.95), 2, 2, 2);
        Is(Estimate.OfDifference([2, 20, 200], [1, 19, 199], 0.95), 1, 1, 1);
    }

    // Welch 1947, as worked out by hand: means 3 and 7, variances 1 and 4, three values each.
    [Fact]
    public void Arms_with_seeds_of_their_own_are_compared_by_welchs_interval()
    {
        // nu = (1/3 + 4/3)^2 / ((1/9 + 16/9) / 2) = 50 / 17; t(0.975; 50/17) from its integral by Simpson's rule.
        var quantile = Quantile(50.0 / 17, 0.975);
        var half = quantile * Math.Sqrt(5.0 / 3);

        Is(Estimate.OfUnpaired([2, 3, 4], [5, 7, 9], 0.95), -4, -4 - half, -4 + half, 1e-5);
    }

    [Fact]
    public void Two_failures_tell_nothing_of_each_other()
    {
        Assert.Equal(0, Estimate.OfDifference([Inf, Inf], [Inf, Inf], 0.95).Value);
        Assert.Equal(1, Estimate.OfRatio([Inf, Inf, Inf], [Inf, Inf, Inf], 0.95).Value);
    }

    [Fact]
    public void Where_all_runs_of_one_side_failed_the_effect_is_infinite()
    {
        Is(Estimate.OfRatio([1, 2], [Inf, Inf], 0.95), 0, 0, 0);
        var worse = Estimate.OfDifference([Inf, Inf], [1, 2], 0.95);
        Assert.Equal((Inf, Inf, Inf), (worse.Value, worse.Low, worse.High));
        Is(Estimate.OfUnpairedRatio([1, 2], [Inf, Inf], 0.95), 0, 0, 0);
    }

    [Fact]
    public void Where_some_runs_failed_the_median_and_order_statistics_tell()
    {
        // Coverage of [least, greatest] of n values for the median is 1 - 2 / 2^n: 0.9375 for 5, 0.96875 for 6.
        var five = Estimate.OfMean([1, 2, 3, 4, Inf], 0.95);
        Assert.Equal((3.0, -Inf, Inf), (five.Value, five.Low, five.High));
        var six = Estimate.OfMean([5, 1, 2, 3, 4, Inf], 0.95);
        Assert.Equal((3.5, 1.0, Inf), (six.Value, six.Low, six.High));
        // Of 9, [2nd, 8th] covers 1 - 2 (1 + 9) / 512 = 0.961.
        var nine = Estimate.OfMean([1, 2, 3, 4, 5, 6, 7, 8, Inf], 0.95);
        Assert.Equal((5.0, 2.0, 8.0), (nine.Value, nine.Low, nine.High));
    }

    [Fact]
    public void A_ratio_of_negative_values_is_undefined()
    {
        var estimate = Estimate.OfRatio([1, -1], [1, 1], 0.95);

        Assert.True(double.IsNaN(estimate.Value));
        Assert.Contains("take the difference", estimate.How, StringComparison.Ordinal);
        Assert.True(double.IsNaN(Estimate.OfRatioOfMeans([1, -3], [1, 1], 0.95).Value));
    }

    [Fact]
    public void The_other_way_round_every_estimate_mirrors()
    {
        double[][] sides = [[0.9, 0.4, 2.1, 1.3], [0.2, 0.5, 1.9, 0.7], [1, 2, Inf, 3], [5, Inf, 1, 0.5, 2, 9]];
        foreach (var (a, b) in from a in sides from b in sides where a.Length == b.Length select (a, b))
        {
            var (one, other) = (Estimate.OfDifference(a, b, 0.95), Estimate.OfDifference(b, a, 0.95));
            Assert.Equal((one.Value, one.Low, one.High), (-other.Value, -other.High, -other.Low));
            (one, other) = (Estimate.OfRatio(a, b, 0.95), Estimate.OfRatio(b, a, 0.95));
            Is(one, 1 / other.Value, 1 / other.High, 1 / other.Low);
        }
        foreach (var (a, b) in from a in sides from b in sides select (a, b))
        {
            var (one, other) = (Estimate.OfUnpaired(a, b, 0.95), Estimate.OfUnpaired(b, a, 0.95));
            Assert.Equal((one.Value, one.Low, one.High), (-other.Value, -other.High, -other.Low));
        }
    }

    [Fact]
    public void A_value_has_the_interval_of_its_scale()
    {
        double[] values = [0.9, 0.99, 0.999, 0.9999];
        foreach (var scale in Enum.GetValues<Scale>())
        {
            var (estimate, interval) = (Estimate.OfMean(values, 0.95, scale), Interval.Of(values, scale));
            Is(estimate, interval.Mean, interval.Low, interval.High);
        }
    }

    [Fact]
    public void A_single_seed_has_no_interval()
    {
        var estimate = Estimate.OfMean([4], 0.95);

        Assert.Equal((4.0, -Inf, Inf), (estimate.Value, estimate.Low, estimate.High));
    }

    // Bisection on the distribution function, whose density is integrated by Simpson's rule.
    static double Quantile(double freedom, double p)
    {
        double Density(double t) => Math.Pow(1 + t * t / freedom, -(freedom + 1) / 2);
        double Integral(double to, int steps)
        {
            var h = to / steps;
            var sum = Density(0) + Density(to);
            for (var i = 1; i < steps; i++)
                sum += (i % 2 == 0 ? 2 : 4) * Density(i * h);
            return sum * h / 3;
        }
        // t = tan(u) would be exact; the tail beyond 1e4 is below 1e-11 here.
        var all = Integral(20, 20_000) + TailBeyond(20);
        double TailBeyond(double from)
        {
            var (sum, h) = (0.0, 1e-3);
            for (var s = Math.Log(from) + h / 2; s < 25; s += h)
                sum += Density(Math.Exp(s)) * Math.Exp(s) * h;
            return sum;
        }
        var (low, high) = (0.0, 20.0);
        for (var k = 0; k < 60; k++)
        {
            var middle = (low + high) / 2;
            if (0.5 + Integral(middle, 2_000) / all / 2 < p)
                low = middle;
            else
                high = middle;
        }
        return low;
    }
}
