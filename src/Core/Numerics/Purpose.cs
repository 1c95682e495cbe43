namespace AsyncOpt.Core.Numerics;

/// <summary>
/// What a random draw is for. Draws of different purposes are independent, so that a new use of randomness disturbs no
/// old one. The numbers enter every draw: they are never changed or used again, new ones are added at the end.
/// At most 255, because the counter has 8 bits for them.
/// </summary>
public enum Purpose : uint
{
    /// <summary>Nothing in particular: tests and tools.</summary>
    None = 0,

    /// <summary>The order of events that fall on the same instant.</summary>
    Tie = 1,

    /// <summary>The delay of a message on a link.</summary>
    LinkDelay = 2,

    /// <summary>Whether a link drops, duplicates or holds a message.</summary>
    LinkFault = 3,

    /// <summary>The duration of a computation.</summary>
    ComputeTime = 4,

    /// <summary>The time that an agent needs to handle a message.</summary>
    Service = 5,

    /// <summary>The samples of a batch.</summary>
    Batch = 6,

    /// <summary>Noise that an oracle adds.</summary>
    Noise = 7,

    /// <summary>What a method's program draws itself: a neighbour, a step of a walk.</summary>
    Program = 8,

    /// <summary>The initial model.</summary>
    Initialization = 9,

    /// <summary>A random graph.</summary>
    Topology = 10,

    /// <summary>The speed of an agent.</summary>
    Speed = 11,

    /// <summary>Which agent holds which samples.</summary>
    Shard = 12,

    /// <summary>Synthetic data, and the split into train, validation and test parts.</summary>
    Data = 13,

    /// <summary>Crashes, restarts and other faults of agents.</summary>
    Fault = 14,

    /// <summary>What a metric samples.</summary>
    Metric = 15,

    /// <summary>Random rounding and random choice of coordinates when a vector is compressed.</summary>
    Compression = 16,

    /// <summary>Noise for privacy.</summary>
    Privacy = 17,

    /// <summary>Which agents take part in a round, and who is reachable when.</summary>
    Participation = 18,

    /// <summary>Choices of a search over options.</summary>
    Search = 19,

    /// <summary>What the corruption of a message adds to its vectors.</summary>
    Corruption = 20,

    /// <summary>How much slower a computation is than the compute model says.</summary>
    Slowdown = 21,

    /// <summary>The level of a link's delays at a time.</summary>
    LinkLevel = 22,
}
