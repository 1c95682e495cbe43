using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Tokens on nodes that crash. Who stands on a node goes down and comes back with it; who comes to one that is down
/// waits until it is back. When nodes are down is known to all, so a token asks nobody: while it stands, an event
/// watches for the next crash of its node.
/// </summary>
sealed unsafe partial class Partition<T>
{
    // Whether the current agent may meet crashes of places.
    bool IsExposed => _turn.Role.Watched.Length > 0;

    /// <summary>When the agent's next look at its node is due, in ns, + 1; 0 for none.</summary>
    ref long Watched => ref _turn.Role.Watched[_turn.Index];

    /// <summary>The current token stands on its node from now on, unless it left at once.</summary>
    void WatchPlace()
    {
        if (!IsExposed || _taps.Port is not null || (_turn.Core->Flags & (AgentFlags.Moving | AgentFlags.Stopped)) != 0)
            return;
        if (_world.Crashes!.From(_turn.Core->Place, _turn.Now) is not { } crash
            || (Watched > 0 && Watched <= crash.At + 1))
            return;
        Watched = crash.At + 1;
        _events.InsertFault(
            _turn.Agent, EventType.Crash, crash.At, 0, crash.Number, crash.Fault, _turn.DepthOf(crash.At));
    }

    /// <summary>The watched time has come: the token goes down if it stands where there is a crash now.</summary>
    void HandleWatch(in Event e)
    {
        // A crash that was due earlier took its place.
        if (Watched != e.Time + 1)
            return;
        Watched = 0;
        if ((_turn.Core->Flags & AgentFlags.Moving) != 0)
            return;
        if (_world.Crashes!.From(_turn.Core->Place, _turn.Now) is not { } crash || crash.At != _turn.Now)
        {
            WatchPlace();
            return;
        }
        HandleCrash(e with { Sequence = crash.Number, Payload = crash.Fault });
        if (crash.Until is { } until)
        {
            _events.InsertFault(
                _turn.Agent, EventType.Restart, until, crash.At, crash.Number + 1, crash.Fault, _turn.DepthOf(until));
        }
    }

    /// <summary>Whether a token comes to a node that is down: it arrives when that is back, if ever.</summary>
    bool MustWaitAtDoor(in Event e)
    {
        var place = e.IsLost ? e.Extra : e.Payload;
        if (!IsExposed || _world.Crashes!.DownAt(place, _turn.Now) is not { } crash)
            return false;
        Record.Crashes++;
        Record.Fired[crash.Fault]++;
        _turn.Core->Flags |= AgentFlags.AtDoor;
        _turn.Role.Doors[_turn.Index] = place;
        if (crash.Until is { } until)
            _events.InsertHere(e with { Time = until, Depth = _turn.DepthOf(until) });
        return true;
    }
}
