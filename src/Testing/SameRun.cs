using System.Collections;
using System.Globalization;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Testing;

/// <summary>Whether two records are those of the same run.</summary>
public static class SameRun
{
    /// <summary>
    /// Everything that is recorded is equal, but how the work was cut: batches, windows, rounds, sweeps.
    /// </summary>
    /// <param name="expected">The one.</param>
    /// <param name="actual">The other.</param>
    /// <exception cref="ContractException">Something differs; the message names the first thing that does.</exception>
    public static void Assert(RunRecord expected, RunRecord actual)
    {
        foreach (var (what, of) in Parts)
            Equal(what, of(expected), of(actual));
    }

    // The hash is last: where something else differs, too, it says more.
    static readonly (string What, Func<RunRecord, object?> Of)[] Parts =
    [
        ("the outcome", r => (r.Outcome, r.Reason)),
        ("the virtual time", r => r.VirtualTime),
        ("the counts", r => Happened(r.Counts)),
        ("what the faults did", r => r.Faults),
        ("what came to nothing", r => r.Waste),
        ("the recovery times", r => r.Recovery),
        ("the estimate", r => r.Estimate),
        ("the metrics", r => r.Metrics),
        ("the traffic", r => r.Traffic),
        ("the staleness", r => r.Staleness.Counts),
        ("the mean staleness per agent", r => r.Staleness.AgentMeans),
        ("the updates per agent", r => r.Staleness.AgentCounts),
        ("the ages", r => r.Age),
        ("the log of updates", r => r.UpdateLog),
        ("the computations of the schedule", r => r.Schedule?.Tasks),
        ("the messages of the schedule", r => r.Schedule?.Messages),
        ("the timeline", r => r.Timeline),
        ("the agents of the timeline", r => r.TimelineAgents),
        ("the hash of what happened", r => r.Hash.ToString("x16", CultureInfo.InvariantCulture)),
    ];

    /// <summary>Two values are equal, item by item where they are lists.</summary>
    /// <param name="what">What they are, for the message.</param>
    /// <param name="expected">The one.</param>
    /// <param name="actual">The other.</param>
    /// <exception cref="ContractException">They differ.</exception>
    internal static void Equal(string what, object? expected, object? actual)
    {
        if (Equals(expected, actual))
            return;
        if (expected is not IEnumerable list || actual is not IEnumerable others || expected is string)
            throw new ContractException($"{what} differs: {expected} and {actual}");
        var (ours, theirs) = (list.Cast<object?>().ToList(), others.Cast<object?>().ToList());
        if (ours.Count != theirs.Count)
            throw new ContractException($"{what} differs: {ours.Count} and {theirs.Count} items");
        for (var i = 0; i < ours.Count; i++)
            Equal($"{what}, item {i},", ours[i], theirs[i]);
    }

    static RunCounts Happened(RunCounts counts) => counts with
    {
        Cohorts = 0,
        Batches = 0,
        BatchMax = 0,
        Evaluations = 0,
        WastedEvaluations = 0,
        Windows = 0,
        Sweeps = 0,
    };
}
