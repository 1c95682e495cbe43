namespace AsyncOpt.Simulation.State;

/// <summary>What a slot holds: a snapshot, and the way it came.</summary>
struct SlotRecord
{
    /// <summary>The snapshot's number + 1; 0 for an empty slot.</summary>
    public int Snapshot;

    /// <summary>ns of service and travel between the taking of the snapshot and the holding.</summary>
    public long Compute;
    public long Wire;
}
