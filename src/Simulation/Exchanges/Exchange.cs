using System.Runtime.InteropServices;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Exchanges;

/// <summary>
/// Passes events between partitions of one process at the end of a window, with what they carry. Each takes over what
/// the others have for it, and changes nothing of theirs: all can do so at once.
/// </summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="events">Its events, and those for the others.</param>
/// <param name="payloads">What messages carry.</param>
sealed unsafe class Exchange<T>(PartitionMemory<T> memory, PendingEvents<T> events, MessagePayloads<T> payloads)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly PartitionMemory<T> _memory = memory;
    readonly PendingEvents<T> _events = events;
    readonly Snapshots<T> _snapshots = memory.Snapshots;

    // A version that several of the events carry is stored once here, too; so are the same coordinates of several.
    readonly Dictionary<int, int> _imported = [];
    readonly Dictionary<nint, int> _importedRings = [];

    /// <summary>
    /// Takes over the events that another partition has for this one, and what they carry. The other may do the same
    /// meanwhile: nothing of it is changed.
    /// </summary>
    public void Import(Exchange<T> source)
    {
        _imported.Clear();
        _importedRings.Clear();
        var outbox = source._events.Outboxes[_memory.Number].Events;
        for (var i = 0; i < outbox.Length; i++)
        {
            ref readonly var sent = ref outbox[i];
            _events.Queue.FetchPlace(outbox, i);
            if (!sent.HasContents)
            {
                _events.Queue.Insert(in sent);
                continue;
            }
            var e = sent;
            e.Payload = ImportPayload(source._memory, e.Payload, _memory.World.Kinds[e.Kind]);
            _events.Queue.Insert(in e);
        }
    }

    /// <summary>After every partition has imported: gives up what the events that left carried.</summary>
    public void EmptyOutboxes()
    {
        foreach (var sent in _events.Outboxes)
        {
            foreach (ref readonly var e in sent.Events)
            {
                if (e.HasContents)
                    payloads.Release(in e);
            }
            sent.Clear();
        }
    }

    int ImportPayload(PartitionMemory<T> source, int payload, MessageKind kind)
    {
        if (kind.IsPlain)
            return ImportSnapshot(source.Snapshots, payload);
        var record = source.Messages[payload];
        foreach (ref var vector in record.Vectors)
        {
            if (vector >= 0)
                vector = ImportSnapshot(source.Snapshots, vector);
        }
        return payloads.Take(in record);
    }

    int ImportSnapshot(Snapshots<T> source, int snapshot)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_imported, snapshot, out var isKnown);
        if (isKnown)
        {
            _snapshots.AddReference(known);
            return known;
        }
        ref var s = ref source[snapshot];
        if (!source.IsShared(snapshot))
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
        _snapshots.Passes.Read += s.Dimension;
        _snapshots.Passes.Written += s.Dimension;
        new ReadOnlySpan<T>(s.Data, s.Dimension).CopyTo(new Span<T>(_snapshots[copy].Data, s.Dimension));
        return copy;
    }
}
