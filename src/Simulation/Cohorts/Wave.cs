using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>
/// Events of all agents of a role as one record: a completion at every agent, or a message along every edge. Each
/// stands for the event that one agent alone would have: same time, tie, sender and sequence.
/// </summary>
readonly record struct Wave
{
    /// <summary>Whether there is one.</summary>
    public bool IsPending { get; init; }

    public Moment Due { get; init; }

    /// <summary>When it was sent or requested, in ns.</summary>
    public long Sent { get; init; }

    /// <summary>How many waves of computations and of messages every agent had sent before.</summary>
    public (uint Computations, uint Messages) Before { get; init; }

    /// <summary>
    /// The vector that is computed at, or those that are sent: their contents stay as they are while the wave is
    /// pending.
    /// </summary>
    public VectorNumbers Vectors { get; init; }

    /// <summary>The first of them.</summary>
    public int Vector => Vectors[0];

    /// <summary>What the snapshots of them rest on.</summary>
    public Origin Origin { get; init; }

    /// <summary>The messages' kind.</summary>
    public MessageKind? Kind { get; init; }

    /// <summary>The oracle, its rank, samples per batch (0 for all), and where results go.</summary>
    public Oracle? Oracle { get; init; }

    public int OracleNumber { get; init; }

    public int Batch { get; init; }

    public int Output { get; init; }

    /// <summary>What a reader at a later time sees of the origin, after some more computing and travelling.</summary>
    public Origin OriginAt(long now, long compute, long wire) =>
        new(Origin.Version, Origin.Birth, Origin.Compute + compute, Origin.Wire + wire, now);

    /// <summary>The sequence of the first event of a sender, by its number of out-neighbours.</summary>
    public uint SequenceOf(int outDegree) => Before.Computations + (Before.Messages * (uint)outDegree);
}
