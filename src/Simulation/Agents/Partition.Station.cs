using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Stations: every agent serves one message at a time. Events wait in the order in which they came, which is the order
/// of handling; completions and timers take no service time.
/// </summary>
sealed unsafe partial class Partition<T>
{
    bool IsServing => (_turn.Core->Flags & AgentFlags.Serving) != 0;

    bool MessagesWait => _turn.Core->Computing > 0 && _turn.Role.Program.WhileComputing == WhileComputing.Wait;

    int WaitingFirst => _turn.Role.WaitingFirst[_turn.Index];

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
        if (_turn.Role.Layout.ServiceTime is null)
            return false;
        BeginService(_waiting.Take(in e));
        return true;
    }

    void Append(in Event e) => _waiting.Append(_turn.Role, _turn.Index, in e);

    void BeginService(int waiting)
    {
        _turn.Core->Flags |= AgentFlags.Serving;
        _turn.Role.Served[_turn.Index] = waiting + 1;
        var draw = new Draw(_world.Seed, Purpose.Service, (ulong)_turn.Agent, _turn.Role.Services[_turn.Index]++);
        var service = _turn.Role.Layout.ServiceTime!.Duration(in draw).Nanoseconds;
        var end = _waiting[waiting] with
        {
            Type = EventType.ServiceEnd,
            Time = _turn.Now + service,
            Depth = _turn.DepthOf(_turn.Now + service),
            Payload = waiting,
            Extra = _waiting.GenerationOf(waiting),
        };
        _events.InsertHere(in end);
    }

    void HandleServiceEnd(in Event e)
    {
        if (!_waiting.IsCurrent(in e))
            return;
        var message = _waiting[e.Payload];
        _waiting.Free(e.Payload);
        _turn.Core->Flags &= ~AgentFlags.Serving;
        var service = ServiceTimeOf(in e);
        if (Record.IsSampled(_turn.Agent) && service > 0)
        {
            Record.Span(
                _turn.Agent, "service", _world.Kinds[message.Kind].Name, _turn.Now - service, _turn.Now,
                message.Sender);
        }
        HandleMessage(in message, service);
    }

    /// <summary>The service time was drawn when service began: the draw before the agent's next one.</summary>
    long ServiceTimeOf(in Event e)
    {
        var draw = new Draw(_world.Seed, Purpose.Service, (ulong)_turn.Agent, _turn.Role.Services[_turn.Index] - 1UL);
        return _turn.Role.Layout.ServiceTime!.Duration(in draw).Nanoseconds;
    }

    /// <summary>After a handler returned: whatever can be handled now is, in order.</summary>
    void ServeWaiting()
    {
        while (!IsServing && (_turn.Core->Flags & (AgentFlags.Stopped | AgentFlags.Down)) == 0)
        {
            var previous = 0;
            var at = WaitingFirst;
            while (at != 0 && _waiting[at - 1].Type == EventType.Message && MessagesWait)
                (previous, at) = (at, _waiting.After(at - 1));
            if (at == 0)
                return;
            _waiting.Unlink(_turn.Role, _turn.Index, previous, at);
            var e = _waiting[at - 1];
            if (e.Type == EventType.Message && _turn.Role.Layout.ServiceTime is not null)
            {
                BeginService(at - 1);
                return;
            }
            _waiting.Free(at - 1);
            if (e.Type == EventType.Message)
                HandleMessage(in e, service: 0);
            else if (_requests[e.Payload].Generation == e.Extra)
                HandleRequest(in e);
        }
        if ((_turn.Core->Flags & AgentFlags.Stopped) != 0)
            DiscardWaiting();
    }

    void DropServed(int i)
    {
        var message = _waiting[i];
        _waiting.Free(i);
        _payloads.Release(in message);
        Record.Lose(message.Sender, _turn.Agent, message.Time);
    }

    /// <summary>Loses the message in service, if there is one, and all that wait.</summary>
    void DiscardWaiting()
    {
        if (IsServing)
        {
            _turn.Core->Flags &= ~AgentFlags.Serving;
            DropServed(_turn.Role.Served[_turn.Index] - 1);
        }
        for (var at = WaitingFirst; at != 0;)
        {
            var next = _waiting.After(at - 1);
            var e = _waiting[at - 1];
            _waiting.Free(at - 1);
            Discard(in e);
            at = next;
        }
        (_turn.Role.WaitingFirst[_turn.Index], _turn.Role.WaitingLast[_turn.Index]) = (0, 0);
    }
}
