using System.Runtime.CompilerServices;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Messages of a sweep whose delays are not drawn yet. None of them arrives within the span that is swept, so they may
/// wait for each other: many delays are drawn at once, for a fraction of what each costs alone, with the same bits.
/// </summary>
/// <param name="links">Their links, on which nothing but a drawn delay befalls a message.</param>
/// <param name="record">Counts delays that were raised to the quantum.</param>
sealed class Departures(Links links, Recording record)
{
    // So many that the cost of beginning is spread, and that what they read and write stays near.
    const int Most = 64;

    // Whether delays depend on routes.
    readonly bool _hasRoutes = !links.HasCommonLaw;

    readonly Event[] _events = new Event[Most];
    readonly Route[] _routes = new Route[Most];
    readonly ulong[] _ids = new ulong[Most];
    readonly ulong[] _ks = new ulong[Most];
    readonly long[] _delays = new long[Most];
    int _count;

    /// <summary>Whether there is no room for another.</summary>
    public bool IsFull => _count == Most;

    /// <summary>Room for a message, to be filled in but for its time, depth and tie.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="name">Names it among its link's.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Event Add(in Route route, (ulong Id, ulong K) name)
    {
        var i = _count++;
        if (_hasRoutes)
            _routes[i] = route;
        (_ids[i], _ks[i]) = name;
        return ref _events[i];
    }

    /// <summary>Draws the delays of all, and hands over the messages; there is none then.</summary>
    /// <param name="events">Where they arrive.</param>
    public void Leave<T>(PendingEvents<T> events)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var count = _count;
        _count = 0;
        links.DelaysOf(_routes.AsSpan(0, count), _ids.AsSpan(0, count), _ks.AsSpan(0, count), _delays);
        for (var i = 0; i < count; i++)
        {
            ref var e = ref _events[i];
            var delay = _delays[i];
            if (delay < links.Quantum)
            {
                record.Raise(links.Quantum - delay);
                delay = links.Quantum;
            }
            e.Time = e.Sent + delay;
            e.Tie = events.Ties.Of(e.Sender, e.Sequence);
            events.FetchPartition(e.Receiver);
        }
        // Apart: what has just been written in parts cannot be copied at once.
        var leaving = _events.AsSpan(0, count);
        for (var i = 0; i < count; i++)
        {
            events.Queue.FetchPlace(leaving, i);
            events.Insert(in leaving[i]);
        }
    }
}
