using AsyncOpt.Core.Laws;

namespace AsyncOpt.Core.Tests.Laws;

public sealed class LogNormalTests
{
    [Fact]
    public void Follows_the_log_normal_law_with_a_given_median()
    {
        var law = new LogNormal(new() { Median = 2, Sigma = 0.5 });

        var mean = 2 * Math.Exp(0.125);
        var variance = mean * mean * (Math.Exp(0.25) - 1);
        LawCheck.Follows(law, 0, mean, variance, (2, 0.5), (2 * Math.Exp(0.5 * 1.2815515655446004), 0.9));
        LawCheck.HasVariance(law, variance, variance * variance * (3 + 5.898446));
    }

    [Fact]
    public void Follows_the_log_normal_law_with_a_given_mean_and_shift()
    {
        var law = new LogNormal(new() { Mean = 3, Sigma = 0.5, Shift = 1 });

        var variance = 9 * (Math.Exp(0.25) - 1);
        LawCheck.Follows(law, 1, 4, variance, (1 + 3 * Math.Exp(-0.125), 0.5));
    }

    [Fact]
    public void Is_the_median_without_spread()
    {
        var law = new LogNormal(new() { Median = 2, Sigma = 0, Shift = 1 });

        Assert.False(law.IsRandom);
        Assert.Equal((3, 3), (law.Floor, LawCheck.Draws(law)[0]));
    }

    [Fact]
    public void Wants_either_median_or_mean()
    {
        Assert.Empty(LawCheck.Errors(new LogNormal.Options { Median = 1, Sigma = 1 }));
        Assert.Contains("neither", LawCheck.Errors(new LogNormal.Options { Sigma = 1 }).Single());
        Assert.Contains("both", LawCheck.Errors(new LogNormal.Options { Median = 1, Mean = 1, Sigma = 1 }).Single());
        Assert.Single(LawCheck.Errors(new LogNormal.Options { Median = -1, Sigma = 1 }));
    }
}
