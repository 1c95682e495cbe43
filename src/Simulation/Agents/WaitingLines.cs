using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Events that wait for their agent: a line for each agent, in the order in which they came. A message in service has
/// a place and is in no line.
/// </summary>
/// <param name="arena">Where they lie.</param>
sealed class WaitingLines<T>(Arena arena)
    where T : unmanaged
{
    readonly Slab<WaitingEvent> _events = new(arena);

    public long Bytes => _events.Bytes;

    public ref readonly Event this[int i] => ref _events[i].Event;

    /// <summary>The place after one in its line, + 1; 0 for none.</summary>
    public int After(int i) => _events[i].Next;

    public int GenerationOf(int i) => _events[i].Generation;

    /// <summary>Whether the service whose end this event is has not been given up.</summary>
    public bool IsCurrent(in Event serviceEnd) => _events[serviceEnd.Payload].Generation == serviceEnd.Extra;

    /// <summary>A place for an event, in no line.</summary>
    public int Take(in Event e)
    {
        var i = _events.Take();
        ref var w = ref _events[i];
        w.Event = e;
        w.Next = 0;
        return i;
    }

    /// <summary>Puts an event at the end of its agent's line.</summary>
    public void Append(RoleMemory<T> role, int index, in Event e)
    {
        var i = Take(in e);
        if (role.WaitingLast[index] == 0)
            role.WaitingFirst[index] = i + 1;
        else
            _events[role.WaitingLast[index] - 1].Next = i + 1;
        role.WaitingLast[index] = i + 1;
    }

    /// <summary>Takes an event out of its agent's line; it keeps its place.</summary>
    /// <param name="role">The agent's role.</param>
    /// <param name="index">The agent's rank in it.</param>
    /// <param name="previous">The one before it, + 1; 0 for none.</param>
    /// <param name="at">The event, + 1.</param>
    public void Unlink(RoleMemory<T> role, int index, int previous, int at)
    {
        ref var next = ref _events[at - 1].Next;
        if (previous == 0)
            role.WaitingFirst[index] = next;
        else
            _events[previous - 1].Next = next;
        if (role.WaitingLast[index] == at)
            role.WaitingLast[index] = previous;
        next = 0;
    }

    /// <summary>Gives up an event's place.</summary>
    public void Free(int i)
    {
        _events[i].Generation++;
        _events.Free(i);
    }
}
