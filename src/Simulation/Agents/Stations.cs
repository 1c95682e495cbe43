using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Stations: every agent serves one message at a time. Events wait in the order in which they came, which is the order
/// of handling; completions and timers take no service time.
/// </summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
/// <param name="events">Where ends of service are noted.</param>
/// <param name="payloads">What messages carry.</param>
/// <param name="computations">Computations and timers, whose ends may wait.</param>
sealed unsafe class Stations<T>(
    PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events, MessagePayloads<T> payloads,
    AgentComputations<T> computations)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly WaitingLines<T> _waiting = memory.Waiting;
    readonly Recording _record = memory.Record;

    /// <summary>Whether the current agent serves a message, or anything waits for it.</summary>
    public bool IsBusy => IsServing || WaitingFirst != 0;

    bool IsServing => (turn.Core->Flags & AgentFlags.Serving) != 0;

    bool MessagesWait => turn.Core->Computing > 0 && turn.Role.Program.WhileComputing == WhileComputing.Wait;

    bool IsFull => turn.Role.Layout.ServiceBuffer is { } buffer && turn.Role.WaitingMessages[turn.Index] >= buffer;

    int WaitingFirst => turn.Role.WaitingFirst[turn.Index];

    /// <summary>
    /// Queues an event that cannot be handled now, or begins its service; false if it can be handled at once.
    /// </summary>
    public bool MustWait(in Event e)
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
            if (IsFull)
                Overflow(in e);
            else
                Append(in e);
            return true;
        }
        if (turn.Role.Layout.ServiceTime is null)
            return false;
        BeginService(_waiting.Take(in e));
        return true;
    }

    /// <summary>Ends a service; false if it has been given up.</summary>
    /// <param name="e">The end of the service.</param>
    /// <param name="message">The message, to be handled now.</param>
    /// <param name="service">How long it was served, in ns.</param>
    public bool TryEndService(in Event e, out Event message, out long service)
    {
        (message, service) = (default, 0);
        if (!_waiting.IsCurrent(in e))
            return false;
        message = _waiting[e.Payload];
        _waiting.Free(e.Payload);
        turn.Core->Flags &= ~AgentFlags.Serving;
        service = ServiceTimeOf(in e);
        if (_record.IsSampled(turn.Agent) && service > 0)
        {
            _record.Span(
                turn.Agent, "service", memory.World.Kinds[message.Kind].Name, turn.Now - service, turn.Now,
                message.Sender);
        }
        return true;
    }

    /// <summary>
    /// After a handler returned: the first waiting event that can be handled now, unless a service begins; false if
    /// there is none. Of an agent that has stopped, all that waits is lost.
    /// </summary>
    public bool TryNext(out Event e)
    {
        while (!IsServing && (turn.Core->Flags & (AgentFlags.Stopped | AgentFlags.Down)) == 0)
        {
            var previous = 0;
            var at = WaitingFirst;
            while (at != 0 && _waiting[at - 1].Type == EventType.Message && MessagesWait)
                (previous, at) = (at, _waiting.After(at - 1));
            if (at == 0)
            {
                e = default;
                return false;
            }
            _waiting.Unlink(turn.Role, turn.Index, previous, at);
            e = _waiting[at - 1];
            Count(in e, -1);
            if (e.Type == EventType.Message && turn.Role.Layout.ServiceTime is not null)
            {
                BeginService(at - 1);
                return false;
            }
            _waiting.Free(at - 1);
            if (IsWaiting(in e))
                return true;
        }
        if ((turn.Core->Flags & AgentFlags.Stopped) != 0)
            DiscardWaiting();
        e = default;
        return false;
    }

    /// <summary>Loses the message in service, if there is one, and all that wait.</summary>
    public void DiscardWaiting()
    {
        if (IsServing)
        {
            turn.Core->Flags &= ~AgentFlags.Serving;
            DropServed(turn.Role.Served[turn.Index] - 1);
        }
        for (var at = WaitingFirst; at != 0;)
        {
            var next = _waiting.After(at - 1);
            var e = _waiting[at - 1];
            _waiting.Free(at - 1);
            Count(in e, -1);
            Discard(in e);
            at = next;
        }
        (turn.Role.WaitingFirst[turn.Index], turn.Role.WaitingLast[turn.Index]) = (0, 0);
    }

    /// <summary>Drops an event that came to an agent that is down or has stopped.</summary>
    public void Discard(in Event e)
    {
        switch (e.Type)
        {
            case EventType.Message or EventType.AtReceiverCard:
                Lose(in e, WasteReason.ReceiverDown);
                break;
            case EventType.ServiceEnd:
                if (events.IsLive(in e))
                    DropServed(e.Payload);
                break;
            case EventType.Computed or EventType.Timer:
                if (events.IsLive(in e))
                    computations.GiveUp(e.Payload, WasteReason.Superseded);
                break;
        }
    }

    /// <summary>How many messages the current agent serves or has waiting.</summary>
    public int MessagesHere()
    {
        var messages = IsServing ? 1 : 0;
        for (var at = WaitingFirst; at != 0; at = _waiting.After(at - 1))
            messages += _waiting[at - 1].Type == EventType.Message ? 1 : 0;
        return messages;
    }

    /// <summary>Writes what waits for the current agent.</summary>
    public void Save(BinaryWriter to, SnapshotIds ids, EventImages<T> images)
    {
        to.Write(IsServing);
        if (IsServing)
            images.Save(in _waiting[turn.Role.Served[turn.Index] - 1], to, ids);
        for (var at = WaitingFirst; at != 0; at = _waiting.After(at - 1))
        {
            if (!IsWaiting(in _waiting[at - 1]))
                continue;
            to.Write(true);
            images.Save(in _waiting[at - 1], to, ids);
        }
        to.Write(false);
    }

    /// <summary>Reads what waits for the current agent, for which nothing waits yet.</summary>
    public void Load(BinaryReader from, SnapshotStore<T> store, EventImages<T> images)
    {
        if (from.ReadBoolean())
            turn.Role.Served[turn.Index] = _waiting.Take(images.Load(from, store)) + 1;
        while (from.ReadBoolean())
            Append(images.Load(from, store));
    }

    // A computation or a timer that was given up while it waited is passed over.
    bool IsWaiting(in Event e) => e.Type == EventType.Message || events.IsLive(in e);

    void Append(in Event e)
    {
        _waiting.Append(turn.Role, turn.Index, in e);
        Count(in e, 1);
    }

    /// <summary>Notes how many messages wait, where it matters.</summary>
    void Count(in Event e, int change)
    {
        if (e.Type == EventType.Message && turn.Role.WaitingMessages.Length > 0)
            turn.Role.WaitingMessages[turn.Index] += change;
    }

    /// <summary>A message finds no room to wait.</summary>
    void Overflow(in Event e)
    {
        _record.Overflowed++;
        Lose(in e, WasteReason.NoRoom);
    }

    void BeginService(int waiting)
    {
        turn.Core->Flags |= AgentFlags.Serving;
        turn.Role.Served[turn.Index] = waiting + 1;
        var draw = new Draw(memory.World.Seed, Purpose.Service, (ulong)turn.Agent, turn.Role.Services[turn.Index]++);
        var service = turn.Role.Layout.ServiceTime!.Duration(in draw).Nanoseconds;
        events.InsertHere(_waiting[waiting] with
        {
            Type = EventType.ServiceEnd,
            Time = turn.Now + service,
            Depth = turn.DepthOf(turn.Now + service),
            Payload = waiting,
            Extra = _waiting.GenerationOf(waiting),
        });
    }

    /// <summary>The service time was drawn when service began: the draw before the agent's next one.</summary>
    long ServiceTimeOf(in Event e)
    {
        var number = turn.Role.Services[turn.Index] - 1UL;
        var draw = new Draw(memory.World.Seed, Purpose.Service, (ulong)turn.Agent, number);
        return turn.Role.Layout.ServiceTime!.Duration(in draw).Nanoseconds;
    }

    void DropServed(int i)
    {
        var message = _waiting[i];
        _waiting.Free(i);
        Lose(in message, WasteReason.ReceiverDown);
    }

    void Lose(in Event message, WasteReason reason)
    {
        payloads.Waste(reason, in message);
        payloads.Release(in message);
        _record.Lose(message.Sender, turn.Agent, message.Time);
    }
}
