using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Faults;

public class DropFaultTests
{
    [Fact]
    public void Loses_the_share_it_is_told()
    {
        var fault = new DropFault(new() { Probability = 0.2 });

        var lost = Enumerable.Range(0, 20_000)
            .Count(k => fault.Judge(default, new Draw(7, Purpose.LinkFault, 3, (ulong)k)) == Verdict.Drop);

        Assert.InRange(lost, 4000 - 5 * 57, 4000 + 5 * 57); // 5 standard deviations of a binomial
    }

    [Theory]
    [InlineData(0, VerdictKind.Pass)]
    [InlineData(1, VerdictKind.Drop)]
    public void Is_certain_at_both_ends(double probability, VerdictKind verdict)
    {
        var fault = new DropFault(new() { Probability = probability });

        Assert.Equal(verdict, fault.Judge(default, new Draw(1, Purpose.LinkFault, 0, 0)).Kind);
        Assert.Equal(probability > 0, fault.JudgesMessages);
    }
}
