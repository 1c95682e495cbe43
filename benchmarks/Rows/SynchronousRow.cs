using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>
/// A server and workers in rounds, one sample of d = 22 each, by messages, against the same over whole arrays.
/// </summary>
static class SynchronousRow
{
    public static IEnumerable<Comparison> Comparisons() =>
    [
        Of(1_000, 0), Of(10_000, 0), Of(100_000, 0) with { IsShort = true },
        Of(1_000, 10), Of(10_000, 10), Of(100_000, 10) with { TurnsMax = 3 },
    ];

    static Comparison Of(int workers, int localSteps)
    {
        var workload = new SynchronousWorkload(workers, localSteps);
        var what = localSteps == 0 ? "minibatch SGD" : $"local SGD, {localSteps} steps";
        return new($"{what}, {workers:N0} workers, d = 22", "worker-steps",
            new("engine", () => EngineRun.Of(workload.Of(Precision.Float64, 3_000_000)).Rate),
            [
                Python.Reference("vectorized numpy, whole arrays", null, "synchronous.py", workers, localSteps,
                    Problems.Features, SynchronousWorkload.Step, Problems.Regularization),
            ]);
    }
}
