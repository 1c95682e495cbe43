using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// What a partition stores for its agents beside their own memory: versions of vectors, requests, the contents of
/// messages, events that wait for their agent, messages at cards, messages that are sent again, and what is recorded.
/// No other partition touches it.
/// </summary>
sealed class PartitionMemory<T> : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    /// <param name="world">The memory of all agents.</param>
    /// <param name="number">Which partition it is.</param>
    public PartitionMemory(World<T> world, int number)
    {
        (World, Number, Record) = (world, number, new Recording(world.Plan, world.Layout));
        (Snapshots, Messages) = (new(Arena), new(Arena));
        Requests = new(Arena, Snapshots);
        (Waiting, AtCards, Retries) = (new(Arena), new(Arena), new(Arena));
    }

    public World<T> World { get; }

    public int Number { get; }

    public Arena Arena { get; } = new();

    public Snapshots<T> Snapshots { get; }

    public Requests<T> Requests { get; }

    public Slab<MessageRecord> Messages { get; }

    public WaitingLines<T> Waiting { get; }

    public Slab<CardMessage> AtCards { get; }

    public Slab<Retry> Retries { get; }

    public Recording Record { get; }

    public long Bytes => Snapshots.Bytes + Requests.Bytes + Messages.Bytes + Waiting.Bytes + AtCards.Bytes
        + Retries.Bytes + Record.MemoryBytes;

    public void Dispose()
    {
        Arena.Dispose();
        Record.Dispose();
    }
}
