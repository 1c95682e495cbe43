using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>
/// Events of all agents of a role as one record: a computation of each; or messages, along every edge, of each to the
/// server, or of the server to each. Each stands for the event that one agent alone would have: same time, tie, sender
/// and sequence. Vectors that it carries keep their contents while it is pending.
/// </summary>
readonly record struct Wave
{
    public Moment Due { get; init; }

    /// <summary>When it was sent or requested, in ns.</summary>
    public long Sent { get; init; }

    /// <summary>
    /// How many waves of computations and of messages every agent had sent before; of the server, how many events.
    /// </summary>
    public (uint Computations, uint Messages) Before { get; init; }

    /// <summary>What is computed; null for messages.</summary>
    public CohortComputation? Computation { get; init; }

    /// <summary>What is sent; null for computations.</summary>
    public CohortMessage? Message { get; init; }

    /// <summary>Whether there is one.</summary>
    public bool IsPending => Computation is not null || Message is not null;

    /// <summary>The vectors that are sent, or the one that is computed at.</summary>
    public VectorNumbers Vectors => Message is { } m ? m.Vectors : Computation is { } c ? new(c.Vector) : default;

    /// <summary>What these rest on.</summary>
    public Origin Origin => Message?.Origin ?? Computation?.Origin ?? default;

    /// <summary>What a reader at a later time sees of the origin, after some more computing and travelling.</summary>
    public Origin OriginAt(long now)
    {
        var (origin, passed) = (Origin, now - Sent);
        return Message is null
            ? new(origin.Version, origin.Birth, origin.Compute + passed, origin.Wire, now)
            : new(origin.Version, origin.Birth, origin.Compute, origin.Wire + passed, now);
    }

    /// <summary>The sequence of the first event of a sender, by its number of out-neighbours.</summary>
    public uint SequenceOf(int outDegree) => Before.Computations + (Before.Messages * (uint)outDegree);
}
