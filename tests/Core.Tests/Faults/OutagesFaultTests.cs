using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Tests;

namespace AsyncOpt.Core.Tests.Faults;

public class OutagesFaultTests
{
    const int Places = 6000;

    static OutagesFault.Options Options(Law duration, double between) =>
        new() { MeanBetween = Seconds(between), Duration = duration };

    static List<Crash> Crashes(OutagesFault.Options options, double time, int places = Places)
    {
        Assert.Empty(options.Violations());
        return [.. new OutagesFault(options).Crashes(places, 3, Seconds(time))];
    }

    static HashSet<int> DownAt(IEnumerable<Crash> crashes, double time) =>
        [.. crashes.Where(c => c.At <= Seconds(time) && Seconds(time) < c.Until).Select(c => c.Place)];

    [Fact]
    public void More_than_can_be_listed_are_refused_before_they_are_drawn() => Assert.StartsWith(
        "outages: about 1e19 crashes until the end of the run; expected at most 10000000: a longer 'mean-between'",
        Assert.Throws<InputException>(() => Crashes(Options(new Uniform(new() { High = 2 }), 1e-9), 1e9, 10)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_place_has_as_many_outages_at_once_as_a_queue_without_waiting()
    {
        // Every 2 s on average, uniform up to 2 s: none at a time with probability exp(-1/2), from 2 s on exactly.
        var crashes = Crashes(Options(new Uniform(new() { High = 2 }), 2), 10);
        var up = 1 - (DownAt(crashes, 9).Count / (double)Places);

        var p = Math.Exp(-0.5);
        ModelsPage.Row("outages", "share up, one every 2 s for 1 s", p, up, Math.Sqrt(p * (1 - p) / Places));
        foreach (var place in crashes.GroupBy(c => c.Place).Take(200))
        {
            Assert.All(place.Zip(place.Skip(1)), pair => Assert.True(pair.First.Until < pair.Second.At));
            Assert.All(place, c => Assert.InRange(c.At.Seconds, 0, 10));
        }
    }

    [Fact]
    public void Places_of_a_group_have_a_share_of_their_outages_in_common()
    {
        const double common = 0.3;
        var pairs = Options(new Uniform(new() { High = 2 }), 2) with { GroupSize = 2, Common = common };
        var down = DownAt(Crashes(pairs, 10), 9);
        var bothUp = Enumerable.Range(0, Places / 2).Count(g => !down.Contains(2 * g) && !down.Contains((2 * g) + 1));
        var p = Math.Exp(-0.5 * (common + (2 * (1 - common))));
        ModelsPage.Row("outages", "share of pairs that are up, 0.3 in common", p, bothUp / (Places / 2.0),
            Math.Sqrt(p * (1 - p) / (Places / 2.0)));

        // So short that no two overlap: as many as there are outages.
        var counts = Crashes(pairs with { Duration = new Constant(new() { Value = 1e-9 }) }, 40)
            .CountBy(c => c.Place).ToDictionary();
        const double mean = 20;
        double[] products = [.. Enumerable.Range(0, Places / 2).Select(
            g => (counts[2 * g] - mean) * (counts[(2 * g) + 1] - mean) / mean)];
        var average = products.Average();
        var error = Math.Sqrt(products.Sum(x => (x - average) * (x - average))) / products.Length;
        ModelsPage.Row("outages", "correlation of a pair's outages, 0.3 in common", common, average, error);
    }

    [Fact]
    public void All_in_common_takes_a_group_down_as_one()
    {
        var crashes = Crashes(Options(new Uniform(new() { High = 2 }), 3) with { Groups = [[0, 2, 4], [1]] }, 60, 6);

        (VirtualTime, VirtualTime?)[] Of(int place) => [.. crashes.Where(c => c.Place == place).Select(c => (c.At, c.Until))];
        Assert.NotEmpty(Of(0));
        Assert.Equal(Of(0), Of(2));
        Assert.Equal(Of(0), Of(4));
        Assert.NotEmpty(Of(3));
        Assert.NotEqual(Of(3), Of(5));
    }

    [Fact]
    public void Over_a_day_they_come_as_often_as_the_rate_says()
    {
        // The first half of each day: the integral of r (1 + 0.8 sin) is r P (1/2 + 0.8 / pi).
        var crashes = Crashes(Options(new Constant(new() { Value = 1e-9 }), 4) with { Amplitude = 0.8, Period = Seconds(8) }, 80);
        var early = crashes.Count(c => c.At.Seconds % 8 < 4) / (double)Places;

        var expected = 10 * 2 * (0.5 + (0.8 / Math.PI));
        ModelsPage.Row("outages", "outages in the busy halves of ten days", expected, early, Math.Sqrt(expected / Places));
        ModelsPage.Row("outages", "outages of ten days", 20, crashes.Count / (double)Places, Math.Sqrt(20.0 / Places));
    }

    [Fact]
    public void Refuses_what_has_no_meaning()
    {
        var good = Options(new Constant(new() { Value = 1 }), 2);
        Assert.Single((good with { GroupSize = 2, Groups = [[1, 2]] }).Violations());
        Assert.Single((good with { Groups = [[1, 2], [2]] }).Violations());
        Assert.Single((good with { Amplitude = 0.5 }).Violations());
        Assert.Throws<InputException>(
            () => new OutagesFault(good with { Groups = [[7]] }).Build(new LinkContext(3, 1, name => name)));
        Assert.Throws<InputException>(() => new OutagesFault(good).Crashes(3, 1, null));
    }
}
