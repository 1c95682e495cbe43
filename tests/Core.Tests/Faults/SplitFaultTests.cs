using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Faults;

public class SplitFaultTests
{
    static readonly SplitFault.Options Once = new() { Places = [0, 3], At = Seconds(2), For = Seconds(1) };

    static Verdict Judge(SplitFault.Options options, double now, int from, int to) => new SplitFault(options).Judge(
        new MessageContext { Now = Seconds(now), From = from, To = to }, default);

    [Theory]
    [InlineData(1.999999999, false)]
    [InlineData(2, true)]
    [InlineData(2.999999999, true)]
    [InlineData(3, false)]
    public void Lasts_from_its_beginning_up_to_its_end(double now, bool isLost) =>
        Assert.Equal(isLost ? Verdict.Drop : Verdict.Pass, Judge(Once, now, 0, 1));

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(1, 3, true)]
    [InlineData(-1, 0, true)] // the server is on the other side
    [InlineData(0, 3, false)]
    [InlineData(1, 2, false)]
    [InlineData(-1, 2, false)]
    public void Stops_what_crosses_it_and_nothing_else(int from, int to, bool isLost) =>
        Assert.Equal(isLost ? Verdict.Drop : Verdict.Pass, Judge(Once, 2.5, from, to));

    [Theory]
    [InlineData(SplitWays.Both, true, true)]
    [InlineData(SplitWays.Out, true, false)]
    [InlineData(SplitWays.In, false, true)]
    public void May_stop_one_direction_only(SplitWays ways, bool isOutLost, bool isInLost)
    {
        Assert.Equal(isOutLost ? Verdict.Drop : Verdict.Pass, Judge(Once with { Ways = ways }, 2.5, 0, 1));
        Assert.Equal(isInLost ? Verdict.Drop : Verdict.Pass, Judge(Once with { Ways = ways }, 2.5, 1, 0));
    }

    [Theory]
    [InlineData(11.5, false)]
    [InlineData(12, true)]
    [InlineData(12.9, true)]
    [InlineData(13, false)]
    public void Comes_again(double now, bool isHeld)
    {
        var again = Once with { Every = Seconds(5), Messages = Crossing.Held };

        Assert.Equal(isHeld ? Verdict.Hold(Seconds(13)) : Verdict.Pass, Judge(again, now, 0, 1));
    }

    [Fact]
    public void Without_an_end_it_is_for_good() =>
        Assert.Equal(Verdict.Drop, Judge(Once with { For = null }, 1e6, 0, 1));

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Single((Once with { Places = [] }).Violations());
        Assert.Single((Once with { Places = [-2] }).Violations());
        Assert.Single((Once with { For = null, Messages = Crossing.Held }).Violations());
        Assert.Single((Once with { Every = Seconds(1) }).Violations());
        Assert.Empty(Once.Violations());
        var context = new LinkContext(Places: 3, Seed: 1, name => name);
        Assert.Contains("there is no place 3", Refusal(Once, context), StringComparison.Ordinal);
        Assert.Contains("there is no place -1", Refusal(Once with { Places = [-1] }, context), StringComparison.Ordinal);
        Assert.Contains("on one side", Refusal(Once with { Places = [0, 1, 2] }, context), StringComparison.Ordinal);
        // The server is on the other side.
        new SplitFault(Once with { Places = [0, 1, 2] }).Build(context with { HasServer = true });
    }

    static string Refusal(SplitFault.Options options, LinkContext context) =>
        Assert.Throws<InputException>(() => new SplitFault(options).Build(context)).Message;
}
