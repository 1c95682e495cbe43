using System.Collections.Concurrent;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>
/// Messages on their way to one other host. Those that come before a thread is free to hand them over go together, in
/// the order in which they came; nobody waits for a batch to fill.
/// </summary>
sealed class Outbox
{
    /// <summary>How many messages a batch holds at most.</summary>
    public const int MessagesMax = 256;

    /// <summary>A batch whose vectors have as many coordinates takes no further message.</summary>
    public const int CoordinatesMax = 1 << 17;

    readonly ConcurrentQueue<LiveMessage> _waiting = new();
    readonly List<LiveMessage> _batch = new(MessagesMax); // of the thread that hands over
    readonly SerialWork _handingOver;

    /// <param name="handOver">Takes a batch; it must not throw, and is called by one thread at a time.</param>
    public Outbox(Action<LiveMessage[]> handOver) => _handingOver = new(() =>
    {
        while (Next() is { Length: > 0 } batch)
            handOver(batch);
    });

    /// <summary>Adds a message, from any thread.</summary>
    public void Add(LiveMessage message)
    {
        _waiting.Enqueue(message);
        _handingOver.Ask();
    }

    LiveMessage[] Next()
    {
        var coordinates = 0L;
        while (_batch.Count < MessagesMax && coordinates < CoordinatesMax && _waiting.TryDequeue(out var message))
        {
            _batch.Add(message);
            coordinates += CoordinatesOf(message);
        }
        LiveMessage[] batch = [.. _batch];
        _batch.Clear();
        return batch;
    }

    static long CoordinatesOf(LiveMessage m) =>
        (long)Dimension(m.Vector) + Dimension(m.Vector1) + Dimension(m.Vector2) + Dimension(m.Vector3);

    static int Dimension(LiveVector? vector) => vector?.Dimension ?? 0;
}
