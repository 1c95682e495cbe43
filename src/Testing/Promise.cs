namespace AsyncOpt.Testing;

/// <summary>One thing that every method owes.</summary>
/// <param name="Name">Its name, short.</param>
/// <param name="Faults">Under which faults it is owed.</param>
/// <param name="Check">Holds a method to it: throws what it did instead.</param>
/// <param name="Owes">What is owed, after "a method owes".</param>
/// <param name="Remedy">Where to look.</param>
sealed record Promise(
    string Name, IReadOnlyList<string> Faults, Action<ContractRuns, string> Check, string Owes, string Remedy)
{
    const string State = "What an agent knows is its state, its vectors, its tables and what events bring. Look for "
        + "state in a field of the program or in a static one, and for chance that is not drawn from Effects.";

    const string Moving = "A long vector is not copied where nobody looks at it again. Look for a vector that is "
        + "declared with Result and read in another handler than that of the completion: declare it with Vector.";

    const string Rounds = "In a round one agent's handler stands for all. Look for what tells agents apart: a place, "
        + "an index, a draw, a field of the program.";

    const string Waiting = "Let a role that can wait say for whom in Awaits, and look for steps that grow without "
        + "bound.";

    static readonly string[] Every = ["none", "drop", "duplicate", "crash", "rules"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Promise> All { get; } =
    [
        new("partitions", Every, SameBits.Partitions, "the same bits for any number of partitions", State),
        new("threads", Every, SameBits.Threads, "the same bits for any number of threads", State),
        new("observers", Every, SameBits.Observers, "the same bits with and without metrics and logs", State),
        new("rounds", Every, SameBits.OneByOne, "the same bits in rounds and event by event", Rounds),
        new("sweeps", Every, SameBits.Sweeps, "the same bits where each agent's events are handled in a row", State),
        new("long-vectors", Every, SameBits.LongVectors, "the same bits where its vectors are long", Moving),
        new("float32", Every, SameBits.Float32, "the same bits at float32, too, for any partitions", State),
        new("checkpoints", Every, SameBits.Checkpoints,
            "the same end when it goes on from a checkpoint with another number of partitions", State),
        new("shards", Every, SameBits.Shards, "the same bits where its agents lie in processes of their own", State),
        new("shard-checkpoints", Every, SameBits.ShardCheckpoints,
            "the same end when processes go on from a checkpoint", State),
        new("replay", Every, Replays.OfSimulation,
            "every agent's state again from the order of its events alone", State),
        new("live", Every, Replays.OfLive,
            "an end with a reason where agents are concurrent actors, and a log that replays bit for bit", State),
        new("faults", ["drop", "duplicate", "crash"], Ends.FaultsFire,
            "that faults change its run, or that the run says why they do not",
            "Send messages over links and compute by Effects.Compute: what goes another way meets no faults."),
        new("end", Every, Ends.Reasoned, "finite values and an end with a reason", Waiting),
        new("allocation", ["none", "duplicate"], Ends.WithoutAllocation,
            "events that allocate no memory once pools are filled",
            "Look for 'new', closures, boxing and LINQ in handlers; keep numbers in the state or in a Table."),
    ];
}
