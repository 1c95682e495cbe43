using AsyncOpt.Core.Laws;

namespace AsyncOpt.Core.Tests.Laws;

public sealed class UniformTests
{
    [Fact]
    public void Follows_the_uniform_law()
    {
        var law = new Uniform(new() { Low = 2, High = 5 });

        LawCheck.Follows(law, 2, 3.5, 9 / 12.0, (2.3, 0.1), (3.5, 0.5), (4.97, 0.99));
        LawCheck.HasVariance(law, 9 / 12.0, 81 / 80.0);
        Assert.InRange(LawCheck.Draws(law).Min(), 2, 2.001);
        Assert.InRange(LawCheck.Draws(law).Max(), 4.999, 5);
    }

    [Fact]
    public void Is_not_random_between_equal_bounds()
    {
        Assert.False(new Uniform(new() { Low = 2, High = 2 }).IsRandom);
        Assert.Equal(2, LawCheck.Draws(new Uniform(new() { Low = 2, High = 2 }))[0]);
    }

    [Fact]
    public void Refuses_negative_and_crossed_bounds()
    {
        Assert.Empty(LawCheck.Errors(new Uniform.Options { High = 1 }));
        Assert.Single(LawCheck.Errors(new Uniform.Options { Low = -1, High = 1 }));
        Assert.Contains("low is 3, high is 2", LawCheck.Errors(new Uniform.Options { Low = 3, High = 2 }).Single());
    }
}
