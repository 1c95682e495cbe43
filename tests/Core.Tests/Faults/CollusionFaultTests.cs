using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Faults;

public class CollusionFaultTests
{
    static readonly Draw Message = new(5, Purpose.LinkFault, 2, 9);

    [Fact]
    public void Concerns_the_senders_it_is_told_and_lets_them_agree()
    {
        var fault = new CollusionFault(new() { Senders = [0, 2], Factor = 0.5, Deviation = 3 });

        Assert.Equal(
            [Verdict.Pass, Verdict.CorruptAlike(new(0.5, 3)), Verdict.Pass, Verdict.CorruptAlike(new(0.5, 3))],
            Enumerable.Range(-1, 4).Select(p => fault.Judge(new MessageContext { From = p }, in Message)));
        Assert.NotEqual(Verdict.Corrupt(new(0.5, 3)), Verdict.CorruptAlike(new(0.5, 3)));
        // What they agree on is the rank of a message, which therefore has no gaps.
        Assert.True(fault.CountsPerLink);
    }

    [Fact]
    public void Refuses_who_is_alone_and_who_is_not_there()
    {
        Assert.Single(new CollusionFault.Options { Senders = [1, 1] }.Violations());
        Assert.Empty(new CollusionFault.Options { Senders = [1, 2] }.Violations());
        Assert.Throws<InputException>(
            () => new CollusionFault(new() { Senders = [0, 3] }).Build(new LinkContext(3, 1, name => name)));
    }
}
