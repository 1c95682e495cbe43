namespace AsyncOpt.Simulation.Replay;

/// <summary>What a block of a log holds.</summary>
enum ReplayBlock : byte
{
    /// <summary>The agent, how many entries it had before, the number of these, and these.</summary>
    Entries = 1,

    /// <summary>The agent, how many events it handled, and the hash of its final state.</summary>
    Final = 2,

    /// <summary>The log is complete.</summary>
    End = 3,
}
