using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Faults;

public class DuplicateFaultTests
{
    [Fact]
    public void Doubles_the_share_it_is_told()
    {
        var fault = new DuplicateFault(new() { Probability = 0.5 });

        var doubled = Enumerable.Range(0, 10_000)
            .Count(k => fault.Judge(default, new Draw(7, Purpose.LinkFault, 3, (ulong)k)) == Verdict.Duplicate);

        Assert.InRange(doubled, 4750, 5250); // 5 standard deviations of a binomial
    }

    [Fact]
    public void Passes_everything_at_probability_zero()
    {
        var fault = new DuplicateFault(new() { Probability = 0 });

        Assert.False(fault.JudgesMessages);
        Assert.Equal(Verdict.Pass, fault.Judge(default, new Draw(1, Purpose.LinkFault, 0, 0)));
    }
}
