using System.Text.Json.Nodes;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting.Tests;

/// <summary>Small records written out by hand.</summary>
static class Records
{
    public static RunRecord Run(
        double[] gaps, double staleness = 0, double? timeToTarget = null,
        Outcome outcome = Outcome.BudgetSpent) => new()
        {
            Outcome = outcome,
            Reason = "virtual time of 2 s spent",
            Hash = 0x00ab_0000_0000_00cdUL,
            VirtualTime = 2_000_000_001,
            WallSeconds = 4,
            EvaluationSeconds = 1,
            Partitions = 3,
            Lookahead = 1_000_000,
            Agents = 4,
            Counts = new RunCounts
            {
                Updates = 10, Gradients = 12, Samples = 120, Batches = 4, Evaluations = 14, BatchMax = 5,
            },
            Traffic = [new("server", 1, 30, 3000), new("worker", 3, 12, 1200)],
            Metrics = [.. gaps.Select((g, i) => new MetricPoint(i * 0.1, i, 2 * i, 20 * i, 100 * i, "gap", g))],
            Scales = [("gap", Scale.Log)],
            Staleness = new([4, 3, 0, 3, 0, 0], 0, 3, staleness * 10, 10, [(1, 4, 0.5, 1), (3, 6, 1.75, 3)]),
            EngineBytes = 1024,
            Estimate = [0.1, -1.5, 1e-300],
            TimeToTarget = timeToTarget,
            Warnings = ["the step is beyond 2 / L"],
        };

    public static RunFacts Facts() => new()
    {
        Experiment = "small",
        Arm = "async",
        Repetition = 2,
        Specification = new JsonObject { ["method"] = new JsonObject { ["name"] = "async-sgd", ["step"] = 0.1 } },
        Seeds = new Seeds(1, 3, 3, ulong.MaxValue),
        Numerics = new NumericsClass("x64", 256, true, "10.0.0", "cpu", Precision.Float32),
        Versions = [("AsyncOpt", "0.1.0")],
        Machine = new MachineFacts(2, "some system", 1L << 33),
        Problem = [("rows", "100")],
        Optimum = new Optimum([0, 0, 0], 0.25, 1e-13),
    };
}

/// <summary>A folder that is deleted with the test.</summary>
public abstract class InFolder : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
