using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>
/// A message's way: the sender's card, faults, delay, the transport; then ranks, the receiver's card, its turn.
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
        var number = _agent.Sends++;
        var bytes = BytesOf(
            message.Kind, At(message.Vector), At(message.Vector1), At(message.Vector2), At(message.Vector3));
        CountSent(bytes, receiver, message.Kind);
        _run.Links.Decide(in route, new Sending(_now, _agent.Id, receiver, number, message.Kind, bytes), _fate);
        CountFired();
        if (_fate.Deliveries == 0)
        {
            _agent.LostCount++;
            _run.Lose(_agent.Id, receiver, _now);
        }
        else if (_fate.IsCorrupt)
        {
            Deliver(receiver, Corrupted(in message), number);
        }
        else
        {
            Deliver(receiver, in message, number);
        }
    }

    void Deliver(int receiver, in Message message, uint number)
    {
        if (_fate.Deliveries == 2)
        {
            _agent.DuplicatedCount++;
            _agent.SentCount++;
            Dispatch(receiver, in message, number, _fate.CopyDue - _now);
        }
        Dispatch(receiver, in message, number, _fate.Due - _now);
    }

    void CountFired()
    {
        if (!_fate.HasFired)
            return;
        for (var fault = _fate.NextFired(0); fault >= 0; fault = _fate.NextFired(fault + 1))
            _run.Fire(fault);
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

    void Dispatch(int receiver, in Message m, uint number, long delay)
    {
        ref var end = ref _agent.Links.Of(receiver);
        var message = new LiveMessage
        {
            Sender = _agent.Id,
            Receiver = receiver,
            Kind = m.Kind.Number,
            Number = number,
            Rank = end.Sent++,
            Acknowledged = end.Received,
            Life = _agent.Life,
            Epoch = _agent.CountEpoch,
            Sent = _now,
            Vector = At(m.Vector),
            Vector1 = At(m.Vector1),
            Vector2 = At(m.Vector2),
            Vector3 = At(m.Vector3),
            Body = m.Body,
            Trace = _turn?.Id,
        };
        end.Untold = 0;
        var outstanding = (long)end.Sent - end.Acknowledged;
        if (outstanding > _outstanding)
            (_outstanding, _outstandingPeer) = (outstanding, receiver);
        _run.SendAfter(delay, message);
    }

    public override void Move(int node)
    {
        var number = _agent.Sends++;
        var bytes = _run.MoveBytes(_agent.Role);
        CountSent(bytes, _agent.Id, kind: null);
        var from = _agent.Place;
        _run.Links.DecideMove(from, node, new Sending(_now, _agent.Id, _agent.Id, number, null, bytes), _fate);
        CountFired();
        var isLost = _fate.Deliveries == 0;
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
            var passed = _run.Links.PassReceiverCard(_agent.Id, message.Arrived, bytes);
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
