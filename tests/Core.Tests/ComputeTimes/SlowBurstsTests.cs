using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.ComputeTimes;

public class SlowBurstsTests
{
    static readonly SlowBursts.Options Rare = new() { Enter = 0.02, Leave = 0.2, Factor = 5 };

    static double[] Factors(SlowBursts.Options options, int place, int count)
    {
        var bursts = new SlowBursts(options);
        return [.. Enumerable.Range(0, count).Select(k => bursts.Factor(
            new ComputeContext { Place = place, Number = k }, new Draw(7, Purpose.Slowdown, 3, (ulong)k)))];
    }

    [Fact]
    public void Slows_the_share_of_the_closed_form_in_bursts_of_its_mean()
    {
        const int n = 100_000;
        var isSlow = Factors(Rare, 0, n).Select(f => f == 5).ToArray();

        var (share, decay) = (0.02 / 0.22, 1 - 0.22);
        var sd = Math.Sqrt(share * (1 - share) * (1 + decay) / (1 - decay) / n);
        Assert.InRange(((double)isSlow.Count(s => s) / n) - share, -4 * sd, 4 * sd);
        var bursts = isSlow.Zip(isSlow.Skip(1)).Count(p => !p.First && p.Second);
        Assert.InRange((double)isSlow.Count(s => s) / bursts, 5 * 0.95, 5 * 1.05);
    }

    [Fact]
    public void Concerns_the_places_it_is_told()
    {
        Assert.Contains(5, Factors(Rare with { Places = [1] }, 1, 1000));
        Assert.All(Factors(Rare with { Places = [1] }, 2, 1000), f => Assert.Equal(1, f));
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Single((Rare with { Factor = 1 }).Violations());
        Assert.Equal("bursts: there is no place 3; the places are 0 to 2", Assert.Throws<InputException>(() =>
            new SlowBursts(Rare with { Places = [3] }).Build(new LinkContext(3, 1, name => name))).Message);
    }
}
