using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// A message's way: the sender's card, the link and the faults, the receiver's card, the receiver's queue.
/// </summary>
sealed unsafe partial class Partition<T>
{
    readonly Fate _fate = new();

    public override void Send(Peer to, in Message message)
    {
        if (_collects && _turn.Agent == _serverRounds!.Server && TryCollect(to, in message))
            return;
        CheckContents(in message);
        // The receiver's own memory is most likely in no cache.
        var role = _world.RoleOf(to.Id).Layout;
        var route = _world.Links.Find(_turn.Role.Layout, _turn.Core->Place, role, role.PlaceOf(to.Id));
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
        var topology = _turn.Role.Layout.Topology;
        var node = _turn.Core->Place;
        var phase = topology.PhaseAt(iteration);
        var degree = phase.OutDegree(node);
        for (var k = 0; k < degree; k++)
        {
            var route = Route.Of(topology, phase, node, k);
            SendAlong(in route, _turn.Role.First + route.To, in message);
        }
    }

    public override void Move(int node)
    {
        ref var traffic = ref Record.Traffic[_turn.Role.Layout.Index];
        traffic.Messages++;
        var bytes = _turn.Role.VectorBytes;
        traffic.Bytes += bytes;
        Record.Messages++;
        Record.Bytes += bytes;
        Record.Tally?.Sent(_turn.Agent, _turn.Now, _turn.Agent, null, bytes);
        var sequence = _turn.Core->Sent++;
        var from = _turn.Core->Place;
        _turn.Core->Flags |= AgentFlags.Moving;
        if (_isTapped && IsMoveTaken(sequence, from, node))
            return;
        var sending = new Sending(_turn.Now, _turn.Agent, _turn.Agent, sequence, null, bytes);
        _world.Links.DecideMove(from, node, in sending, _fate);
        var lost = _fate.Deliveries == 0;
        if (lost)
        {
            Record.Lost++;
            Record.Tally?.Lost(_turn.Agent, _turn.Now, _turn.Agent);
        }
        CountFired();
        var due = _fate.Due;
        _events.Insert(new Event
        {
            Time = due,
            Sent = _turn.Now,
            Depth = _turn.DepthOf(due),
            Tie = _events.Ties.Of(_turn.Agent, sequence),
            Sender = _turn.Agent,
            Sequence = sequence,
            Receiver = _turn.Agent,
            Payload = node,
            Extra = from,
            Type = EventType.Arrived,
            IsLost = lost,
        });
    }

    void SendAlong(in Route route, int receiver, in Message message)
    {
        var bytes = BytesOf(in message);
        ref var traffic = ref Record.Traffic[_turn.Role.Layout.Index];
        traffic.Messages++;
        traffic.Bytes += bytes;
        Record.Messages++;
        Record.Bytes += bytes;
        Record.Tally?.Sent(_turn.Agent, _turn.Now, receiver, message.Kind, bytes);
        var sequence = _turn.Core->Sent++;
        var sending = new Sending(_turn.Now, _turn.Agent, receiver, sequence, message.Kind, bytes);
        if (_isTapped && IsSendTaken(in route, in sending, in message))
            return;
        _world.Links.Decide(in route, in sending, _fate);
        if (!_fate.HasFired)
            Deliver(in route, receiver, in message, sequence);
        else if (_fate is { IsCorrupt: true, Deliveries: > 0 })
            DeliverByRules(in route, receiver, Corrupted(in message), sequence);
        else
            DeliverByRules(in route, receiver, in message, sequence);
    }

    /// <summary>The message of a fate that rules had a hand in.</summary>
    void DeliverByRules(in Route route, int receiver, in Message message, uint sequence)
    {
        CountFired();
        if (_fate.Deliveries == 0)
        {
            Record.Lose(_turn.Agent, receiver, _turn.Now);
            return;
        }
        if (_fate.Deliveries == 2)
        {
            Record.Duplicated++;
            if (_fate.CopyRaised > 0)
                Record.Raise(_fate.CopyRaised);
            Dispatch(in route, _fate.CopyDue, receiver, in message, sequence);
            sequence = _turn.Core->Sent++;
        }
        Deliver(in route, receiver, in message, sequence);
    }

    /// <summary>Bytes on the wire: those of the kind, but where codecs and fragments make them others.</summary>
    long BytesOf(in Message m)
    {
        var (kind, bytes) = (m.Kind, _world.KindBytes[m.Kind.Number]);
        if (kind.Bytes is not null || m.Vector.Index < 0)
            return bytes;
        bytes += ExtraOf(m.Vector.Index, kind, 0);
        return kind.VectorCount == 1
            ? bytes
            : bytes + ExtraOf(m.Vector1.Index, kind, 1) + ExtraOf(m.Vector2.Index, kind, 2)
                + ExtraOf(m.Vector3.Index, kind, 3);
    }

    /// <summary>The same of a message that has arrived.</summary>
    long BytesOf(in Event e)
    {
        var (kind, bytes) = (_world.Kinds[e.Kind], _world.KindBytes[e.Kind]);
        if (kind.Bytes is not null || e.Payload < 0)
            return bytes;
        if (kind.IsPlain)
            return bytes + ExtraOf(e.Payload, kind, 0);
        ReadOnlySpan<int> vectors = _messages[e.Payload].Vectors;
        for (var i = 0; i < kind.VectorCount; i++)
            bytes += ExtraOf(vectors[i], kind, i);
        return bytes;
    }

    /// <summary>Bytes of a vector on the wire beyond those that its kind of message declares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    long ExtraOf(int snapshot, MessageKind kind, int rank) =>
        snapshot < 0 || _snapshots[snapshot].WireBytes == 0
            ? 0
            : ExtraOf(
                kind, _world.KindDimensions[kind.Number][rank], _snapshots[snapshot].Dimension,
                _snapshots[snapshot].WireBytes - 1);

    void Deliver(in Route route, int receiver, in Message message, uint sequence)
    {
        if (_fate.Raised > 0)
            Record.Raise(_fate.Raised);
        Dispatch(in route, _fate.Due, receiver, in message, sequence);
    }

    void CountFired()
    {
        if (!_fate.HasFired)
            return;
        for (var fault = _fate.NextFired(0); fault >= 0; fault = _fate.NextFired(fault + 1))
            Record.Fired[fault]++;
    }

    /// <summary>The message as it arrives: with copies of its vectors, changed, which this handler holds.</summary>
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
        var s = _snapshots[vector.Index];
        var i = _snapshots.TakeOwned(s.Dimension, s.Version, s.Birth, s.Compute, s.Wire);
        _snapshots[i].WireBytes = s.WireBytes;
        _fate.Distortion.Apply<T>(
            new(s.Data, s.Dimension), new(_snapshots[i].Data, s.Dimension), coordinates, in _fate.Noise);
        coordinates += s.Dimension;
        _turn.Hold(i);
        return new Snapshot(i);
    }

    void Dispatch(in Route route, long due, int receiver, in Message message, uint sequence)
    {
        var depth = due == _turn.Now ? _turn.Depth + 1 : 0;
        var tie = _events.Ties.Of(_turn.Agent, sequence);
        _world.Links.KeepOrder(in route, ref due, ref depth, ref tie);
        var atCard = _world.Links.HasReceiverCards && route.Id != Links.Local;
        _events.Insert(new Event
        {
            Time = due,
            Sent = _turn.Now,
            Depth = _turn.CheckDepth(depth),
            Tie = tie,
            Sender = _turn.Agent,
            Sequence = sequence,
            Receiver = receiver,
            Payload = TakePayload(in message),
            Kind = (byte)message.Kind.Number,
            Type = atCard ? EventType.AtReceiverCard : EventType.Message,
        });
    }

    /// <summary>
    /// A message of one vector carries its snapshot's number; one of nothing carries -1; others get a record.
    /// </summary>
    public int TakePayload(in Message m)
    {
        if (m.Kind.IsPlain)
        {
            if (m.Vector.Index >= 0)
                _snapshots.AddReference(m.Vector.Index);
            return m.Vector.Index;
        }
        var record = new MessageRecord
        {
            Vector = m.Vector.Index,
            Vector1 = m.Vector1.Index,
            Vector2 = m.Vector2.Index,
            Vector3 = m.Vector3.Index,
            Body = m.Body,
        };
        foreach (var vector in record.Vectors)
        {
            if (vector >= 0)
                _snapshots.AddReference(vector);
        }
        var i = _messages.Take();
        _messages[i] = record;
        return i;
    }

    void PassReceiverCard(in Event e)
    {
        var free = _world.Links.PassReceiverCard(_turn.Agent, _turn.Now, BytesOf(in e));
        var passed = e;
        passed.Type = EventType.Message;
        passed.Time = free;
        passed.Depth = _turn.DepthOf(free);
        _events.Insert(in passed);
    }

    /// <summary>
    /// Takes over the events that another partition has for this one, and what they carry. The other may do the same
    /// meanwhile: nothing of it is changed.
    /// </summary>
    public void Import(Partition<T> source)
    {
        // A version that several of the events carry is stored once here, too; so are the same coordinates of several.
        _imported.Clear();
        _importedRings.Clear();
        foreach (ref readonly var sent in CollectionsMarshal.AsSpan(source._events.Outboxes[Number]))
        {
            if (sent.Payload < 0 || sent.Type is not (EventType.Message or EventType.AtReceiverCard))
            {
                _events.Queue.Insert(in sent);
                continue;
            }
            var e = sent;
            e.Payload = ImportPayload(source, e.Payload, _world.Kinds[e.Kind]);
            _events.Queue.Insert(in e);
        }
    }

    readonly Dictionary<int, int> _imported = [];
    readonly Dictionary<nint, int> _importedRings = [];

    int ImportPayload(Partition<T> source, int payload, MessageKind kind)
    {
        if (kind.IsPlain)
            return ImportSnapshot(source, payload);
        var record = source._messages[payload];
        foreach (ref var vector in record.Vectors)
        {
            if (vector >= 0)
                vector = ImportSnapshot(source, vector);
        }
        var i = _messages.Take();
        _messages[i] = record;
        return i;
    }

    int ImportSnapshot(Partition<T> source, int snapshot)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_imported, snapshot, out var isKnown);
        if (isKnown)
        {
            _snapshots.AddReference(known);
            return known;
        }
        ref var s = ref source._snapshots[snapshot];
        if (!source._snapshots.IsShared(snapshot))
            return known = Copy(in s);
        ref var alike = ref CollectionsMarshal.GetValueRefOrAddDefault(_importedRings, (nint)s.Data, out var isAlike);
        return known = isAlike
            ? _snapshots.TakeAlike(alike, s.Version, s.Birth, s.Compute, s.Wire)
            : alike = Copy(in s);
    }

    int Copy(in SnapshotRecord<T> s)
    {
        var copy = _snapshots.TakeOwned(s.Dimension, s.Version, s.Birth, s.Compute, s.Wire);
        _snapshots[copy].WireBytes = s.WireBytes;
        new ReadOnlySpan<T>(s.Data, s.Dimension).CopyTo(new Span<T>(_snapshots[copy].Data, s.Dimension));
        return copy;
    }

    /// <summary>After every partition has imported: gives up what the events that left carried.</summary>
    public void EmptyOutboxes()
    {
        foreach (var events in _events.Outboxes)
        {
            foreach (ref readonly var e in CollectionsMarshal.AsSpan(events))
            {
                if (e.Type is EventType.Message or EventType.AtReceiverCard)
                    ReleasePayload(in e);
            }
            events.Clear();
        }
    }
}
