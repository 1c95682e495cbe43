using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>A computation of every worker.</summary>
struct ComputingWave
{
    public bool IsPending;
    public Moment Due;

    /// <summary>When it was requested, in ns.</summary>
    public long Requested;

    /// <summary>The sequence of every worker's event, and the rank of the computation among the worker's.</summary>
    public uint Sequence;
    public uint Number;

    public CohortComputation Computation;

    /// <summary>What it rests on, as it was frozen.</summary>
    public Origin Origin;

    public readonly Computed CompletedAt(long now) => new()
    {
        Id = new ComputationId(Number),
        Oracle = Computation.Oracle,
        Origin = new Origin(
            Origin.Version, Origin.Birth, Origin.Compute + (now - Requested), Origin.Wire, now),
    };
}
