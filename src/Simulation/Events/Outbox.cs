using System.Runtime.CompilerServices;

namespace AsyncOpt.Simulation.Events;

/// <summary>Events for another partition, in the order in which they were sent, until the end of the window.</summary>
sealed class Outbox
{
    Event[] _events = new Event[64];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The events.</summary>
    public ReadOnlySpan<Event> Events => _events.AsSpan(0, Count);

    /// <summary>Adds an event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in Event e)
    {
        if (Count == _events.Length)
            Array.Resize(ref _events, 2 * Count);
        Event.Copy(in e, ref _events[Count++]);
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Count = 0;
}
