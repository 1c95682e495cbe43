using AsyncOpt.Core.Faults;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Tokens on nodes that crash. Who stands on a node goes down and comes back with it; who comes to one that is down
/// waits until it is back. When nodes are down is known to all, so a token asks nobody: while it stands, an event
/// watches for the next crash of its node.
/// </summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
/// <param name="events">Where crashes and restarts are noted.</param>
/// <param name="isReplay">Whether a log says when tokens go down.</param>
sealed unsafe class TokenWatch<T>(
    PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events, bool isReplay)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly PlaceCrashes? _crashes = memory.World.Crashes;
    readonly Recording _record = memory.Record;

    /// <summary>Whether the current agent may meet crashes of places.</summary>
    public bool IsExposed => turn.Role.Watched.Length > 0;

    /// <summary>When the agent's next look at its node is due, in ns, + 1; 0 for none.</summary>
    ref long Watched => ref turn.Role.Watched[turn.Index];

    /// <summary>The current token stands on its node from now on, unless it left at once.</summary>
    public void Watch()
    {
        if (!IsExposed || isReplay || (turn.Core->Flags & (AgentFlags.Moving | AgentFlags.Stopped)) != 0)
            return;
        if (_crashes!.From(turn.Core->Place, turn.Now) is not { } crash || (Watched > 0 && Watched <= crash.At + 1))
            return;
        Watched = crash.At + 1;
        events.InsertFault(
            turn.Agent, EventType.Crash, crash.At, 0, crash.Number, crash.Fault, crash.IsStateLost,
            turn.DepthOf(crash.At));
    }

    /// <summary>The watched time has come: whether the token stands where there is a crash now.</summary>
    /// <param name="e">The watching event.</param>
    /// <param name="crash">The crash of the token, whose end is noted.</param>
    public bool TryCrash(in Event e, out Event crash)
    {
        crash = default;
        // A crash that was due earlier took its place.
        if (Watched != e.Time + 1)
            return false;
        Watched = 0;
        if ((turn.Core->Flags & AgentFlags.Moving) != 0)
            return false;
        if (_crashes!.From(turn.Core->Place, turn.Now) is not { } ofPlace || ofPlace.At != turn.Now)
        {
            Watch();
            return false;
        }
        crash = e with { Sequence = ofPlace.Number, Payload = ofPlace.Fault, IsLost = ofPlace.IsStateLost };
        if (ofPlace.Until is { } until)
        {
            events.InsertFault(
                turn.Agent, EventType.Restart, until, ofPlace.At, ofPlace.Number + 1, ofPlace.Fault,
                ofPlace.IsStateLost, turn.DepthOf(until));
        }
        return true;
    }

    /// <summary>
    /// Whether a token that may meet crashes comes to a node that is down: it arrives when that is back, if ever.
    /// </summary>
    public bool MustWaitAtDoor(in Event e)
    {
        var place = e.IsLost ? e.Extra : e.Payload;
        if (_crashes!.DownAt(place, turn.Now) is not { } crash)
            return false;
        _record.Crashes++;
        _record.Faults.Count(crash.Fault, FaultDeed.AtDoor);
        turn.Core->Flags |= AgentFlags.AtDoor;
        turn.Role.Doors[turn.Index] = place;
        if (crash.Until is { } until)
            events.InsertHere(e with { Time = until, Depth = turn.DepthOf(until) });
        return true;
    }
}
