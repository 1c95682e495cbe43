using AsyncOpt.Benchmarks.Measure;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>What compiling costs: the first run of a process beside what the same process reaches.</summary>
static class CompilingRow
{
    public static IEnumerable<Comparison> Comparisons() =>
    [
        Of("phold", 10_000, "PHOLD, 10,000 agents", "events"),
        Of("gossip", 10_000, "gossip (ad-psgd), ring, 10,000 agents, d = 22", "steps") with { IsShort = true },
        Of("async-sgd", 1_000, "asynchronous SGD, 1,000 workers, d = 22", "updates"),
    ];

    static Comparison Of(string workload, int agents, string what, string unit)
    {
        // The reference comes first in each turn, and its process has both rates.
        Warming? warming = null;
        Warming Measured() => warming ??= Warming.Elsewhere(workload, agents);
        double MeasuredAnew()
        {
            warming = null;
            return Measured().Settled;
        }
        return new($"first run of a process, {what}", unit,
            new Contender("first run", () => Measured().First)
            {
                WarmsUp = true,
                Detail = () => $"settled after {Measured().Runs} runs",
            },
            [new Contender("the same process once its rate has settled", MeasuredAnew) { WarmsUp = true }]);
    }
}
