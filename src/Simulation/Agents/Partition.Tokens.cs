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
    bool IsExposed => _role.Watched.Length > 0;

    /// <summary>When the agent's next look at its node is due, in ns, + 1; 0 for none.</summary>
    ref long Watched => ref _role.Watched[_index];

    /// <summary>The current token stands on its node from now on, unless it left at once.</summary>
    void WatchPlace()
    {
        if (!IsExposed || Port is not null || (_core->Flags & (AgentFlags.Moving | AgentFlags.Stopped)) != 0)
            return;
        if (_world.Crashes!.From(_core->Place, _now) is not { } crash || (Watched > 0 && Watched <= crash.At + 1))
            return;
        Watched = crash.At + 1;
        ScheduleFault(_self, EventType.Crash, crash.At, 0, crash.Number, crash.Fault, DepthOf(crash.At));
    }

    /// <summary>The watched time has come: the token goes down if it stands where there is a crash now.</summary>
    void HandleWatch(in Event e)
    {
        // A crash that was due earlier took its place.
        if (Watched != e.Time + 1)
            return;
        Watched = 0;
        if ((_core->Flags & AgentFlags.Moving) != 0)
            return;
        if (_world.Crashes!.From(_core->Place, _now) is not { } crash || crash.At != _now)
        {
            WatchPlace();
            return;
        }
        HandleCrash(e with { Sequence = crash.Number, Payload = crash.Fault });
        if (crash.Until is { } until)
            ScheduleFault(_self, EventType.Restart, until, crash.At, crash.Number + 1, crash.Fault, DepthOf(until));
    }

    /// <summary>Whether a token comes to a node that is down: it arrives when that is back, if ever.</summary>
    bool MustWaitAtDoor(in Event e)
    {
        var place = e.IsLost ? e.Extra : e.Payload;
        if (!IsExposed || _world.Crashes!.DownAt(place, _now) is not { } crash)
            return false;
        Record.Crashes++;
        Record.Fired[crash.Fault]++;
        _core->Flags |= AgentFlags.AtDoor;
        _role.Doors[_index] = place;
        if (crash.Until is { } until)
            InsertHere(e with { Time = until, Depth = DepthOf(until) });
        return true;
    }
}
