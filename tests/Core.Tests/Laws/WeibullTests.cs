using AsyncOpt.Core.Laws;

namespace AsyncOpt.Core.Tests.Laws;

public sealed class WeibullTests
{
    [Fact]
    public void Follows_the_weibull_law()
    {
        // Shape 1/2: the square of an exponential time. Mean 2! = 2, second moment 4! = 24, P(x <= t) = 1 - exp(-sqrt t).
        var heavy = new Weibull(new() { Scale = 3, Shape = 0.5, Shift = 1 });

        LawCheck.Follows(heavy, 1, 1 + (3 * 2), 9 * (24 - 4), (1 + 3, 1 - Math.Exp(-1)), (1 + 12, 1 - Math.Exp(-2)));

        // Shape 2, Rayleigh: mean sqrt(pi) / 2, second moment 1.
        var mean = Math.Sqrt(Math.PI) / 2;
        LawCheck.Follows(new Weibull(new() { Scale = 1, Shape = 2 }), 0, mean, 1 - (mean * mean), (1, 1 - Math.Exp(-1)));
    }

    [Fact]
    public void Is_the_exponential_law_with_shape_1() => Assert.Equal(
        LawCheck.Draws(new ShiftedExponential(new() { Shift = 1, Mean = 2 })),
        LawCheck.Draws(new Weibull(new() { Scale = 2, Shape = 1, Shift = 1 })));

    [Fact]
    public void Options_have_ranges()
    {
        Assert.Empty(LawCheck.Errors(new Weibull.Options { Scale = 1, Shape = 0.5 }));
        Assert.Single(LawCheck.Errors(new Weibull.Options { Scale = -1, Shape = 1 }));
        Assert.Single(LawCheck.Errors(new Weibull.Options { Scale = 1, Shape = 0 }));
    }
}
