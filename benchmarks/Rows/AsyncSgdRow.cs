using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>Asynchronous SGD, d = 22, against loops that make the same number of updates on as stale models.</summary>
static class AsyncSgdRow
{
    public static IEnumerable<Comparison> Comparisons() =>
        [Of(10), Of(1_000) with { IsShort = true }, Of(100_000) with { TurnsMax = 3 }];

    static Comparison Of(int workers)
    {
        var workload = new AsyncSgdWorkload(workers);
        return new($"asynchronous SGD, {workers:N0} workers, d = 22", "updates",
            new("engine", () => EngineRun.Of(workload.Of(600_000)).Rate),
            [Reference("careful numpy and a heap", "heap", workload), Reference("SimPy, a process per worker, numpy", "simpy", workload)]);

        Contender Reference(string name, string form, AsyncSgdWorkload workload) => Python.Reference(
            name, null, "async_sgd.py", form, workers, Problems.Features, workload.Step, Problems.Regularization);
    }
}
