using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Links;

public class RandomWalkDelayTests
{
    const int Places = 150;

    static RandomWalkDelay Built(double low, double high, double deviation)
    {
        var delay = new RandomWalkDelay(new()
        {
            Delay = new LawLink(new() { Law = 2 }),
            Low = low,
            High = high,
            Deviation = deviation,
            Step = Seconds(0.5),
        });
        delay.Build(new LinkContext(Places, 11, name => name) { HasServer = true });
        return delay;
    }

    static double Factor(LinkDelay delay, int from, int to, double now) => delay.Sample(
        new MessageContext { From = from, To = to, Now = Seconds(now) }, new Draw(3, Purpose.LinkDelay, 2, 7)).Seconds / 2;

    // The factors of all links at a time, places and the server.
    static List<double> Factors(LinkDelay delay, double now) => [.. Enumerable.Range(-1, Places + 1)
        .SelectMany(from => Enumerable.Range(-1, Places + 1).Select(to => Factor(delay, from, to, now)))];

    [Theory]
    [InlineData(0)]
    [InlineData(3.7)]
    [InlineData(10_000)]
    public void Is_uniform_between_its_bounds_at_every_time(double now)
    {
        var sorted = Factors(Built(0.5, 3, 0.4), now).Order().ToList();

        Assert.InRange(sorted[0], 0.5, 3);
        Assert.InRange(sorted[^1], 0.5, 3);
        // The test of Kolmogorov and Smirnov: sqrt(n) D is beyond 2.23 once in 10,000.
        var n = sorted.Count;
        var distance = sorted.Select((x, i) => Math.Max(
            ((i + 1.0) / n) - ((x - 0.5) / 2.5), ((x - 0.5) / 2.5) - ((double)i / n))).Max();
        Assert.InRange(Math.Sqrt(n) * distance, 0, 2.23);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(20)]
    public void Steps_apart_have_the_correlation_of_a_reflected_walk(int apart)
    {
        var delay = Built(1, 3, 0.4);
        var (first, second) = (Factors(delay, 6), Factors(delay, 6 + (0.5 * apart)));

        // Factors less their mean, in units of their deviation, (high - low) / sqrt(12).
        var products = first.Zip(second, (x, y) => 3 * (x - 2) * (y - 2)).ToList();
        var mean = products.Average();
        var error = Math.Sqrt(products.Sum(p => (p - mean) * (p - mean)) / (products.Count - 1.0) / products.Count);
        var exact = 0.0;
        for (var k = 1; k < 200; k += 2)
            exact += 96 / Math.Pow(Math.PI * k, 4) * Math.Exp(-Math.Pow(k * Math.PI * 0.2, 2) * apart / 2);
        ModelsPage.Row(
            "random-walk", $"correlation of factors {apart} steps apart, d = 0.2", exact, mean, error);
    }

    [Fact]
    public void Stays_as_it_is_between_steps_and_differs_by_link_and_direction()
    {
        var delay = Built(1, 3, 0.4);

        Assert.Equal(Factor(delay, 1, 2, 5), Factor(delay, 1, 2, 5.499));
        Assert.NotEqual(Factor(delay, 1, 2, 5), Factor(delay, 1, 2, 5.5));
        Assert.NotEqual(Factor(delay, 1, 2, 5), Factor(delay, 2, 1, 5));
        Assert.Equal(Factors(delay, 5).Count, Factors(delay, 5).Distinct().Count());
    }

    [Fact]
    public void The_floor_is_that_of_the_least_factor() =>
        Assert.Equal(Seconds(1), Built(0.5, 3, 0.4).FloorOverall);

    [Fact]
    public void Bounds_that_are_no_interval_are_refused()
    {
        var options = new RandomWalkDelay.Options
        {
            Delay = new LawLink(new() { Law = 2 }),
            Low = 2,
            High = 2,
            Deviation = 1,
            Step = Seconds(1),
        };

        Assert.Equal(["high must be above low; low is 2, high is 2"], options.Violations());
    }
}
