using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Replay;

/// <summary>The state of the embedded host's agents, as <see cref="AgentStateHash"/> defines it.</summary>
sealed unsafe class EmbeddedState<T>(World<T> world)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly byte[][] _used = [.. world.Roles.Select(role => StateBytes.Of(role.Program))];

    /// <summary>The hash of an agent's state.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="snapshots">Those of its partition.</param>
    public ulong HashOf(int agent, Snapshots<T> snapshots)
    {
        ref var core = ref world.Cores[agent];
        var role = world.RoleOf(agent);
        var index = agent - role.First;
        var hash = new AgentStateHash();
        hash.Agent(
            core.Place, (core.Flags & AgentFlags.Stopped) != 0, (core.Flags & AgentFlags.Down) != 0,
            core.Computations, core.Timers, core.Draws, core.Compressed);
        hash.State(new ReadOnlySpan<byte>(role.State(index), role.StateBytes), _used[role.Layout.Index]);
        for (var v = 0; v < role.Dimensions.Length; v++)
        {
            if (!role.Rests(v))
                hash.Vector(new ReadOnlySpan<T>(role.Vector(v, index), role.Dimensions[v]));
        }
        for (var t = 0; t < role.TableLengths.Length; t++)
            hash.Table(role.Table(t, index));
        for (var s = 0; s < role.Layout.SlotKinds.Count; s++)
        {
            var slot = role.Slot(s, index);
            if (slot->Snapshot == 0)
                continue;
            ref var held = ref snapshots[slot->Snapshot - 1];
            hash.Slot(
                s, VectorOf(in held), held.Version, held.Birth, held.Compute + slot->Compute, held.Wire + slot->Wire);
        }
        for (var set = 0; set < role.RowIterations.Length; set++)
            AddRows(ref hash, role, set, core.Place, snapshots);
        return hash.Value;
    }

    static void AddRows(ref AgentStateHash hash, RoleMemory<T> role, int set, int node, Snapshots<T> snapshots)
    {
        for (var k = 0; k < role.RowsOf(node); k++)
        {
            for (var iteration = 0; iteration < role.RowIterations[set]; iteration++)
            {
                var row = *role.Row(set, node, k, iteration);
                if (row == 0)
                    continue;
                hash.Row(set, k, iteration, VectorOf(in snapshots[row - 1]), snapshots[row - 1].Version);
                if (role.Layout.NeighbourRowSets[set] is { HasBodies: true, Kind: var kind })
                    hash.Body((*role.RowBody(set, node, k, iteration))[..kind.BodyWords]);
            }
        }
    }

    static ReadOnlySpan<T> VectorOf(in SnapshotRecord<T> snapshot) => new(snapshot.Data, snapshot.Dimension);
}
