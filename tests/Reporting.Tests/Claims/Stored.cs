using System.Text.Json.Nodes;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Claims;

namespace AsyncOpt.Reporting.Tests.Claims;

/// <summary>Runs as folders tell them, written out by hand.</summary>
static class Stored
{
    /// <summary>Metric "m" at times 0, 1, 2, ...; at time k there are 10 k updates.</summary>
    public static RunRecord Run(double[] values, Outcome outcome = Outcome.BudgetSpent, string metric = "m") => new()
    {
        Outcome = outcome,
        Reason = "by hand",
        Hash = 1,
        VirtualTime = (values.Length - 1) * 1_000_000_000L,
        Counts = new RunCounts
        {
            Updates = 10 * (values.Length - 1) + 3, Gradients = 7, Samples = 70, Bytes = 500, Messages = 9, Lost = 2,
        },
        Traffic = [new("server", 1, 4, 400), new("worker", 3, 5, 100)],
        Metrics = [.. values.Select((v, k) => new MetricPoint(k, 10 * k, 20 * k, 200 * k, 1000 * k, metric, v))],
        Staleness = new([], 0, 6, 8, 4, []),
        Age = new(4, 2, 1),
    };

    /// <summary>A case whose arms have runs that end at the given values; seeds 5, 6, ....</summary>
    public static CaseRuns Case(params (string Arm, double[] Ends)[] arms) => Case("", 5, arms);

    public static CaseRuns Case(string name, ulong seed, params (string Arm, double[] Ends)[] arms) =>
        new(name, arms.ToDictionary(a => a.Arm, a => Arm(a.Arm, seed, [.. a.Ends.Select(RunEndingAt)])));

    public static IReadOnlyList<StoredRun> Arm(string arm, ulong seed, params RunRecord[] runs) =>
        [.. runs.Select((run, k) => new StoredRun(arm, k, seed + (ulong)k, new JsonObject(), "", run))];

    // Infinity stands for a run that diverged.
    static RunRecord RunEndingAt(double end) =>
        double.IsInfinity(end) ? Run([1, 2], Outcome.Diverged) : Run([1, end]);
}
