using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Links;

public class LawLinkTests
{
    static LawLink Built(Law law)
    {
        var link = new LawLink(new() { Law = law });
        link.Build(new LinkContext(4, 1, name => name));
        return link;
    }

    [Fact]
    public void Is_its_law_on_every_link()
    {
        var law = new ShiftedExponential(new() { Shift = 0.001, Mean = 0.004 });
        var link = Built(law);
        var draw = new Draw(3, Purpose.LinkDelay, 17, 5);

        Assert.Equal(VirtualTime.FromDraw(law.Sample(in draw)), link.Sample(0, 3, in draw));
        Assert.Equal(VirtualTime.FromDraw(law.Sample(in draw)), link.Sample(-1, 2, in draw));
        Assert.Equal(Seconds(0.001), link.Floor(1, 2));
        Assert.Equal(Seconds(0.001), link.FloorOverall);
        Assert.True(link.IsRandom);
    }

    [Fact]
    public void A_constant_law_is_not_random() => Assert.False(Built(new Constant(new() { Value = 0.5 })).IsRandom);
}
