using AsyncOpt.Core.Laws;

namespace AsyncOpt.Core.Tests.Laws;

public sealed class ConstantTests
{
    [Fact]
    public void Is_always_its_value()
    {
        var law = new Constant(new() { Value = 0.25 });

        Assert.False(law.IsRandom);
        LawCheck.Follows(law, 0.25, 0.25, 0);
        Assert.All(LawCheck.Draws(law), x => Assert.Equal(0.25, x));
    }

    [Fact]
    public void Refuses_what_is_no_duration()
    {
        Assert.Empty(LawCheck.Errors(new Constant.Options { Value = 0 }));
        Assert.Single(LawCheck.Errors(new Constant.Options { Value = -1e-9 }));
        Assert.Single(LawCheck.Errors(new Constant.Options { Value = double.NaN }));
        Assert.Single(LawCheck.Errors(new Constant.Options { Value = double.PositiveInfinity }));
    }
}
