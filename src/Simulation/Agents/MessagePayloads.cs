using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// What messages carry. A message of one vector carries its snapshot's number; one of nothing carries -1; others get a
/// record. A message that is on its way refers to its snapshots.
/// </summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
sealed unsafe class MessagePayloads<T>(PartitionMemory<T> memory, AgentTurn<T> turn)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly AgentTurn<T> _turn = turn;
    readonly World<T> _world = memory.World;
    readonly MessageKind[] _kinds = memory.World.Kinds;
    readonly Snapshots<T> _snapshots = memory.Snapshots;
    readonly Slab<MessageRecord> _messages = memory.Messages;

    /// <summary>The payload of a message that is sent, which refers to its snapshots from now on.</summary>
    public int Take(in Message m)
    {
        if (m.Kind.IsPlain)
        {
            if (m.Vector.Index >= 0)
                _snapshots.Send(m.Vector.Index);
            return m.Vector.Index;
        }
        var i = _messages.Take();
        ref var record = ref _messages[i];
        (record.Vector, record.Vector1) = (m.Vector.Index, m.Vector1.Index);
        (record.Vector2, record.Vector3) = (m.Vector2.Index, m.Vector3.Index);
        record.Body = m.Body;
        foreach (var vector in VectorsOf(ref record, m.Kind))
        {
            if (vector >= 0)
                _snapshots.Send(vector);
        }
        return i;
    }

    static Span<int> VectorsOf(ref MessageRecord record, MessageKind kind) => record.Vectors[..kind.VectorCount];

    /// <summary>The payload of a message with a record, whose references it takes over.</summary>
    public int Take(in MessageRecord record)
    {
        var i = _messages.Take();
        _messages[i] = record;
        return i;
    }

    /// <summary>A message as its handler sees it, which holds the snapshots from now on; the payload is free.</summary>
    /// <param name="e">The message; its time is its arrival.</param>
    /// <param name="service">How long it was served, in ns.</param>
    public Received Receive(in Event e, long service)
    {
        var turn = _turn;
        var kind = _kinds[e.Kind];
        var wire = e.Time - e.Sent;
        if (e.Payload < 0)
            return new Received { Sender = new Peer(e.Sender), Kind = kind, Origin = NoOrigin };
        if (kind.IsPlain)
        {
            turn.Hold(e.Payload);
            return new Received
            {
                Sender = new Peer(e.Sender),
                Kind = kind,
                Vector = new Snapshot(e.Payload),
                Origin = _snapshots.OriginAt(e.Payload, turn.Now, service, wire),
            };
        }
        // What the record holds stays there until its place is taken again.
        ref var record = ref _messages[e.Payload];
        _messages.Free(e.Payload);
        foreach (var vector in VectorsOf(ref record, kind))
        {
            if (vector >= 0)
                turn.Hold(vector);
        }
        return new Received
        {
            Sender = new Peer(e.Sender),
            Kind = kind,
            Vector = new Snapshot(record.Vector),
            Vector1 = new Snapshot(record.Vector1),
            Vector2 = new Snapshot(record.Vector2),
            Vector3 = new Snapshot(record.Vector3),
            Origin = record.Vector >= 0 ? _snapshots.OriginAt(record.Vector, turn.Now, service, wire) : NoOrigin,
            Contents = record.Body,
        };
    }

    Origin NoOrigin => new(Origin.Unversioned, _turn.Now, 0, 0, _turn.Now);

    /// <summary>Gives up what a message carries that no handler sees.</summary>
    public void Release(in Event e)
    {
        if (e.Payload < 0)
            return;
        if (_kinds[e.Kind].IsPlain)
        {
            _snapshots.Release(e.Payload);
            return;
        }
        var record = _messages[e.Payload];
        _messages.Free(e.Payload);
        foreach (var vector in record.Vectors)
        {
            if (vector >= 0)
                _snapshots.Release(vector);
        }
    }

    /// <summary>The snapshots that a message carries, in order.</summary>
    /// <param name="e">A message of a kind with vectors.</param>
    /// <param name="snapshots">Shape (vectors of its kind), out.</param>
    public void CopySnapshots(in Event e, Span<int> snapshots)
    {
        if (_kinds[e.Kind].IsPlain)
            snapshots[0] = e.Payload;
        else
            _messages[e.Payload].Vectors[..snapshots.Length].CopyTo(snapshots);
    }

    /// <summary>The hash of what a message carries.</summary>
    public ulong HashOf(in Event e)
    {
        if (e.Payload < 0)
            return 0;
        if (_kinds[e.Kind].IsPlain)
            return SnapshotHash(e.Payload);
        // Receive has freed the record's place already; what it held is still there.
        ref var record = ref _messages[e.Payload];
        ulong h = 0;
        foreach (var vector in VectorsOf(ref record, _kinds[e.Kind]))
        {
            if (vector >= 0)
                h = VectorHash.Chain(h, SnapshotHash(vector));
        }
        return record.Body.Chain(h, _kinds[e.Kind]);
    }

    ulong SnapshotHash(int snapshot) =>
        VectorHash.Chain(_snapshots.Hash(snapshot), (ulong)_snapshots[snapshot].Version);

    /// <summary>Bytes on the wire: those of the kind, but where codecs and fragments make them others.</summary>
    public long BytesOf(in Message m)
    {
        var (kind, bytes) = (m.Kind, _world.KindBytes[m.Kind.Number]);
        if (kind.Bytes is not null || m.Vector.Index < 0)
            return bytes;
        bytes += BytesBeyond(m.Vector.Index, kind, 0);
        return kind.VectorCount == 1
            ? bytes
            : bytes + BytesBeyond(m.Vector1.Index, kind, 1) + BytesBeyond(m.Vector2.Index, kind, 2)
                + BytesBeyond(m.Vector3.Index, kind, 3);
    }

    /// <summary>The same of a message that has arrived.</summary>
    public long BytesOf(in Event e)
    {
        var (kind, bytes) = (_kinds[e.Kind], _world.KindBytes[e.Kind]);
        if (kind.Bytes is not null || e.Payload < 0)
            return bytes;
        if (kind.IsPlain)
            return bytes + BytesBeyond(e.Payload, kind, 0);
        ReadOnlySpan<int> vectors = _messages[e.Payload].Vectors;
        for (var i = 0; i < kind.VectorCount; i++)
            bytes += BytesBeyond(vectors[i], kind, i);
        return bytes;
    }

    /// <summary>The same of a message that its handler sees.</summary>
    public long BytesOf(in Received m) => BytesOf(new Message(m.Kind)
    {
        Vector = m.Vector,
        Vector1 = m.Vector1,
        Vector2 = m.Vector2,
        Vector3 = m.Vector3,
    });

    /// <summary>Counts a message, still taken, that comes to nothing at its receiver.</summary>
    public void Waste(WasteReason reason, in Event e)
    {
        var vector = e.Payload < 0 || _kinds[e.Kind].IsPlain ? e.Payload : _messages[e.Payload].Vector;
        memory.Record.Waste.Count(reason, WorkIn(reason, new(vector), e.Receiver), BytesOf(in e));
    }

    /// <summary>The computing in a message that its handler sees, in ns.</summary>
    public long WorkIn(WasteReason reason, in Received m) => WorkIn(reason, m.Vector, _turn.Agent);

    /// <summary>The computing that comes to nothing with a message, in ns.</summary>
    public long WorkIn(WasteReason reason, Snapshot vector, int receiver) =>
        vector.Index >= 0 && WasteTally.CountsWork(reason, _world.Layout.RoleOf(receiver))
            ? _snapshots[vector.Index].Compute
            : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    long BytesBeyond(int snapshot, MessageKind kind, int rank)
    {
        if (snapshot < 0 || (_snapshots[snapshot].WireBytes == 0 && !kind.TakesFragments))
            return 0;
        ref var s = ref _snapshots[snapshot];
        return WireBytes.Beyond<T>(
            _turn.Role.Layout, kind, _world.KindDimensions[kind.Number][rank], s.Dimension,
            s.WireBytes == 0 ? s.Dimension * sizeof(T) : s.WireBytes - 1);
    }

    /// <summary>The message as it arrives: with copies of its vectors, changed, which the handler holds.</summary>
    /// <param name="message">The message as it was sent.</param>
    /// <param name="fate">What becomes of it.</param>
    public Message Corrupt(in Message message, Fate fate)
    {
        long coordinates = 0;
        return message with
        {
            Vector = Corrupt(message.Vector, fate, ref coordinates),
            Vector1 = Corrupt(message.Vector1, fate, ref coordinates),
            Vector2 = Corrupt(message.Vector2, fate, ref coordinates),
            Vector3 = Corrupt(message.Vector3, fate, ref coordinates),
        };
    }

    Snapshot Corrupt(Snapshot vector, Fate fate, ref long coordinates)
    {
        if (vector.Index < 0)
            return vector;
        var s = _snapshots[vector.Index];
        var i = _snapshots.TakeOwned(s.Dimension, s.Version, s.Birth, s.Compute, s.Wire);
        _snapshots[i].WireBytes = s.WireBytes;
        fate.Distortion.Apply<T>(
            new(s.Data, s.Dimension), new(_snapshots[i].Data, s.Dimension), coordinates, in fate.Noise);
        coordinates += s.Dimension;
        _turn.Hold(i);
        return new Snapshot(i);
    }

    /// <summary>Writes what a message carries.</summary>
    public void Save(in Event e, BinaryWriter to, SnapshotIds ids)
    {
        if (_kinds[e.Kind].IsPlain)
        {
            to.Write(ids.Of(memory.Number, e.Payload));
            return;
        }
        var record = _messages[e.Payload];
        foreach (var vector in record.Vectors)
            to.Write(ids.Of(memory.Number, vector));
        foreach (var word in record.Body)
            to.Write(word);
    }

    /// <summary>Reads what a message of a kind carries.</summary>
    public int Load(BinaryReader from, SnapshotStore<T> store, MessageKind kind)
    {
        if (kind.IsPlain)
            return store.Take(from.ReadInt32(), memory.Number, _snapshots);
        var record = default(MessageRecord);
        foreach (ref var vector in record.Vectors)
            vector = store.Take(from.ReadInt32(), memory.Number, _snapshots);
        foreach (ref var word in record.Body)
            word = from.ReadUInt64();
        return Take(in record);
    }
}
