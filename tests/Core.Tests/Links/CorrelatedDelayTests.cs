using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Links;

public class CorrelatedDelayTests
{
    const int Links = 40_000;

    static CorrelatedDelay Built(Law law, double correlation)
    {
        var delay = new CorrelatedDelay(new() { Law = law, Correlation = correlation });
        delay.Build(new LinkContext(4, 1, name => name));
        return delay;
    }

    // The delay of one message of each of many links, in seconds.
    static double[] Delays(LinkDelay delay, long message) => [.. Enumerable.Range(0, Links).Select(link => delay.Sample(
        new MessageContext { To = 1, Sequence = message }, new Draw(9, Purpose.LinkDelay, (ulong)link, (ulong)message)).Seconds)];

    static readonly ShiftedExponential Exponential = new(new() { Shift = 1, Mean = 2 });

    static readonly LogNormal Heavy = new(new() { Median = 1, Sigma = 0.8 });

    static readonly Uniform Flat = new(new() { Low = 1, High = 3 });

    static double Share(Law law, double x) => law switch
    {
        ShiftedExponential => 1 - Math.Exp(-(x - 1) / 2),
        LogNormal => StandardNormal.Below(Math.Log(x) / 0.8),
        _ => (x - 1) / 2,
    };

    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.7, 5)]
    [InlineData(0.98, 12_345)]
    public void Each_delay_has_the_law(double correlation, long message)
    {
        foreach (var law in (Law[])[Exponential, Heavy, Flat])
        {
            // The test of Kolmogorov and Smirnov: sqrt(n) D is beyond 2.23 once in 10,000.
            var sorted = Delays(Built(law, correlation), message).Order().ToList();
            var distance = sorted.Select((x, i) => Math.Max(
                ((i + 1.0) / Links) - Share(law, x), Share(law, x) - ((double)i / Links))).Max();
            Assert.InRange(Math.Sqrt(Links) * distance, 0, 2.23);
        }
    }

    [Theory]
    [InlineData(0.9, 1)]
    [InlineData(0.9, 4)]
    [InlineData(0.5, 2)]
    public void Delays_of_messages_apart_have_the_correlation_of_the_closed_form(double a, int apart)
    {
        var c = Math.Pow(a, apart);

        // Of logarithms: mean c, as they are normal. Of the delays themselves: by law.
        var heavy = Built(Heavy, a);
        Check(Delays(heavy, 30).Select(x => Math.Log(x) / 0.8), Delays(heavy, 30 + apart).Select(x => Math.Log(x) / 0.8), c);
        var flat = Built(Flat, a);
        var deviation = 1 / Math.Sqrt(3);
        Check(
            Delays(flat, 30).Select(x => (x - 2) / deviation), Delays(flat, 30 + apart).Select(x => (x - 2) / deviation),
            6 / Math.PI * Math.Asin(c / 2));
    }

    static void Check(IEnumerable<double> first, IEnumerable<double> second, double correlation)
    {
        var products = first.Zip(second, (x, y) => x * y).ToList();
        var mean = products.Average();
        var error = Math.Sqrt(products.Sum(p => (p - mean) * (p - mean)) / (Links - 1.0) / Links);
        Assert.InRange((mean - correlation) / error, -4, 4);
    }

    [Fact]
    public void Ranks_of_delays_have_Kendalls_correlation_whatever_the_law()
    {
        var delay = Built(Exponential, 0.8);
        var (first, second) = (Delays(delay, 6), Delays(delay, 7));

        // Links in pairs: whether both messages say the same of which link is slower. Mean (1 + tau) / 2.
        var agree = Enumerable.Range(0, Links / 2)
            .Count(i => first[2 * i] < first[(2 * i) + 1] == second[2 * i] < second[(2 * i) + 1]);
        var p = (1 + (2 / Math.PI * Math.Asin(0.8))) / 2;
        Assert.InRange((agree - (p * Links / 2)) / Math.Sqrt(p * (1 - p) * Links / 2), -4, 4);
    }

    [Fact]
    public void A_constant_law_is_not_random_and_one_without_quantiles_is_refused()
    {
        Assert.False(Built(new Constant(new() { Value = 1 }), 0.5).IsRandom);
        Assert.Equal(Seconds(1), Built(Exponential, 0.5).FloorOverall);

        var thrown = Assert.Throws<InputException>(() => Built(new Own(), 0.5));
        Assert.Equal("law 'Own' has no quantiles; override Law.Quantile, or take another law", thrown.Message);
    }

    sealed class Own : Law
    {
        public override double Floor => 0;

        public override double Mean => 1;

        public override double Sample(in Draw draw) => draw.Exponential();
    }
}
