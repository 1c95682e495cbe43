using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;

namespace AsyncOpt.Simulation.Memory;

/// <summary>
/// The snapshots of a partition: immutable, reference-counted, pooled. Snapshots share their vector's memory; all that
/// were taken between two writes get one copy, and only if somebody still refers to one of them at the second.
/// </summary>
/// <param name="arena">Where they lie.</param>
sealed unsafe class Snapshots<T>(Arena arena)
    where T : unmanaged
{
    readonly Slab<SnapshotRecord<T>> _records = new(arena);
    readonly BufferPool<T> _buffers = new(arena);

    // Long ones that were sent and that nobody has hashed yet; some may be gone.
    readonly List<int> _unhashed = [];

    public BufferPool<T> Buffers => _buffers;

    /// <summary>What operations on vectors have read and written, those of the partition's handlers included.</summary>
    public VectorPasses Passes { get; } = new();

    /// <summary>From how many bytes on snapshots that are sent are noted, to be hashed before somebody needs it.
    /// </summary>
    public long NotedLeast { get; set; } = long.MaxValue;

    public long Bytes => _records.Bytes + _buffers.Bytes;

    public ref SnapshotRecord<T> this[int i] => ref _records[i];

    /// <summary>How many different coordinates are stored.</summary>
    public int Stored { get; private set; }

    /// <summary>A snapshot of a vector, with one reference, that of the caller.</summary>
    /// <param name="data">The vector's memory.</param>
    /// <param name="dimension">Its number of coordinates.</param>
    /// <param name="sharing">Where the vector notes the snapshot that shares its memory: its number + 1, or 0.</param>
    /// <param name="version">The version, or -1.</param>
    /// <param name="birth">When that was born, in ns.</param>
    /// <param name="compute">ns computed since.</param>
    /// <param name="wire">ns on the wire since.</param>
    public int Take(T* data, int dimension, int* sharing, long version, long birth, long compute, long wire)
    {
        var i = _records.Take();
        ref var s = ref _records[i];
        s.Dimension = dimension;
        s.References = 1;
        (s.Version, s.Birth, s.Compute, s.Wire) = (version, birth, compute, wire);
        s.Data = data;
        s.SharedBy = sharing;
        s.WireBytes = 0;
        if (*sharing == 0)
        {
            (s.Next, s.Previous) = (i, i);
            s.IsHashed = false;
            *sharing = i + 1;
            Stored++;
        }
        else
        {
            Join(*sharing - 1, i);
        }
        return i;
    }

    /// <summary>Puts a snapshot into the ring of another of the same coordinates.</summary>
    void Join(int ring, int i)
    {
        ref var s = ref _records[i];
        ref var other = ref _records[ring];
        (s.Next, s.Previous) = (other.Next, ring);
        _records[other.Next].Previous = i;
        other.Next = i;
        (s.IsHashed, s.Hash) = (other.IsHashed, other.Hash);
    }

    /// <summary>A snapshot with a buffer of its own, filled by the caller, with one reference.</summary>
    public int TakeOwned(int dimension, long version, long birth, long compute, long wire)
    {
        var data = _buffers.Take(dimension);
        var i = _records.Take();
        ref var s = ref _records[i];
        s = default;
        s.Data = data;
        (s.Next, s.Previous) = (i, i);
        Stored++;
        (s.Dimension, s.References) = (dimension, 1);
        (s.Version, s.Birth, s.Compute, s.Wire) = (version, birth, compute, wire);
        return i;
    }

    /// <summary>A snapshot of the same coordinates as another, with one reference.</summary>
    public int TakeAlike(int other, long version, long birth, long compute, long wire)
    {
        var i = _records.Take();
        ref var s = ref _records[i];
        ref var o = ref _records[other];
        s.Data = o.Data;
        s.SharedBy = o.SharedBy;
        s.WireBytes = o.WireBytes;
        (s.Dimension, s.References) = (o.Dimension, 1);
        (s.Version, s.Birth, s.Compute, s.Wire) = (version, birth, compute, wire);
        Join(other, i);
        return i;
    }

    /// <summary>Whether there are other snapshots of the same coordinates.</summary>
    public bool IsShared(int i) => _records[i].Next != i;

    public void AddReference(int i) => _records[i].References++;

    /// <summary>A message refers to a snapshot.</summary>
    public void Send(int i)
    {
        ref var s = ref _records[i];
        s.References++;
        if ((long)s.Dimension * sizeof(T) >= NotedLeast && !s.IsHashed && (_unhashed.Count == 0 || _unhashed[^1] != i))
            _unhashed.Add(i);
    }

    /// <summary>The snapshots that were sent and not hashed since the last call.</summary>
    /// <param name="unhashed">Receives their numbers; grows.</param>
    /// <returns>How many there are.</returns>
    public int TakeUnhashed(ref int[] unhashed)
    {
        if (unhashed.Length < _unhashed.Count)
            unhashed = new int[2 * _unhashed.Count];
        var count = 0;
        foreach (var i in _unhashed)
        {
            if (_records[i].References == 0 || _records[i].IsHashed)
                continue;
            unhashed[count++] = i;
            Passes.Read += _records[i].Dimension;
        }
        _unhashed.Clear();
        return count;
    }

    public void Release(int i)
    {
        ref var s = ref _records[i];
        if (--s.References > 0)
            return;
        _records.Free(i);
        if (s.Next != i)
        {
            Leave(i);
            return;
        }
        Stored--;
        if (s.SharedBy != null)
            *s.SharedBy = 0;
        else
            _buffers.Return(s.Data, s.Dimension);
    }

    void Leave(int i)
    {
        ref var s = ref _records[i];
        _records[s.Previous].Next = s.Next;
        _records[s.Next].Previous = s.Previous;
        if (s.SharedBy != null)
            *s.SharedBy = s.Next + 1;
    }

    /// <summary>
    /// Gives the snapshots that share a vector's memory a buffer of their own, before the vector is written.
    /// </summary>
    public void Unshare(int* sharing)
    {
        var first = *sharing - 1;
        var copy = _buffers.Copy(_records[first].Data, _records[first].Dimension);
        Passes.Read += _records[first].Dimension;
        Passes.Written += _records[first].Dimension;
        var i = first;
        do
        {
            ref var s = ref _records[i];
            s.Data = copy;
            s.SharedBy = null;
            i = s.Next;
        }
        while (i != first);
        *sharing = 0;
    }

    /// <summary>Gives the memory of a vector to the snapshots that share it, once the vector lies elsewhere.</summary>
    public void GiveAway(int* sharing)
    {
        var first = *sharing - 1;
        var i = first;
        do
        {
            ref var s = ref _records[i];
            s.SharedBy = null;
            i = s.Next;
        }
        while (i != first);
        *sharing = 0;
    }

    /// <summary>Fetches a snapshot's coordinates; long ones are left to the processor, which sees an order.</summary>
    public void Fetch(int i)
    {
        ref var s = ref _records[i];
        Prefetch.Bytes(s.Data, Math.Min((long)s.Dimension * sizeof(T), Prefetch.BytesMax));
    }

    /// <summary>Notes the hash of a snapshot's bits where it is known.</summary>
    public void Know(int i, ulong hash) => (_records[i].Hash, _records[i].IsHashed) = (hash, true);

    public ulong Hash(int i)
    {
        ref var s = ref _records[i];
        if (!s.IsHashed)
        {
            HashAhead(i);
            Passes.Read += s.Dimension;
        }
        return s.Hash;
    }

    /// <summary>Hashes a snapshot, on any thread.</summary>
    public void HashAhead(int i)
    {
        ref var s = ref _records[i];
        s.Hash = VectorHash.Of(new ReadOnlySpan<T>(s.Data, s.Dimension));
        s.IsHashed = true;
    }

    /// <summary>
    /// What a reader at the given time sees of the snapshot's origin, after some more computing and travelling.
    /// </summary>
    public Origin OriginAt(int i, long now, long compute, long wire)
    {
        ref var s = ref _records[i];
        return new Origin(s.Version, s.Birth, s.Compute + compute, s.Wire + wire, now);
    }
}
