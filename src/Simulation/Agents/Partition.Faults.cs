using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>Crashes and restarts of agents, and whether anything else is left.</summary>
sealed unsafe partial class Partition<T>
{
    /// <summary>
    /// Whether anything is left to happen that lets an agent act: a crash alone does not, nor what was given up.
    /// </summary>
    public bool IsRunnable => (_rounds?.Next ?? _serverRounds?.Next ?? Moment.Never) != Moment.Never
        || (_queue.TryPeek(out var next) && (Acts(in next) || LiveEvents().Any(e => Acts(in e))));

    bool Acts(in Event e) => e.Type != EventType.Crash && IsLive(in e);

    /// <summary>When its earliest event happens.</summary>
    public Moment Next => Moment.Min(
        NextEvent, _rounds?.Next ?? _serverRounds?.Next ?? Moment.Never);

    Moment NextEvent => _queue.TryPeek(out var e) ? new Moment(e.Time, e.Depth) : Moment.Never;

    void ScheduleFault(
        int agent, EventType type, long time, long sent, uint number, int fault, ushort depth = 0) =>
        _queue.Insert(new Event
        {
            Time = time,
            Sent = sent,
            Depth = depth,
            Sender = agent,
            Sequence = number,
            Receiver = agent,
            Payload = fault,
            Type = type,
        });

    void HandleCrash(in Event e)
    {
        _core->Flags |= AgentFlags.Down;
        Record.Crashes++;
        if (e.Payload >= 0)
            Record.Fired[e.Payload]++;
        ChainFault(in e);
        if (_core->FirstRequest != 0 || (_role.HasStation && (IsServing || WaitingFirst != 0)))
            (_core->Flags, _core->Acted) = (_core->Flags | AgentFlags.Interrupted, _now);
        while (_core->FirstRequest != 0)
        {
            var i = _core->FirstRequest - 1;
            if (_requests[i].State is RequestState.Evaluated or RequestState.Launched)
                Record.Wasted++;
            FreeRequest(i);
        }
        if (_role.HasStation)
            DiscardWaiting();
    }

    void HandleRestart(in Event e)
    {
        _core->Flags &= ~(AgentFlags.Down | AgentFlags.Interrupted);
        ChainFault(in e);
        if (Record.IsSampled(_self))
            Record.Span(_self, "down", "down", e.Sent, e.Time, -1);
        _role.Program.Restart(_role.State(_index), this);
        ReleaseHeld();
    }

    /// <summary>A fault is an event of the agent, and nothing that it does.</summary>
    void ChainFault(in Event e)
    {
        var acted = _core->Acted;
        Chain(in e, 0);
        _core->Acted = acted;
    }
}
