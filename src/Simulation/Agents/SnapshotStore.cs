using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Agents;

/// <summary>The snapshots of a loaded checkpoint; each partition that needs one gets it once.</summary>
sealed unsafe class SnapshotStore<T>
    where T : unmanaged
{
    readonly List<(long Version, long Birth, long Compute, long Wire, int WireBytes, T[] Data)> _all = [];
    readonly Dictionary<(int Partition, int Id), int> _taken = [];
    readonly Dictionary<(int Partition, T[] Data), int> _alike = [];

    public void Load(BinaryReader from)
    {
        var count = from.ReadInt32();
        for (var i = 0; i < count; i++)
        {
            var dimension = from.ReadInt32();
            var (version, birth) = (from.ReadInt64(), from.ReadInt64());
            var (compute, wire) = (from.ReadInt64(), from.ReadInt64());
            var wireBytes = from.ReadInt32();
            var first = from.ReadInt32();
            var data = first < i ? _all[first].Data : Coordinates(dimension, from);
            _all.Add((version, birth, compute, wire, wireBytes, data));
        }
    }

    /// <summary>A reference, in the given partition, to a snapshot of the checkpoint; -1 for none.</summary>
    public int Take(int id, int partition, Snapshots<T> snapshots)
    {
        if (id < 0)
            return -1;
        if (_taken.TryGetValue((partition, id), out var known))
        {
            snapshots.AddReference(known);
            return known;
        }
        var (version, birth, compute, wire, wireBytes, data) = _all[id];
        int taken;
        if (_alike.TryGetValue((partition, data), out var alike))
        {
            taken = snapshots.TakeAlike(alike, version, birth, compute, wire);
        }
        else
        {
            taken = snapshots.TakeOwned(data.Length, version, birth, compute, wire);
            snapshots[taken].WireBytes = wireBytes;
            data.CopyTo(new Span<T>(snapshots[taken].Data, data.Length));
            _alike.Add((partition, data), taken);
        }
        _taken.Add((partition, id), taken);
        return taken;
    }

    static T[] Coordinates(int dimension, BinaryReader from)
    {
        var data = new T[dimension];
        from.BaseStream.ReadExactly(System.Runtime.InteropServices.MemoryMarshal.AsBytes(data.AsSpan()));
        return data;
    }
}
