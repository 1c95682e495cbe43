using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>An event that waits at its agent, or is being served.</summary>
struct WaitingEvent
{
    public Event Event;

    /// <summary>The agent's next waiting event, + 1.</summary>
    public int Next;

    /// <summary>Tells reuses of the place apart.</summary>
    public int Generation;
}

/// <summary>
/// Stations: every agent serves one message at a time. Events wait in the order in which they came, which is the order
/// of handling; completions and timers take no service time.
/// </summary>
sealed unsafe partial class Partition<T>
{
    bool IsServing => (_core->Flags & AgentFlags.Serving) != 0;

    bool MessagesWait => _core->Computing > 0 && _role.Program.WhileComputing == WhileComputing.Wait;

    ref int WaitingFirst => ref _role.WaitingFirst[_index];

    ref int WaitingLast => ref _role.WaitingLast[_index];

    /// <summary>
    /// Queues an event that cannot be handled now, or begins its service; false if it can be handled at once.
    /// </summary>
    bool MustWait(in Event e)
    {
        if (e.Type != EventType.Message)
        {
            if (!IsServing)
                return false;
            Append(in e);
            return true;
        }
        if (IsServing || WaitingFirst != 0 || MessagesWait)
        {
            Append(in e);
            return true;
        }
        if (_role.Layout.ServiceTime is null)
            return false;
        BeginService(TakeWaiting(in e));
        return true;
    }

    int TakeWaiting(in Event e)
    {
        var i = _waiting.Take();
        ref var w = ref _waiting[i];
        w.Event = e;
        w.Next = 0;
        return i;
    }

    void Append(in Event e)
    {
        var i = TakeWaiting(in e);
        if (WaitingLast == 0)
            WaitingFirst = i + 1;
        else
            _waiting[WaitingLast - 1].Next = i + 1;
        WaitingLast = i + 1;
    }

    void BeginService(int waiting)
    {
        _core->Flags |= AgentFlags.Serving;
        _role.Served[_index] = waiting + 1;
        var draw = new Draw(_world.Seed, Purpose.Service, (ulong)_self, _role.Services[_index]++);
        var service = _role.Layout.ServiceTime!.Duration(in draw).Nanoseconds;
        var message = _waiting[waiting].Event;
        var end = message with
        {
            Type = EventType.ServiceEnd,
            Time = _now + service,
            Depth = DepthOf(_now + service),
            Payload = waiting,
            Extra = _waiting[waiting].Generation,
        };
        InsertHere(in end);
    }

    void HandleServiceEnd(in Event e)
    {
        if (_waiting[e.Payload].Generation != e.Extra)
            return;
        var message = _waiting[e.Payload].Event;
        FreeWaiting(e.Payload);
        _core->Flags &= ~AgentFlags.Serving;
        var service = ServiceTimeOf(in e);
        if (Record.IsSampled(_self) && service > 0)
            Record.Span(_self, "service", _world.Kinds[message.Kind].Name, _now - service, _now, message.Sender);
        HandleMessage(in message, service);
    }

    /// <summary>The service time was drawn when service began: the draw before the agent's next one.</summary>
    long ServiceTimeOf(in Event e)
    {
        var draw = new Draw(_world.Seed, Purpose.Service, (ulong)_self, _role.Services[_index] - 1UL);
        return _role.Layout.ServiceTime!.Duration(in draw).Nanoseconds;
    }

    /// <summary>After a handler returned: whatever can be handled now is, in order.</summary>
    void ServeWaiting()
    {
        while (!IsServing && (_core->Flags & (AgentFlags.Stopped | AgentFlags.Down)) == 0)
        {
            var previous = 0;
            var at = WaitingFirst;
            while (at != 0 && _waiting[at - 1].Event.Type == EventType.Message && MessagesWait)
                (previous, at) = (at, _waiting[at - 1].Next);
            if (at == 0)
                return;
            Unlink(previous, at);
            var e = _waiting[at - 1].Event;
            if (e.Type == EventType.Message && _role.Layout.ServiceTime is not null)
            {
                _waiting[at - 1].Next = 0;
                BeginService(at - 1);
                return;
            }
            FreeWaiting(at - 1);
            if (e.Type == EventType.Message)
                HandleMessage(in e, service: 0);
            else if (_requests[e.Payload].Generation == e.Extra)
                HandleRequest(in e);
        }
        if ((_core->Flags & AgentFlags.Stopped) != 0)
            DiscardWaiting();
    }

    void Unlink(int previous, int at)
    {
        var next = _waiting[at - 1].Next;
        if (previous == 0)
            WaitingFirst = next;
        else
            _waiting[previous - 1].Next = next;
        if (WaitingLast == at)
            WaitingLast = previous;
    }

    void FreeWaiting(int i)
    {
        _waiting[i].Generation++;
        _waiting.Free(i);
    }

    void DropServed(int i)
    {
        var message = _waiting[i].Event;
        FreeWaiting(i);
        ReleasePayload(in message);
        Record.Lose(message.Sender, _self, message.Time);
    }

    /// <summary>Loses the message in service, if there is one, and all that wait.</summary>
    void DiscardWaiting()
    {
        if (IsServing)
        {
            _core->Flags &= ~AgentFlags.Serving;
            DropServed(_role.Served[_index] - 1);
        }
        for (var at = WaitingFirst; at != 0;)
        {
            var next = _waiting[at - 1].Next;
            var e = _waiting[at - 1].Event;
            FreeWaiting(at - 1);
            Discard(in e);
            at = next;
        }
        (WaitingFirst, WaitingLast) = (0, 0);
    }
}
