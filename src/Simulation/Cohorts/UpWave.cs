using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>A message of every worker to the server, under way; its vector keeps its contents.</summary>
struct UpWave
{
    public bool IsPending;
    public Moment Due;

    /// <summary>When it was sent, in ns.</summary>
    public long Sent;

    /// <summary>Its sequence at every worker.</summary>
    public uint Sequence;

    public CohortMessage Message;

    /// <summary>What a worker's message carries, as it goes into the server's chain.</summary>
    /// <param name="hash">The hash of the worker's vector.</param>
    public readonly ulong Payload(ulong hash)
    {
        var vector = VectorHash.Chain(hash, (ulong)Message.Origin.Version);
        return Message.Kind.IsPlain ? vector : Message.Body.Chain(VectorHash.Chain(0, vector), Message.Kind);
    }
}
