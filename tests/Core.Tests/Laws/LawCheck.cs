using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Laws;

/// <summary>
/// What the test file of every law does: its draws against closed forms, its options against their ranges.
/// </summary>
static class LawCheck
{
    const int N = 100_000;

    /// <summary>
    /// Over 10^5 draws: mean and quantiles within five standard errors, no draw below the floor, the same draw twice
    /// the same number, and many at once the same numbers as one by one. The standard error of the mean comes from the
    /// given variance, null where it is infinite.
    /// </summary>
    public static void Follows(
        Law law, double floor, double mean, double? variance, params (double Value, double Below)[] quantiles)
    {
        Assert.Equal(floor, law.Floor, 1e-12 * floor);
        if (double.IsInfinity(mean))
            Assert.Equal(mean, law.Mean);
        else
            Assert.Equal(mean, law.Mean, 1e-9 * mean);

        var draws = Draws(law);
        Assert.Equal(draws.Take(100), Draws(law).Take(100));
        Assert.Equal(draws.Take(101), DrawsAtOnce(law, 101));
        Assert.All(draws, x => Assert.True(x >= law.Floor));
        if (variance is { } v)
            Assert.Equal(mean, draws.Average(), 5 * Math.Sqrt(v / N) + 1e-12 * mean);
        foreach (var (value, below) in quantiles)
        {
            Assert.Equal(below, draws.Count(x => x <= value) / (double)N, 5 * Math.Sqrt(below * (1 - below) / N));
            Assert.InRange(law.Quantile(below), law.Floor, value + (1e-9 * Math.Abs(value)));
        }
        foreach (var share in (double[])[0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999])
        {
            // Where many draws are equal, the share lies between those below and those at most.
            var (quantile, error) = (law.Quantile(share), 5 * Math.Sqrt(share * (1 - share) / N));
            Assert.InRange(share, (draws.Count(x => x < quantile) / (double)N) - error, 1);
            Assert.InRange(share, 0, (draws.Count(x => x <= quantile * (1 + 1e-12)) / (double)N) + error);
        }
    }

    /// <summary>The variance of 10^5 draws, within five standard errors from the fourth central moment.</summary>
    public static void HasVariance(Law law, double variance, double fourthMoment)
    {
        var draws = Draws(law);
        var mean = draws.Average();
        var error = 5 * Math.Sqrt((fourthMoment - variance * variance) / N);
        Assert.Equal(variance, draws.Average(x => (x - mean) * (x - mean)), error);
    }

    public static double[] Draws(Law law) =>
        [.. Enumerable.Range(0, N).Select(k => law.Sample(new Draw(1, Purpose.LinkDelay, 2, (ulong)k)))];

    static double[] DrawsAtOnce(Law law, int count)
    {
        var (ids, ks) = (new ulong[count], new ulong[count]);
        for (var k = 0; k < count; k++)
            (ids[k], ks[k]) = (2, (ulong)k);
        var values = new double[count];
        law.Sample(new Draws(1, Purpose.LinkDelay, ids, ks), values);
        return values;
    }

    /// <summary>Everything that is wrong with some options: ranges and relations.</summary>
    public static string[] Errors(object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return
        [
            .. results.Select(r => r.ErrorMessage!),
            .. (options as ICheckedOptions)?.Violations() ?? [],
        ];
    }
}
