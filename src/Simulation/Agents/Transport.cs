using System.Runtime.CompilerServices;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// The way of messages and tokens: the sender's card, the link and the faults, the receiver's card, the receiver's
/// events; or, where they are lost, the wait until they are sent again.
/// </summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled: the sender.</param>
/// <param name="events">Where messages arrive.</param>
/// <param name="payloads">What messages carry.</param>
/// <param name="cards">Messages at cards that share their rate; null for none.</param>
/// <param name="recollections">What may be sent instead, as it was sent before; null where no fault lets it.</param>
/// <param name="retries">What is sent again; null where nothing is.</param>
/// <param name="taps">Who hears of messages, or takes them.</param>
sealed unsafe class Transport<T>(
    PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events, MessagePayloads<T> payloads,
    CardMessages<T>? cards, Recollections<T>? recollections, Retries<T>? retries, EventTaps taps)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly AgentTurn<T> _turn = turn;
    readonly Links _links = memory.World.Links;
    readonly Recording _record = memory.Record;
    readonly bool _isTapped = taps.IsAny;
    readonly Fate _fate = new() { Comes = taps.Port is not null };

    // When the message that is on its way now was first sent, in ns.
    long _sent;

    // Such messages of a sweep may leave later than others.
    readonly bool _isPlain = memory.World.Links.IsPlain && !taps.IsAny;

    /// <summary>Sends a message over a link.</summary>
    public void Send(in Route route, int receiver, in Message message)
    {
        if (_isPlain && events.IsSweeping && route.Id != Links.Local)
            SendLater(in route, receiver, in message);
        else if (recollections is null)
            SendNow(in route, receiver, in message);
        else
            SendNow(in route, receiver, recollections.Recall(in route, receiver, in message));
    }

    /// <summary>Sends a message of a sweep: its delay is drawn with those of others.</summary>
    void SendLater(in Route route, int receiver, in Message message)
    {
        var turn = _turn;
        Count(receiver, message.Kind, payloads.BytesOf(in message));
        var sequence = turn.Core->Sent++;
        ref var e = ref events.Departures.Add(in route, _links.NameOf(in route, turn.Agent, sequence));
        e = new Event
        {
            Sent = turn.Now,
            Sender = turn.Agent,
            Sequence = sequence,
            Receiver = receiver,
            Payload = payloads.Take(in message),
            Kind = (byte)message.Kind.Number,
            Type = EventType.Message,
        };
        if (events.Departures.IsFull)
            events.Departures.Leave(events);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void SendNow(in Route route, int receiver, in Message message)
    {
        var turn = _turn;
        var bytes = payloads.BytesOf(in message);
        Count(receiver, message.Kind, bytes);
        var sequence = turn.Core->Sent++;
        var sending = new Sending(turn.Now, turn.Agent, receiver, sequence, message.Kind, bytes);
        if (_isTapped && IsTaken(in route, in sending, in message))
            return;
        if (retries is not null && retries.TryHoldBack(in route, receiver, in message, sequence, turn.Now))
            return;
        _links.Decide(in route, in sending, _fate);
        Pass(in route, in sending, in message, sequence, turn.Now, tries: 0);
    }

    /// <summary>The message goes where its fate takes it.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="sending">The message, as it is sent now.</param>
    /// <param name="message">What it carries.</param>
    /// <param name="sequence">Its rank among what the sender lets go.</param>
    /// <param name="sent">When its program sent it, in ns.</param>
    /// <param name="tries">How often it was sent after the first time.</param>
    void Pass(in Route route, in Sending sending, in Message message, uint sequence, long sent, int tries)
    {
        _sent = sent;
        if (_record.Schedule is { } schedule)
            Note(schedule, route.From, route.To);
        var receiver = sending.Receiver;
        var reason = _fate.HasOverflowed ? WasteReason.NoRoom : WasteReason.Dropped;
        if (!_fate.HasFired)
            Deliver(in route, receiver, in message, sequence);
        else if (_fate is { IsCorrupt: true, Deliveries: > 0 })
            DeliverByRules(in route, receiver, payloads.Corrupt(in message, _fate), sequence);
        else if (_fate.Deliveries > 0 || retries is null
            || !retries.TryAgain(in route, receiver, in message, sending.Sequence, sent, _fate.Count, tries))
            DeliverByRules(in route, receiver, in message, sequence);
        else
        {
            reason = WasteReason.Resent;
            CountFired();
        }
        if (_fate.Deliveries > 0)
            return;
        _record.Waste.Count(reason, payloads.WorkIn(reason, message.Vector, receiver), sending.Bytes);
        _record.LostBytes += sending.Bytes;
        _record.Overflowed += _fate.HasOverflowed ? 1 : 0;
        if (cards is not null && cards.PassSender(in route))
            cards.SendLost(receiver, message.Kind, sending.Bytes);
    }

    /// <summary>What was lost is sent again; so is, for the first time, what waited for it.</summary>
    public void SendAgain(in Event e)
    {
        var retry = retries!.Take(in e);
        if (retry.Event.Type == EventType.Arrived)
            MoveAgain(in retry);
        else
            SendAgain(in retry);
        _turn.ReleaseHeld();
    }

    void SendAgain(in Retry retry)
    {
        var (turn, sent) = (_turn, retry.Event.Sent);
        var (receiver, sequence) = (retry.Event.Receiver, retry.Event.Sequence);
        var role = memory.World.Layout.RoleOf(receiver);
        var route = _links.Find(turn.Role.Layout, turn.Core->Place, role, role.PlaceOf(receiver));
        var message = retries!.MessageOf(in retry.Event);
        if (retry.Tries == 0 && retries.TryHoldBack(in route, receiver, in message, sequence, sent))
            return;
        var bytes = payloads.BytesOf(in message);
        var sending = new Sending(turn.Now, turn.Agent, receiver, sequence, message.Kind, bytes);
        if (retry.Tries == 0)
        {
            _links.Decide(in route, in sending, _fate);
        }
        else
        {
            retries.Count(bytes);
            _links.DecideAgain(in route, in sending, retry.Count, retry.Tries, _fate);
        }
        // On links that keep the order, copies that faults make are before what is sent next.
        var rank = _links.HoldsUp ? turn.Core->Sent++ : sequence;
        Pass(in route, in sending, in message, rank, sent, retry.Tries);
    }

    /// <summary>Moves a token to a node.</summary>
    public void Move(int node)
    {
        var turn = _turn;
        var bytes = turn.Role.VectorBytes;
        Count(turn.Agent, null, bytes);
        var sequence = turn.Core->Sent++;
        var from = turn.Core->Place;
        turn.Core->Flags |= AgentFlags.Moving;
        if (_isTapped && IsMoveTaken(sequence, from, node))
            return;
        var move = new Event
        {
            Sent = turn.Now,
            Tie = events.Ties.Of(turn.Agent, sequence),
            Sender = turn.Agent,
            Sequence = sequence,
            Receiver = turn.Agent,
            Payload = node,
            Extra = from,
            Type = EventType.Arrived,
        };
        if (_links.SeesMessages)
            Move(in move, bytes, tries: 0);
        else
            Arrive(in move, turn.Now + _links.DelayOfMove(from, node, turn.Agent, sequence), isLost: false);
    }

    void MoveAgain(in Retry retry)
    {
        var bytes = _turn.Role.VectorBytes;
        retries!.Count(bytes);
        Move(in retry.Event, bytes, retry.Tries);
    }

    /// <summary>A token's move goes where its fate takes it.</summary>
    void Move(in Event move, long bytes, int tries)
    {
        var turn = _turn;
        var sending = new Sending(turn.Now, turn.Agent, turn.Agent, move.Sequence, null, bytes);
        _links.DecideMove(move.Extra, move.Payload, in sending, _fate, tries);
        if (_record.Schedule is { } schedule && move.Extra != move.Payload)
            Note(schedule, turn.Agent, move.Payload);
        CountFired();
        var lost = _fate.Deliveries == 0;
        if (lost)
        {
            _record.LostBytes += bytes;
            var isResent = retries is not null && retries.TryAgain(in move, tries);
            _record.Waste.Count(isResent ? WasteReason.Resent : WasteReason.Dropped, 0, bytes);
            if (isResent)
                return;
            _record.Lost++;
            _record.Tally?.Lost(turn.Agent, turn.Now, turn.Agent);
        }
        Arrive(in move, _fate.Due, lost);
    }

    // What is lost has no delay, but for a move, which takes its time.
    void Note(ScheduleLog schedule, int from, int to)
    {
        if (_fate.Way == MessageWay.Here)
            return;
        var comes = _fate.Deliveries > 0 || _fate.Way == MessageWay.Token;
        schedule.Add(new(_fate.Way, from, to, _fate.Rank, comes ? _fate.Due - _fate.Left : 0, _fate.Deliveries == 0));
    }

    void Arrive(in Event move, long due, bool isLost) =>
        events.Insert(move with { Time = due, Depth = _turn.DepthOf(due), IsLost = isLost });

    /// <summary>A message that is at its receiver's card arrives once the card has passed on those before it.</summary>
    public void PassReceiverCard(in Event e)
    {
        if (cards is not null)
        {
            cards.Receive(in e);
            return;
        }
        if (!_links.TryPassReceiverCard(_turn.Agent, _turn.Now, payloads.BytesOf(in e), out var free))
        {
            _record.Overflowed++;
            payloads.Waste(WasteReason.NoRoom, in e);
            payloads.Release(in e);
            _record.Lose(e.Sender, _turn.Agent, _turn.Now);
            return;
        }
        var passed = e;
        passed.Type = EventType.Message;
        passed.Time = free;
        passed.Depth = _turn.DepthOf(free);
        events.Insert(in passed);
    }

    /// <summary>Messages that have passed a shared card go on.</summary>
    /// <param name="look">A look at the card.</param>
    public void PassSharedCard(in Event look)
    {
        if (!cards!.TryLook(in look, out var card))
            return;
        var isSending = CardMessages<T>.IsSending(in look);
        while (cards.TryTake(card, out var message))
        {
            if (isSending)
            {
                var due = Math.Max(_turn.Now + message.Delay, message.HeldUntil);
                Leave(new Route(message.Link, message.From, message.To), due, ref message.Event);
            }
            else
            {
                events.InsertHere(message.Event with
                {
                    Time = _turn.Now,
                    Depth = (ushort)_turn.Depth,
                    Type = EventType.Message,
                });
            }
        }
        cards.LookAt(card, isSending);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Count(int receiver, MessageKind? kind, long bytes)
    {
        var turn = _turn;
        ref var traffic = ref _record.Traffic[turn.Role.Layout.Index];
        traffic.Messages++;
        traffic.Bytes += bytes;
        _record.Messages++;
        _record.Bytes += bytes;
        _record.Tally?.Sent(turn.Agent, turn.Now, receiver, kind, bytes);
    }

    bool IsTaken(in Route route, in Sending sending, in Message message)
    {
        taps.Observer?.Sent(_turn.Agent, sending.Sequence);
        if (taps.Port is not { } port)
            return false;
        // The log says when a message came, and at which try; rules say again in which form.
        _links.Decide(in route, in sending, _fate);
        if (port.TriesOf(_turn.Agent) is > 0 and var tries)
            DecideLastTry(in route, in sending, tries);
        var arriving = _fate.IsCorrupt ? payloads.Corrupt(in message, _fate) : message;
        port.Sent(_turn.Agent, sending.Receiver, _turn.Now, in arriving);
        return true;
    }

    void DecideLastTry(in Route route, in Sending sending, int tries)
    {
        var how = _links.Retransmission
            ?? throw new InvalidOperationException("a log has messages that were sent again, and its links send none");
        var now = sending.Now;
        for (var k = 0; k < tries; k++)
            now += how.Wait(k).Nanoseconds;
        _links.DecideAgain(in route, sending with { Now = now }, _fate.Count, tries, _fate);
    }

    bool IsMoveTaken(uint sequence, int from, int node)
    {
        taps.Observer?.Sent(_turn.Agent, sequence);
        taps.Port?.Moved(_turn.Agent, from, node);
        return taps.Port is not null;
    }

    /// <summary>The message of a fate that rules had a hand in.</summary>
    void DeliverByRules(in Route route, int receiver, in Message message, uint sequence)
    {
        CountFired();
        if (_fate.Deliveries == 0)
        {
            _record.Lose(_turn.Agent, receiver, _turn.Now);
            return;
        }
        if (_fate.Deliveries == 2)
        {
            _record.Duplicated++;
            if (_fate.CopyRaised > 0)
                _record.Raise(_fate.CopyRaised);
            Insert(in route, isCopy: true, receiver, in message, sequence);
            sequence = _turn.Core->Sent++;
        }
        Deliver(in route, receiver, in message, sequence);
    }

    void Deliver(in Route route, int receiver, in Message message, uint sequence)
    {
        if (_fate.Raised > 0)
            _record.Raise(_fate.Raised);
        Insert(in route, isCopy: false, receiver, in message, sequence);
    }

    void CountFired()
    {
        if (!_fate.HasFired)
            return;
        for (var fault = _fate.NextFired(0); fault >= 0; fault = _fate.NextFired(fault + 1))
            _record.Faults.Count(fault, _fate.DeedOf(fault));
    }

    void Insert(in Route route, bool isCopy, int receiver, in Message message, uint sequence)
    {
        var turn = _turn;
        var atCard = _links.HasReceiverCards && route.Id != Links.Local;
        var e = new Event
        {
            Sent = _sent,
            Tie = events.Ties.Of(turn.Agent, sequence),
            Sender = turn.Agent,
            Sequence = sequence,
            Receiver = receiver,
            Payload = payloads.Take(in message),
            Kind = (byte)message.Kind.Number,
            Type = atCard ? EventType.AtReceiverCard : EventType.Message,
        };
        if (cards is not null && cards.PassSender(in route))
            cards.Send(in route, in e, _fate, isCopy);
        else
            Leave(in route, isCopy ? _fate.CopyDue : _fate.Due, ref e);
    }

    /// <summary>A message is on its way, after those of its link that it must not overtake.</summary>
    void Leave(in Route route, long due, ref Event e)
    {
        var turn = _turn;
        var (depth, tie) = (due == turn.Now ? turn.Depth + 1 : 0, e.Tie);
        _links.KeepOrder(in route, ref due, ref depth, ref tie);
        (e.Time, e.Depth, e.Tie) = (due, turn.CheckDepth(depth), tie);
        events.Insert(in e);
    }
}
