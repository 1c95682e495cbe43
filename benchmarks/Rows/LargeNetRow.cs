using System.Diagnostics;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;
using AsyncOpt.Core.Problems;
using AsyncOpt.Kernels;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>
/// Asynchronous SGD on a net of 986,210 parameters: how near an update comes to its gradient alone, what a second
/// thread gains, and the memory of many workers.
/// </summary>
static class LargeNetRow
{
    const int Workers = 200, Updates = 1200, Many = 1000;

    // What 1,000 workers may take: their versions of the model alone are 3.9 GB.
    const double MegabytesMax = 5500;

    public static IEnumerable<Comparison> Comparisons()
    {
        var workload = new LargeNetWorkload(Workers);
        yield return new($"asynchronous SGD, MLP 784-1000-200-10, {Workers} workers, float32, 1 core", "updates",
            new("engine", () => EngineRun.Of(workload.Of(Updates)).Rate),
            [new Contender("its gradients alone", () => Gradients(workload.Problem)) { MustReach = 0.6 }])
        {
            IsShort = true,
        };
        yield return new($"asynchronous SGD, MLP 784-1000-200-10, {Workers} workers, float32, 2 cores", "updates",
            new("engine", () => EngineRun.Of(workload.Of(Updates, threads: 2)).Rate),
            [
                new Contender("the engine on 1 core", () => EngineRun.Of(workload.Of(Updates)).Rate) { MustReach = 1.6 },
            ]);
    }

    public static IEnumerable<PendingAmount> Amounts()
    {
        var probe = new Lazy<Probe>(() => Probe.Elsewhere("large-net", Many));
        yield return new($"memory, MLP 784-1000-200-10, {Many:N0} workers, the whole process at most", "MB",
            () => probe.Value.PeakBytes / 1e6)
        {
            AtMost = MegabytesMax,
        };
    }

    // As many models and results in turn as pass through the caches in a run.
    static double Gradients(MlpClassification problem)
    {
        const int vectors = 32;
        var oracle = new OracleTable<float>(problem)[Core.Programs.Oracle.Gradient];
        var (x, g) = (Vectors(vectors), Vectors(vectors));
        foreach (var point in x)
            Simulation.State.Floats.FromDouble(problem.InitialPoint(1), point);
        var samples = new int[LargeNetWorkload.Batch];
        var start = 0L;
        for (var i = -vectors; i < Updates; i++)
        {
            if (i == 0)
                start = Stopwatch.GetTimestamp();
            for (var k = 0; k < samples.Length; k++)
                samples[k] = (i + vectors) * samples.Length % 9_000 + k;
            var call = new OracleCall<float>
            {
                Input = x[(i + vectors) % vectors],
                Output = g[(i + vectors) % vectors],
                Samples = samples,
                Steps = 1,
                Batch = samples.Length,
            };
            oracle.Evaluate(in call);
        }
        return Updates / Stopwatch.GetElapsedTime(start).TotalSeconds;

        float[][] Vectors(int count) => [.. Enumerable.Range(0, count).Select(_ => new float[problem.Parameters])];
    }
}
