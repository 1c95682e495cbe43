using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Replay: the same handlers and effects, with the order of events, their times and what befell them given from
/// outside. No event enters the queue then, no fault is judged, nobody waits.
/// </summary>
sealed unsafe partial class Partition<T>
{
    /// <summary>The snapshots that messages, slots, rows and requests of this partition refer to.</summary>
    public Snapshots<T> Snapshots => _snapshots;

    /// <summary>Handles a message, an arrival, a crash or a restart.</summary>
    /// <param name="e">The event, with its payload; its time is a message's arrival.</param>
    /// <param name="now">When it is handled, in ns.</param>
    /// <param name="service">How long a message was served, in ns.</param>
    public void Replay(in Event e, long now, long service)
    {
        _turn.SetTime(now, 0);
        _turn.Enter(e.Receiver);
        switch (e.Type)
        {
            case EventType.Message:
                HandleMessage(in e, service);
                break;
            case EventType.Arrived:
                HandleArrival(in e);
                break;
            case EventType.Crash:
                HandleCrash(in e);
                break;
            case EventType.Restart:
                HandleRestart(in e);
                break;
            default:
                throw new InvalidOperationException($"no replay of {e.Type}");
        }
    }

    /// <summary>Handles the end of a computation, or a timer; false if the agent has no such request.</summary>
    public bool TryReplayRequest(int agent, long now, long number, bool timer)
    {
        _turn.SetTime(now, 0);
        _turn.Enter(agent);
        var i = _computations.Find(number, timer);
        if (i < 0)
            return false;
        HandleRequest(new Event
        {
            Receiver = agent,
            Payload = i,
            Extra = _requests[i].Generation,
            Type = timer ? EventType.Timer : EventType.Computed,
        });
        return true;
    }

    void Observe(in Event e, long service)
    {
        if (_taps.Observer is not { } observer)
            return;
        // The request has been freed already; what it held is still there.
        var number = e.Type is EventType.Computed or EventType.Timer ? _requests[e.Payload].Number : 0;
        observer.Handled(in e, _turn.Now, service, number);
    }
}
