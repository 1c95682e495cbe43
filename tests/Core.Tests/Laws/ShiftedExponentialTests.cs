using AsyncOpt.Core.Laws;

namespace AsyncOpt.Core.Tests.Laws;

public sealed class ShiftedExponentialTests
{
    [Fact]
    public void Follows_the_shifted_exponential_law()
    {
        var law = new ShiftedExponential(new() { Shift = 1, Mean = 2 });

        // P(X <= x) = 1 - exp(-(x - 1) / 2); central fourth moment 9 * 2^4.
        LawCheck.Follows(law, 1, 3, 4, (1 + 2 * Math.Log(2), 0.5), (1 + 2 * Math.Log(100), 0.99));
        LawCheck.HasVariance(law, 4, 144);
        Assert.InRange(LawCheck.Draws(law).Min(), 1, 1.001);
    }

    [Fact]
    public void Is_the_shift_alone_without_an_exponential_part()
    {
        var law = new ShiftedExponential(new() { Shift = 1, Mean = 0 });

        Assert.False(law.IsRandom);
        Assert.Equal(1, LawCheck.Draws(law)[5]);
    }

    [Fact]
    public void Refuses_negative_parts() =>
        Assert.Equal(2, LawCheck.Errors(new ShiftedExponential.Options { Shift = -1, Mean = -1 }).Length);
}
