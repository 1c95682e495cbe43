namespace AsyncOpt.Simulation.Memory;

/// <summary>One snapshot: where its coordinates are, who shares it, and what it rests on.</summary>
unsafe struct SnapshotRecord<T>
    where T : unmanaged
{
    /// <summary>The coordinates: a vector's own memory until that is next written, then a pooled buffer.</summary>
    public T* Data;

    public int Dimension;

    /// <summary>Messages, slots, rows, requests and the running handler that refer to it.</summary>
    public int References;

    /// <summary>The vector whose memory it shares; null once it has a buffer.</summary>
    public int* SharedBy;

    /// <summary>The ring of snapshots of the same coordinates under other versions; itself if it is alone.</summary>
    public int Next;
    public int Previous;

    public long Version;
    public long Birth;
    public long Compute;
    public long Wire;

    /// <summary>Hash of the coordinates' bits, once somebody asked for it.</summary>
    public ulong Hash;
    public bool IsHashed;

    /// <summary>Bytes on the wire, + 1, of a compressed vector or a fragment; 0 for those of the coordinates.</summary>
    public int WireBytes;
}
