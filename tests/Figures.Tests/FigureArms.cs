using System.Text.Json.Nodes;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Figures.Tests;

/// <summary>Arms made by hand.</summary>
static class FigureArms
{
    /// <summary>A run with one metric, "gap", at 0, 1, 2, ... s; ten updates and a thousand bytes a second.</summary>
    public static RunRecord Run(double[] gaps, Outcome outcome = Outcome.BudgetSpent, long[]? staleness = null)
    {
        var counts = staleness ?? [1];
        return new RunRecord
        {
            Outcome = outcome,
            Reason = "",
            Hash = 7,
            VirtualTime = (gaps.Length - 1) * 1_000_000_000L,
            Counts = new RunCounts(),
            Traffic = [],
            Metrics = [.. gaps.Select((g, k) => new MetricPoint(k, 10 * k, 10 * k, 20 * k, 1000 * k, "gap", g))],
            Scales = [("gap", Scale.Log)],
            Staleness = new StalenessRecord(
                counts, 0, counts.Length - 1, counts.Select((c, s) => c * s).Sum(), counts.Sum(), []),
        };
    }

    /// <summary>An arm of some runs.</summary>
    public static FigureArm Arm(string name, params RunRecord[] runs) => new(
        name, [.. runs.Select((r, k) => new StoredRun(name, k, (ulong)k, new JsonObject(), "build", r))]);

    /// <summary>Values at n instants.</summary>
    public static double[] Curve(int n, Func<int, double> value) => [.. Enumerable.Range(0, n).Select(value)];
}
