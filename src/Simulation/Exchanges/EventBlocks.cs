using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Exchanges;

/// <summary>
/// Hands events to partitions that share no memory with this one, and takes theirs: as blocks of bytes. An event is
/// followed by what it carries, as far as the block does not hold that already; a version is in a block once.
/// Numerics classes contain the architecture, so numbers go as they lie in memory.
/// </summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="events">Its events, and those for the others.</param>
/// <param name="payloads">What messages carry.</param>
sealed unsafe class EventBlocks<T>(PartitionMemory<T> memory, PendingEvents<T> events, MessagePayloads<T> payloads)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    // A block ends after the event with which it reaches this size, so that no message grows without bound.
    const int BlockBytes = 1 << 20;

    readonly World<T> _world = memory.World;
    readonly Snapshots<T> _snapshots = memory.Snapshots;
    readonly Slab<MessageRecord> _messages = memory.Messages;

    byte[] _block = new byte[1 << 12];
    int _blockLength;

    // Snapshots of the block that is written, with their number in it; those of the block that is read, in order.
    readonly Dictionary<int, int> _exported = [];
    readonly List<int> _received = [];

    struct SnapshotHead
    {
        public long Version;
        public long Birth;
        public long Compute;
        public long Wire;
        public int Dimension;
        public int WireBytes;
    }

    /// <summary>Empties the outboxes into mail for each partition; there is none for this one.</summary>
    public Mail?[] Export()
    {
        var next = events.Next;
        foreach (var sent in events.Outboxes)
        {
            foreach (ref readonly var e in sent.Events)
                next = Moment.Min(next, new Moment(e.Time, e.Depth));
        }
        var mail = new Mail?[events.Outboxes.Length];
        for (var target = 0; target < mail.Length; target++)
        {
            if (target != memory.Number)
                mail[target] = new Mail(next, ExportBlocks(events.Outboxes[target]));
        }
        return mail;
    }

    List<byte[]> ExportBlocks(Outbox sent)
    {
        var blocks = new List<byte[]>();
        foreach (ref readonly var e in sent.Events)
        {
            ExportEvent(in e);
            if (_blockLength >= BlockBytes)
                EndBlock(blocks);
        }
        EndBlock(blocks);
        sent.Clear();
        return blocks;
    }

    void EndBlock(List<byte[]> blocks)
    {
        if (_blockLength > 0)
            blocks.Add(_block.AsSpan(0, _blockLength).ToArray());
        _blockLength = 0;
        _exported.Clear();
    }

    void ExportEvent(in Event e)
    {
        if (!e.HasContents)
        {
            Put(in e);
            return;
        }
        // What is new is written in the order of its mention, right after the event.
        Span<int> added = stackalloc int[MessageKind.VectorsMax];
        var count = 0;
        var sent = e;
        if (_world.Kinds[e.Kind].IsPlain)
        {
            sent.Payload = NumberInBlock(e.Payload, added, ref count);
            Put(in sent);
        }
        else
        {
            var record = _messages[e.Payload];
            foreach (ref var vector in record.Vectors)
                vector = NumberInBlock(vector, added, ref count);
            Put(in sent);
            Put(in record);
        }
        foreach (var snapshot in added[..count])
            ExportSnapshot(ref _snapshots[snapshot]);
        payloads.Release(in e);
    }

    int NumberInBlock(int snapshot, Span<int> added, ref int count)
    {
        if (snapshot < 0)
            return -1;
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_exported, snapshot, out var known);
        if (!known)
        {
            number = _exported.Count - 1;
            added[count++] = snapshot;
        }
        return number;
    }

    void ExportSnapshot(ref SnapshotRecord<T> s)
    {
        var head = new SnapshotHead
        {
            Version = s.Version,
            Birth = s.Birth,
            Compute = s.Compute,
            Wire = s.Wire,
            Dimension = s.Dimension,
            WireBytes = s.WireBytes,
        };
        Put(in head);
        PutBytes(new ReadOnlySpan<byte>(s.Data, checked(s.Dimension * sizeof(T))));
    }

    void Put<TItem>(in TItem item)
        where TItem : unmanaged => PutBytes(MemoryMarshal.AsBytes(new ReadOnlySpan<TItem>(in item)));

    void PutBytes(ReadOnlySpan<byte> bytes)
    {
        if (_block.Length - _blockLength < bytes.Length)
            Array.Resize(ref _block, Math.Max(2 * _block.Length, checked(_blockLength + bytes.Length)));
        bytes.CopyTo(_block.AsSpan(_blockLength));
        _blockLength += bytes.Length;
    }

    /// <summary>Takes over the events of a block, and what they carry.</summary>
    public void Import(ReadOnlySpan<byte> block)
    {
        _received.Clear();
        while (!block.IsEmpty)
        {
            var e = Take<Event>(ref block);
            if (e.HasContents)
            {
                e.Payload = _world.Kinds[e.Kind].IsPlain
                    ? ImportSnapshot(e.Payload, ref block)
                    : ImportRecord(ref block);
            }
            events.Queue.Insert(in e);
        }
    }

    int ImportRecord(ref ReadOnlySpan<byte> block)
    {
        var record = Take<MessageRecord>(ref block);
        foreach (ref var vector in record.Vectors)
        {
            if (vector >= 0)
                vector = ImportSnapshot(vector, ref block);
        }
        return payloads.Take(in record);
    }

    int ImportSnapshot(int number, ref ReadOnlySpan<byte> block)
    {
        if (number < _received.Count)
        {
            _snapshots.AddReference(_received[number]);
            return _received[number];
        }
        var head = Take<SnapshotHead>(ref block);
        var taken = _snapshots.TakeOwned(head.Dimension, head.Version, head.Birth, head.Compute, head.Wire);
        var bytes = head.Dimension * sizeof(T);
        _snapshots[taken].WireBytes = head.WireBytes;
        _snapshots.Passes.Read += head.Dimension;
        _snapshots.Passes.Written += head.Dimension;
        block[..bytes].CopyTo(new Span<byte>(_snapshots[taken].Data, bytes));
        block = block[bytes..];
        _received.Add(taken);
        return taken;
    }

    static TItem Take<TItem>(ref ReadOnlySpan<byte> block)
        where TItem : unmanaged
    {
        var item = Unsafe.ReadUnaligned<TItem>(ref MemoryMarshal.GetReference(block[..sizeof(TItem)]));
        block = block[sizeof(TItem)..];
        return item;
    }
}
