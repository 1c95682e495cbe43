using AsyncOpt.Core.Runs;

namespace AsyncOpt.Swarm;

/// <summary>Something rare that happens in some world: a swarm in which it never does looks past it.</summary>
/// <param name="Name">What happens.</param>
/// <param name="Happens">Whether it does.</param>
sealed record Probe(string Name, Func<World, bool> Happens)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Probe> All { get; } =
    [
        new("a world of one place", w => w.Plan.Places == 1),
        new("a graph that changes", w => w.Plan.Topology is { Period: > 1 }),
        new("float32", w => w.Plan.Precision == Precision.Float32),
        .. Enum.GetValues<Outcome>().Where(o => o != Outcome.Cancelled)
            .Select(o => new Probe($"the outcome {o}", w => w.Record.Outcome == o)),
        new("events of one agent at one instant", w => w.Record.Counts.Ties > 0),
        new("a message is lost", w => w.Record.Counts.Lost > 0),
        new("a message comes twice", w => w.Record.Counts.Duplicated > 0),
        new("a message is sent again", w => w.Record.Counts.Retried > 0),
        new("a message is given up", w => w.Record.Counts.GivenUp > 0),
        new("a card has no room", w => w.Record.Counts.Overflowed > 0),
        new("the quantum raises a delay", w => w.Record.Counts.Raised > 0),
        new("a token's move is lost", w => w.Witness.LostArrivals > 0),
        new("a token is under way at the end", w => w.Witness.TokensUnderway > 0),
        new("a message is under way at the end", w => w.Witness.MessagesUnderway > 0),
        new("an agent crashes", w => w.Witness.Crashes > 0),
        new("agents go in rounds", w => w.Record.Counts.Cohorts > 0),
        new("events go in sweeps", w => w.Shared.Counts.Sweeps > 0),
        new("computations go in batches", w => w.Shared.Counts.BatchMax > 1),
        new("a result is wasted", w => w.Shared.Counts.WastedEvaluations > 0),
        new("staleness above 20", w => w.Record.Staleness.Max > 20),
        new("no update at all", w => w.Record.Counts.Updates == 0),
        new("service takes time", w => w.Plan.Service.Count > 0),
        new("messages are compressed", w => w.Plan.Compress is not null),
        new("a fault that cannot fire", w => w.Record.Warnings.Any(
            x => x.Contains("does nothing", StringComparison.Ordinal))),
        new("a fault that may stop the method", w => w.Record.Warnings.Any(
            x => x.Contains("can stop", StringComparison.Ordinal))),
        new("a mass is kept", w => Checks.MassCheck.IsPromised(w) && w.Record.Counts.Lost > 0),
        new("progress is asked for", Checks.LivenessCheck.IsAsked),
    ];
}
