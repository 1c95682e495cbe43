using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Faults;

public class ReplayFaultTests
{
    [Fact]
    public void Recalls_the_share_it_is_told_of_the_senders_it_is_told()
    {
        var fault = new ReplayFault(new() { Senders = [1], Ago = 4, Probability = 0.2 });

        int[] Recalled(int from) => [.. Enumerable.Range(0, 20_000).Select(k => fault.Recalls(
            new MessageContext { From = from }, new Draw(7, Purpose.LinkFault, 3, (ulong)k)))];

        Assert.All(Recalled(1), ago => Assert.True(ago is 0 or 4));
        Assert.InRange((Recalled(1).Count(ago => ago == 4) - 4000) / Math.Sqrt(20_000 * 0.2 * 0.8), -4, 4);
        Assert.All(Recalled(0), ago => Assert.Equal(0, ago));
        Assert.Equal([0, 0, 4, 0], Enumerable.Range(-1, 4).Select(fault.Recollection));
        Assert.False(fault.JudgesMoves);
    }

    [Fact]
    public void Refuses_what_has_no_meaning()
    {
        Assert.Single(new ReplayFault.Options { Senders = [] }.Violations());
        Assert.Throws<InputException>(
            () => new ReplayFault(new() { Senders = [3] }).Build(new LinkContext(3, 1, name => name)));
    }
}
