using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>
/// A message's way: the sender's card, faults, further tries, delay, the transport; then ranks, the receiver's card,
/// its turn.
/// </summary>
sealed unsafe partial class Interpreter<T>
{
    // A peer that does not answer is told after this many messages how far they came.
    const uint UntoldMax = 64;

    readonly Fate _fate = new();

    // The most unacknowledged messages on a link that the running handler used, and whose.
    long _outstanding;
    int _outstandingPeer;

    // --- sending --------------------------------------------------------------------------------------------------

    public override void Send(Peer to, in Message message)
    {
        CheckContents(in message);
        var role = _run.Layout.RoleOf(to.Id);
        var route = _run.Links.Find(_agent.Role, _agent.Place, role, role.PlaceOf(to.Id));
        if (Compresses(message.Kind))
            SendAlong(in route, to.Id, Compressed(in message, to.Id));
        else
            SendAlong(in route, to.Id, in message);
    }

    public override void SendToNeighbours(in Message message, long iteration = 0)
    {
        CheckContents(in message);
        if (Compresses(message.Kind))
            SendAround(Compressed(in message, receiver: -1, iteration), iteration);
        else
            SendAround(in message, iteration);
    }

    void SendAround(in Message message, long iteration)
    {
        var topology = _agent.Role.Topology;
        var phase = topology.PhaseAt(iteration);
        var node = _agent.Place;
        for (var k = 0; k < phase.OutDegree(node); k++)
        {
            var route = Route.Of(topology, phase, node, k);
            SendAlong(in route, _agent.Role.First + route.To, in message);
        }
    }

    void SendAlong(in Route route, int receiver, in Message message)
    {
        if (_run.Links.Recalling is { } recalling)
            SendAsIs(in route, receiver, Recalled(recalling, in route, receiver, in message));
        else
            SendAsIs(in route, receiver, in message);
    }

    void SendAsIs(in Route route, int receiver, in Message message)
    {
        var number = _agent.Sends++;
        var bytes = BytesOf(
            message.Kind, At(message.Vector), At(message.Vector1), At(message.Vector2), At(message.Vector3));
        CountSent(bytes, receiver, message.Kind);
        var sending = new Sending(_now, _agent.Id, receiver, number, message.Kind, bytes);
        _run.Links.Decide(in route, in sending, _fate);
        Pass(in sending, in message, again: null);
    }

    /// <summary>The message goes where its fate takes it.</summary>
    /// <param name="sending">The message, as it is sent now.</param>
    /// <param name="message">What it carries.</param>
    /// <param name="again">Whether and how it was sent before.</param>
    void Pass(in Sending sending, in Message message, LiveRetry? again)
    {
        CountFired();
        if (_fate.Deliveries == 0)
            Lose(in sending, in message, again);
        else if (_fate.IsCorrupt)
            Deliver(in sending, Corrupted(in message), again?.Message);
        else
            Deliver(in sending, in message, again?.Message);
    }

    void Lose(in Sending sending, in Message message, LiveRetry? again)
    {
        _agent.LostBytes += sending.Bytes;
        _agent.OverflowedCount += _fate.HasOverflowed ? 1 : 0;
        var tries = again?.Message.Tries ?? 0;
        if (_run.Links.Retransmission is { } how && tries < how.Tries)
        {
            var wait = how.Wait(tries).Nanoseconds;
            var lost = MessageOf(in sending, in message, again?.Message, rank: 0, acknowledged: 0, tries + 1);
            var retry = new LiveRetry(_agent, lost) { Count = _fate.Count, Due = sending.Now + wait };
            _agent.Add(retry);
            Waste(WasteReason.Resent, At(message.Vector), sending.Receiver, sending.Bytes);
            _run.Wheel.AddOrFire(_run.Clock.Wall(wait), retry);
            return;
        }
        _agent.GivenUpCount += _run.Links.Retransmission is null ? 0 : 1;
        _agent.LostCount++;
        // What an earlier epoch sent is in no count of this one.
        if (again is not null && again.Message.Epoch != _agent.CountEpoch)
            _agent.LostBefore++;
        Waste(
            _fate.HasOverflowed ? WasteReason.NoRoom : WasteReason.Dropped, At(message.Vector), sending.Receiver,
            sending.Bytes);
        _run.Lose(_agent.Id, sending.Receiver, sending.Now);
    }

    /// <summary>Sends again what was lost; what a rule throws ends the run.</summary>
    void SendAgain(LiveRetry retry)
    {
        _agent.Forget(retry);
        try
        {
            SendAgain(retry.Message, retry);
        }
#pragma warning disable CA1031 // A rule's failure must end the run with a reason, not an activation.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _run.Fail($"{_run.Layout.NameOf(_agent.Id)} failed at {retry.Due / 1e9} s: {failure.Message}");
        }
        _snapshots.Clear();
    }

    void SendAgain(LiveMessage lost, LiveRetry retry)
    {
        var message = new Message(_run.Kinds[lost.Kind])
        {
            Vector = NoteReceived(lost.Vector),
            Vector1 = NoteReceived(lost.Vector1),
            Vector2 = NoteReceived(lost.Vector2),
            Vector3 = NoteReceived(lost.Vector3),
            Body = lost.Body,
        };
        var bytes = BytesOf(message.Kind, lost.Vector, lost.Vector1, lost.Vector2, lost.Vector3);
        CountAgain(bytes);
        var role = _run.Layout.RoleOf(lost.Receiver);
        var route = _run.Links.Find(_agent.Role, _agent.Place, role, role.PlaceOf(lost.Receiver));
        var sending = new Sending(retry.Due, _agent.Id, lost.Receiver, lost.Number, message.Kind, bytes);
        _run.Links.DecideAgain(in route, in sending, retry.Count, lost.Tries, _fate);
        Pass(in sending, in message, retry);
    }

    void CountAgain(long bytes)
    {
        _agent.SentBytes += bytes;
        _agent.RetriedCount++;
    }

    void Deliver(in Sending sending, in Message message, LiveMessage? before)
    {
        if (_fate.Deliveries == 2)
        {
            _agent.DuplicatedCount++;
            _agent.SentCount++;
            Dispatch(in sending, in message, before, _fate.CopyDue - sending.Now);
        }
        Dispatch(in sending, in message, before, _fate.Due - sending.Now);
    }

    void CountFired()
    {
        if (!_fate.HasFired)
            return;
        for (var fault = _fate.NextFired(0); fault >= 0; fault = _fate.NextFired(fault + 1))
            _run.Fire(fault, _fate.DeedOf(fault));
    }

    /// <summary>The message as it arrives: with copies of its vectors, changed.</summary>
    Message Corrupted(in Message message)
    {
        long coordinates = 0;
        return message with
        {
            Vector = Corrupted(message.Vector, ref coordinates),
            Vector1 = Corrupted(message.Vector1, ref coordinates),
            Vector2 = Corrupted(message.Vector2, ref coordinates),
            Vector3 = Corrupted(message.Vector3, ref coordinates),
        };
    }

    Snapshot Corrupted(Snapshot vector, ref long coordinates)
    {
        if (vector.Index < 0)
            return vector;
        var sent = _snapshots[vector.Index];
        var arriving = new T[sent.Dimension];
        _fate.Distortion.Apply<T>(sent.Data, arriving, coordinates, in _fate.Noise);
        coordinates += sent.Dimension;
        return Note(new LiveVector<T>(arriving)
        {
            Version = sent.Version,
            Birth = sent.Birth,
            Compute = sent.Compute,
            Wire = sent.Wire,
            WireBytes = sent.WireBytes,
        });
    }

    /// <summary>Bytes on the wire: those of the kind, but where codecs and fragments make them others.</summary>
    long BytesOf(MessageKind kind, params ReadOnlySpan<LiveVector?> vectors)
    {
        var bytes = _run.KindBytes[kind.Number];
        if (kind.Bytes is not null)
            return bytes;
        for (var i = 0; i < kind.VectorCount; i++)
        {
            if (vectors[i] is { } vector && (vector.WireBytes is not null || kind.TakesFragments))
            {
                bytes += WireBytes.Beyond<T>(
                    RoleLayout, kind, _run.KindDimensions[kind.Number][i], vector.Dimension,
                    vector.WireBytes ?? (vector.Dimension * sizeof(T)));
            }
        }
        return bytes;
    }

    void CountSent(long bytes, int receiver, MessageKind? kind)
    {
        BeginEpoch(_run.Epoch);
        _agent.SentCount++;
        _agent.SentBytes += bytes;
        if (_run.Record.Tally is not { } tally)
            return;
        lock (_run.RecordLock)
            tally.Sent(_agent.Id, _now, receiver, kind, bytes);
    }

    void Dispatch(in Sending sending, in Message m, LiveMessage? before, long delay)
    {
        var receiver = sending.Receiver;
        ref var end = ref _agent.Links.Of(receiver);
        var message = MessageOf(in sending, in m, before, end.Sent++, end.Received, before?.Tries ?? 0);
        end.Untold = 0;
        var outstanding = (long)end.Sent - end.Acknowledged;
        if (outstanding > _outstanding)
            (_outstanding, _outstandingPeer) = (outstanding, receiver);
        _run.SendAfter(delay, message);
    }

    LiveMessage MessageOf(
        in Sending sending, in Message m, LiveMessage? before, uint rank, uint acknowledged, int tries) => new()
        {
            Sender = _agent.Id,
            Receiver = sending.Receiver,
            Kind = m.Kind.Number,
            Number = sending.Sequence,
            Tries = tries,
            Rank = rank,
            Acknowledged = acknowledged,
            Life = _agent.Life,
            Epoch = before?.Epoch ?? _agent.CountEpoch,
            Sent = before?.Sent ?? sending.Now,
            Vector = At(m.Vector),
            Vector1 = At(m.Vector1),
            Vector2 = At(m.Vector2),
            Vector3 = At(m.Vector3),
            Body = m.Body,
            Trace = before is null ? _turn?.Id : before.Trace,
        };

    public override void Move(int node)
    {
        var number = _agent.Sends++;
        var bytes = _run.MoveBytes(_agent.Role);
        CountSent(bytes, _agent.Id, kind: null);
        var from = _agent.Place;
        var isLost = IsMoveLost(from, node, new Sending(_now, _agent.Id, _agent.Id, number, null, bytes));
        if (isLost)
        {
            _agent.LostCount++;
            lock (_run.RecordLock)
                _run.Record.Tally?.Lost(_agent.Id, _now, _agent.Id);
        }
        var move = new LiveMove(_agent, node, from, isLost, _agent.CountEpoch);
        _agent.Add(move);
        _agent.Flags |= AgentFlags.Moving;
        _run.Wheel.AddOrFire(_run.Clock.Wall(_fate.Due - _now), move);
    }

    /// <summary>Decides a move with all its tries: a token does nothing else before it has arrived.</summary>
    bool IsMoveLost(int from, int node, Sending move)
    {
        var how = _run.Links.Retransmission;
        for (var tries = 0; ; tries++)
        {
            _run.Links.DecideMove(from, node, in move, _fate, tries);
            CountFired();
            if (_fate.Deliveries > 0)
                return false;
            _agent.LostBytes += move.Bytes;
            Waste(tries < how?.Tries ? WasteReason.Resent : WasteReason.Dropped, null, move.Receiver, move.Bytes);
            if (!(tries < how?.Tries))
            {
                _agent.GivenUpCount += how is null ? 0 : 1;
                return true;
            }
            CountAgain(move.Bytes);
            move = move with { Now = move.Now + how.Wait(tries).Nanoseconds };
        }
    }

    // --- receiving ------------------------------------------------------------------------------------------------

    /// <summary>A message came.</summary>
    public void Receive(LiveMessage message)
    {
        var isAcknowledgement = message.Kind == LiveMessage.Acknowledgement;
        if ((uint)message.Sender >= (uint)_run.Layout.Agents || (!isAcknowledgement && !IsWellFormed(message)))
        {
            _agent.RefusedCount++;
            return;
        }
        ref var end = ref _agent.Links.Of(message.Sender);
        if (isAcknowledgement)
        {
            Acknowledge(ref end, message);
            ServeWaiting();
            return;
        }
        if (message.Life > end.PeerLife)
            (end.PeerLife, end.Received, end.Beyond) = (message.Life, 0, 0);
        // Who came back after its silo was lost cannot know what had come before.
        if (_agent.Life > message.Life && end is { Received: 0, Beyond: 0 })
            LinkLedger.GiveUp(ref end, message.Rank);
        if (message.Life < end.PeerLife || !LinkLedger.Accept(ref end, message.Rank))
        {
            _agent.RepeatedCount++;
            return;
        }
        if (++end.Untold >= UntoldMax)
            Tell(ref end);
        Acknowledge(ref end, message);
        BeginEpoch(message.Epoch);
        if (message.Epoch == _agent.CountEpoch)
            _agent.ReceivedCount++;
        message.Arrived = Math.Max(_run.Clock.Now, message.Sent);
        if (_run.Plan.Links.Fifo)
            InOrder(ref end, message);
        else
            Arrive(message);
        ServeWaiting();
    }

    void Acknowledge(ref LinkEnd end, LiveMessage message)
    {
        // An acknowledgement of an earlier life's ranks says nothing.
        if (message.Acknowledged <= end.Sent)
            end.Acknowledged = Math.Max(end.Acknowledged, message.Acknowledged);
        if (_agent.IsHeldBack && _agent.HeldBackBy == end.Peer
            && (long)end.Sent - end.Acknowledged <= _run.Options.OutstandingMax)
            _agent.IsHeldBack = false;
    }

    void Tell(ref LinkEnd end)
    {
        end.Untold = 0;
        _run.Transport.Send(new LiveMessage
        {
            Sender = _agent.Id,
            Receiver = end.Peer,
            Kind = LiveMessage.Acknowledgement,
            Acknowledged = end.Received,
            Life = _agent.Life,
            Epoch = _agent.CountEpoch,
        });
    }

    /// <summary>FIFO links: a message waits for those sent before it.</summary>
    void InOrder(ref LinkEnd end, LiveMessage message)
    {
        if (message.Rank >= end.Received)
        {
            (_agent.Early ??= []).Add(message);
            return;
        }
        // What came early and is no longer ahead of a gap follows; handling may move the ledger's memory.
        var below = end.Received;
        Arrive(message);
        HandOnEarly(message.Sender, below);
    }

    void HandOnEarly(int sender, uint below)
    {
        if (_agent.Early is not { Count: > 0 } early)
            return;
        foreach (var next in early.Where(m => m.Sender == sender && m.Rank < below).OrderBy(m => m.Rank).ToList())
        {
            early.Remove(next);
            Arrive(next);
        }
    }

    /// <summary>What waits for lost predecessors goes on without them.</summary>
    void FlushEarly()
    {
        while (_agent.Early is { Count: > 0 } early)
        {
            var sender = early[0].Sender;
            ref var end = ref _agent.Links.Of(sender);
            LinkLedger.GiveUp(ref end, early.Where(m => m.Sender == sender).Max(m => m.Rank) + 1);
            HandOnEarly(sender, end.Received);
        }
    }

    /// <summary>The message passes the receiver's card and gets its turn.</summary>
    void Arrive(LiveMessage message)
    {
        if (_run.Links.HasReceiverCards && !message.PassedCard)
        {
            var bytes = BytesOf(
                _run.Kinds[message.Kind], message.Vector, message.Vector1, message.Vector2, message.Vector3);
            if (!_run.Links.TryPassReceiverCard(_agent.Id, message.Arrived, bytes, out var passed))
            {
                _agent.OverflowedCount++;
                Discard(message, WasteReason.NoRoom);
                return;
            }
            var wait = passed - message.Arrived;
            message.PassedCard = true;
            message.Arrived = passed;
            _agent.AtCard++;
            _run.Wheel.Add(_run.Clock.Wall(wait), new LiveSignal(_agent, Signal.PassedCard) { Subject = message });
            return;
        }
        HappenOrWait(message);
    }

    /// <summary>The message as its handler sees it.</summary>
    Received Open(LiveMessage m)
    {
        var kind = _run.Kinds[m.Kind];
        var wire = m.Arrived - m.Sent;
        if (wire > 0 && _run.Record.IsSampled(_agent.Id))
            _run.Span(_agent.Id, "wire", kind.Name, m.Sent, m.Arrived, m.Sender);
        return new Received
        {
            Sender = new Peer(m.Sender),
            Kind = kind,
            Vector = NoteReceived(m.Vector),
            Vector1 = NoteReceived(m.Vector1),
            Vector2 = NoteReceived(m.Vector2),
            Vector3 = NoteReceived(m.Vector3),
            Origin = m.Vector is { } v
                ? new Origin(v.Version, v.Birth, v.Compute + m.Service, v.Wire + wire, _now)
                : new Origin(Origin.Unversioned, _now, 0, 0, _now),
            Contents = m.Body,
        };
    }

    Snapshot NoteReceived(LiveVector? vector) =>
        vector is null ? Core.Programs.Snapshot.None : Note((LiveVector<T>)vector);

    /// <summary>Whether the message carries what its kind declares.</summary>
    bool IsWellFormed(LiveMessage m)
    {
        if ((uint)m.Kind >= (uint)_run.Kinds.Length)
            return false;
        var dimensions = _run.KindDimensions[m.Kind];
        var takesFragments = _run.Kinds[m.Kind].TakesFragments;
        ReadOnlySpan<LiveVector?> vectors = [m.Vector, m.Vector1, m.Vector2, m.Vector3];
        for (var i = 0; i < vectors.Length; i++)
        {
            if (i < dimensions.Length
                ? vectors[i] is not LiveVector<T> v
                || (takesFragments ? v.Dimension > dimensions[i] : v.Dimension != dimensions[i])
                : vectors[i] is not null)
                return false;
        }
        return true;
    }

    /// <summary>From an epoch's first message on the agent counts for it; earlier counts are over.</summary>
    void BeginEpoch(int epoch)
    {
        if (epoch <= _agent.CountEpoch)
            return;
        _agent.SentBefore = _agent.SentCount;
        _agent.ReceivedBefore = _agent.ReceivedCount;
        _agent.LostBefore = _agent.LostCount;
        _agent.CountEpoch = epoch;
    }
}
