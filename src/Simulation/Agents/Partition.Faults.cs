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
        || (_events.Queue.TryPeek(out var next) && (Acts(in next) || _events.Live().Any(e => Acts(in e))));

    bool Acts(in Event e) => e.Type != EventType.Crash && _events.IsLive(in e);

    /// <summary>When its earliest event happens.</summary>
    public Moment Next => Moment.Min(
        _events.Next, _rounds?.Next ?? _serverRounds?.Next ?? Moment.Never);

    void HandleCrash(in Event e)
    {
        _turn.Core->Flags |= AgentFlags.Down;
        Record.Crashes++;
        if (e.Payload >= 0)
            Record.Fired[e.Payload]++;
        ChainFault(in e);
        if (_turn.Core->FirstRequest != 0 || (_turn.Role.HasStation && _stations.IsBusy))
            (_turn.Core->Flags, _turn.Core->Acted) = (_turn.Core->Flags | AgentFlags.Interrupted, _turn.Now);
        _computations.CancelAll();
        if (_turn.Role.HasStation)
            _stations.DiscardWaiting();
    }

    void HandleRestart(in Event e)
    {
        _turn.Core->Flags &= ~(AgentFlags.Down | AgentFlags.Interrupted);
        ChainFault(in e);
        if (Record.IsSampled(_turn.Agent))
            Record.Span(_turn.Agent, "down", "down", e.Sent, e.Time, -1);
        _turn.Role.Program.Restart(_turn.Role.State(_turn.Index), this);
        _turn.ReleaseHeld();
    }

    /// <summary>A fault is an event of the agent, and nothing that it does.</summary>
    void ChainFault(in Event e)
    {
        var acted = _turn.Core->Acted;
        Chain(in e, 0);
        _turn.Core->Acted = acted;
    }
}
