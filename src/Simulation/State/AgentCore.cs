namespace AsyncOpt.Simulation.State;

/// <summary>What the engine keeps of an agent beside its declared memory: 48 bytes.</summary>
struct AgentCore
{
    /// <summary>Chained hash of what the agent handled.</summary>
    public ulong Chain;

    /// <summary>When it last handled something other than a fault, or lost what it did to one, in ns.</summary>
    public long Acted;

    /// <summary>Events sent so far.</summary>
    public uint Sent;

    /// <summary>Computations requested so far.</summary>
    public uint Computations;

    /// <summary>Draws of its own stream so far.</summary>
    public uint Draws;

    /// <summary>Timers set so far.</summary>
    public uint Timers;

    /// <summary>Vectors compressed so far: names the draws.</summary>
    public uint Compressed;

    /// <summary>Its first pending request, in the partition's slab, + 1; 0 for none.</summary>
    public int FirstRequest;

    /// <summary>Its node or worker, or the node a token stands on; -1 for a server.</summary>
    public int Place;

    /// <summary>Computations pending.</summary>
    public ushort Computing;

    public AgentFlags Flags;
}
