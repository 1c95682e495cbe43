using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Runs of the engine do what the closed forms of its models predict; docs/models.md has the values.</summary>
public class ModelTests
{
    const int Messages = 100_000;

    // When each of some messages of one link arrived, in s, by their numbers; NaN for those that did not.
    static double[] Arrivals(IReadOnlyList<double> at, Func<RunPlan, RunPlan> with)
    {
        var plan = Plans.Of(new Sends([.. at]), 1, at[^1] + 1000, Plans.Second) with
        {
            LogUpdates = true,
            Metrics = false,
            TimelineAgents = 0,
        };
        var arrivals = Enumerable.Repeat(double.NaN, at.Count).ToArray();
        foreach (var update in Simulator.Run(with(plan)).UpdateLog)
            arrivals[update.Version] = update.Time / 1e9;
        return arrivals;
    }

    static double[] EverySecond(int messages) => [.. Enumerable.Range(0, messages).Select(i => (double)i)];

    static bool[] Lost(Fault fault) =>
        [.. Arrivals(EverySecond(Messages), plan => plan with { Faults = [fault] }).Select(double.IsNaN)];

    [Fact]
    public void Drops_lose_their_share()
    {
        const double P = 0.2;

        var lost = Lost(new DropFault(new() { Probability = P })).Count(l => l);

        ModelsPage.Row(
            "drop", "share lost, p = 0.2", P, (double)lost / Messages, Math.Sqrt(P * (1 - P) / Messages));
    }

    [Fact]
    public void Bursty_losses_have_the_share_of_Gilbert_and_Elliott()
    {
        var (enter, leave, good, bad) = (0.05, 0.5, 0.01, 0.8);

        var lost = Lost(new BurstyLossFault(new() { Enter = enter, Leave = leave, LossGood = good, LossBad = bad }));

        // The variance of a mean of a stationary chain: that of independent messages, and covariances that decay.
        var (share, decay) = (enter / (enter + leave), 1 - enter - leave);
        var rate = ((leave * good) + (enter * bad)) / (enter + leave);
        var covariance = share * (1 - share) * (bad - good) * (bad - good);
        var variance = (rate * (1 - rate)) + (2 * covariance * decay / (1 - decay));
        ModelsPage.Row(
            "bursty-loss", "share lost, enter 0.05, leave 0.5, loss 0.01 and 0.8", rate,
            (double)lost.Count(l => l) / Messages, Math.Sqrt(variance / Messages));
    }

    [Fact]
    public void Bursts_of_losses_are_geometric()
    {
        const double Leave = 0.25;

        var lost = Lost(new BurstyLossFault(new() { Enter = 0.02, Leave = Leave }));

        var bursts = lost.Index().Count(l => l.Item && (l.Index == 0 || !lost[l.Index - 1]));
        ModelsPage.Row(
            "bursty-loss", "messages of a burst, leave 0.25", 1 / Leave, (double)lost.Count(l => l) / bursts,
            Math.Sqrt((1 - Leave) / bursts) / Leave);
    }

    [Fact]
    public void Messages_with_exponential_delays_overtake_each_other()
    {
        const double Gap = 0.5;
        const int Pairs = Messages / 4;
        var at = Enumerable.Range(0, Pairs).SelectMany(i => (double[])[i * 10.0, (i * 10.0) + Gap]).ToList();
        var law = new LawLink(new() { Law = new ShiftedExponential(new() { Mean = 1 }) });
        law.Build(new LinkContext(1, 1, name => name));

        var arrivals = Arrivals(at, plan => plan with { Links = plan.Links with { Delay = law } });

        var overtaken = Enumerable.Range(0, Pairs).Count(i => arrivals[(2 * i) + 1] < arrivals[2 * i]);
        var p = Math.Exp(-Gap) / 2;
        ModelsPage.Row(
            "law", "share overtaken, exponential, sent half a mean apart", p, (double)overtaken / Pairs,
            Math.Sqrt(p * (1 - p) / Pairs));
    }

    [Fact]
    public void Successive_delays_of_a_link_are_correlated()
    {
        const double Sigma = 0.5, A = 0.8;
        var delay = new CorrelatedDelay(new()
        {
            Law = new LogNormal(new() { Median = 1, Sigma = Sigma }),
            Correlation = A,
        });
        delay.Build(new LinkContext(1, 1, name => name));
        var at = EverySecond(Messages);

        var scores = Arrivals(at, plan => plan with { Links = plan.Links with { Delay = delay } })
            .Select((arrival, i) => Math.Log(arrival - at[i]) / Sigma).ToArray();

        // Products of neighbours have variance 1 + a^2 and, n apart, covariance 2 a^2n (Isserlis).
        var a2 = A * A;
        var variance = (1 + (4 * a2) - (a2 * a2)) / (1 - a2);
        var mean = Enumerable.Range(0, Messages - 1).Average(i => scores[i] * scores[i + 1]);
        ModelsPage.Row(
            "correlated", "correlation of successive normal scores, a = 0.8", A, mean, Math.Sqrt(variance / Messages));
    }

    [Fact]
    public void The_mean_over_days_is_that_of_the_other_model()
    {
        const double Amplitude = 0.6;
        var delay = new DiurnalDelay(new()
        {
            Delay = new LawLink(new() { Law = new ShiftedExponential(new() { Mean = 1 }) }),
            Amplitude = Amplitude,
            Period = Seconds(1000),
        });
        delay.Build(new LinkContext(1, 1, name => name));
        var at = EverySecond(Messages);

        var delays = Arrivals(at, plan => plan with { Links = plan.Links with { Delay = delay } })
            .Select((arrival, i) => arrival - at[i]).ToArray();

        // E[(f D)^k] = E[f^k] k! with f = 1 + A sin: variance of D f given f is f^2.
        var square = 1 + (Amplitude * Amplitude / 2);
        ModelsPage.Row(
            "diurnal", "mean delay over days, of mean 1 s, in s", 1, delays.Average(), Math.Sqrt(square / Messages));
        var fourth = 1 + (3 * Amplitude * Amplitude) + (3.0 / 8 * Math.Pow(Amplitude, 4));
        ModelsPage.Row(
            "diurnal", "mean square of a delay, amplitude 0.6, in s^2", 2 * square, delays.Average(d => d * d),
            Math.Sqrt(20 * fourth / Messages));
    }
}
