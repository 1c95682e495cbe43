namespace AsyncOpt.Simulation.Agents;

/// <summary>Numbers the snapshots of a checkpoint, whichever partition they lie in.</summary>
sealed class SnapshotIds
{
    readonly Dictionary<(int Partition, int Snapshot), int> _ids = [];

    readonly Dictionary<(int Partition, nint Data, int Dimension), int> _coordinates = [];

    public List<(int Partition, int Snapshot)> All { get; } = [];

    public int Of(int partition, int snapshot)
    {
        if (snapshot < 0)
            return -1;
        if (!_ids.TryGetValue((partition, snapshot), out var id))
        {
            id = All.Count;
            _ids.Add((partition, snapshot), id);
            All.Add((partition, snapshot));
        }
        return id;
    }

    /// <summary>The first snapshot that was saved with the coordinates at an address.</summary>
    public int FirstOf(int partition, nint data, int dimension, int id) =>
        _coordinates.TryAdd((partition, data, dimension), id) ? id : _coordinates[(partition, data, dimension)];
}
