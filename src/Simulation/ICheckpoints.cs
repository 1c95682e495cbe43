using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Simulation;

/// <summary>
/// Keeps checkpoints of a run while it goes on. The run stands still at sampling instants and several times a second
/// between them; there it asks. When that is depends on the wall clock, and nothing else does: the run goes on
/// to the same bits with and without. Called on the running thread.
/// </summary>
public interface ICheckpoints
{
    /// <summary>Virtual time between checkpoints that are due by it; null for none.</summary>
    VirtualTime? Every { get; }

    /// <summary>Whether a checkpoint is due now, whatever the virtual time.</summary>
    bool IsDue { get; }

    /// <summary>Why the run is to end where it stands, after a last checkpoint; null where it goes on.</summary>
    string? Ending { get; }

    /// <summary>Keeps one.</summary>
    /// <param name="time">The virtual time: everything before it has happened, nothing at or after it.</param>
    /// <param name="spent">What the run took so far.</param>
    /// <param name="write">Writes it to a stream.</param>
    /// <exception cref="Core.StorageException">It cannot be kept; the run ends with this.</exception>
    void Save(VirtualTime time, WallSpent spent, Action<Stream> write);
}
