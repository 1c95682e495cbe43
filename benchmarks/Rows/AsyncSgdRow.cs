using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>Asynchronous SGD, d = 22, against loops that make the same number of updates on as stale models.</summary>
static class AsyncSgdRow
{
    const string Script = "async_sgd.py";

    const long Updates = 600_000;

    public static IEnumerable<Comparison> Comparisons() =>
        [Of(10), Of(1_000, 0.4) with { IsShort = true }, Price(1_000) with { IsShort = true }, Of(100_000) with { TurnsMax = 3 }];

    static Comparison Of(int workers, double? mustReach = null)
    {
        var workload = new AsyncSgdWorkload(workers);
        return new($"asynchronous SGD, {workers:N0} workers, d = 22", "updates",
            new("engine", () => EngineRun.Of(workload.Of(Updates)).Rate),
            [
                Bare(workload) with { MustReach = mustReach },
                Kept("the same by hand, with keyed draws and hashes", workload),
                Python.Reference("careful numpy and a heap", null, Script, Arguments("heap")),
                Python.WithSimPy("SimPy, a process per worker, numpy", Script, Arguments("simpy")),
            ]);

        object[] Arguments(string form) => [form, workers, Problems.Features, workload.Step, Problems.Regularization];
    }

    static Comparison Price(int workers)
    {
        var workload = new AsyncSgdWorkload(workers);
        return new($"price of keyed draws and hashes, asynchronous SGD, {workers:N0} workers, d = 22", "updates",
            Kept("by hand", workload), [Bare(workload)]);
    }

    static Contender Bare(AsyncSgdWorkload workload) =>
        new("the same by hand", () => workload.ByHand(new NoGuarantees(1), fetches: true, Updates));

    static Contender Kept(string name, AsyncSgdWorkload workload) =>
        new(name, () => workload.ByHand(new KeyedGuarantees(1), fetches: true, Updates));
}
