using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Kernels.Devices;

/// <summary>Events of one instant: a completion at every row, or a message along every edge, or both.</summary>
/// <param name="Time">The instant, in ns.</param>
/// <param name="Ties">The run's ties, which order the events of a row.</param>
/// <param name="FirstAgent">The agent of row 0.</param>
public readonly record struct DeviceChain(long Time, Ties Ties, int FirstAgent)
{
    /// <summary>The array of the results of what completes; -1 for no completion.</summary>
    public int Results { get; init; } = -1;

    /// <summary>The completions' sequences.</summary>
    public DeviceSequences Completions { get; init; }

    /// <summary>What is folded of a completion beside its sequence.</summary>
    public ulong CompletionWord { get; init; }

    /// <summary>Whether messages come: those published last.</summary>
    public bool HasMessages { get; init; }

    /// <summary>The sequences of each sender's first message; those of its other edges follow.</summary>
    public DeviceSequences Messages { get; init; }

    /// <summary>What is folded of a message beside its sequence.</summary>
    public ulong MessageWord { get; init; }
}

/// <summary>How many waves of computations and of messages every agent had sent before.</summary>
/// <param name="Computations">Of computations: one event each.</param>
/// <param name="Messages">Of messages: one event an out-neighbour.</param>
public readonly record struct DeviceSequences(uint Computations, uint Messages)
{
    /// <summary>The sequence of a sender's next event, by its number of out-neighbours.</summary>
    public uint Of(int outDegree) => Computations + (Messages * (uint)outDegree);
}
