using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>Asynchronous SGD, d = 22, against loops that make the same number of updates on as stale models.</summary>
static class AsyncSgdRow
{
    const string Script = "async_sgd.py";

    public static IEnumerable<Comparison> Comparisons() =>
        [Of(10), Of(1_000) with { IsShort = true }, Of(100_000) with { TurnsMax = 3 }];

    static Comparison Of(int workers)
    {
        var workload = new AsyncSgdWorkload(workers);
        return new($"asynchronous SGD, {workers:N0} workers, d = 22", "updates",
            new("engine", () => EngineRun.Of(workload.Of(600_000)).Rate),
            [
                Python.Reference("careful numpy and a heap", null, Script, Arguments("heap")),
                Python.WithSimPy("SimPy, a process per worker, numpy", Script, Arguments("simpy")),
            ]);

        object[] Arguments(string form) => [form, workers, Problems.Features, workload.Step, Problems.Regularization];
    }
}
