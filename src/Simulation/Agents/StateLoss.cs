using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>What a crash costs that takes an agent's state: all that its program declared is as at the start.</summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
/// <param name="vectors">Its vectors.</param>
sealed unsafe class StateLoss<T>(PartitionMemory<T> memory, AgentTurn<T> turn, AgentVectors<T> vectors)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly Snapshots<T> _snapshots = memory.Snapshots;

    /// <summary>
    /// The current agent's state, vectors, tables, slots and rows are as at the start. What the engine counts goes on,
    /// so that no draw and no batch comes twice.
    /// </summary>
    public void Apply()
    {
        var (role, index) = (turn.Role, turn.Index);
        new Span<byte>(role.State(index), role.StateBytes).Clear();
        for (var v = 0; v < role.Dimensions.Length; v++)
            Restore(v);
        for (var t = 0; t < role.TableLengths.Length; t++)
            role.Table(t, index).Clear();
        for (var s = 0; s < role.Layout.SlotKinds.Count; s++)
            Empty(role.Slot(s, index));
        for (var set = 0; set < role.RowIterations.Length; set++)
        {
            for (var iteration = 0; iteration < role.RowIterations[set]; iteration++)
                vectors.ReleaseRows(new NeighbourRows(set), role.RowsOf(turn.Core->Place), iteration);
        }
    }

    void Restore(int v)
    {
        // A result that rests between handlers is nowhere.
        if (turn.Role.Moves(v) && turn.Role.Rests(v))
            return;
        var memoryOfVector = vectors.Overwrite(new Vector(v));
        if (turn.Role.Layout.Vectors[v].Initial == Initial.Point && memory.World.Plan.InitialPoint is { } point)
            Floats.FromDouble(point, memoryOfVector);
        else
            memoryOfVector.Clear();
    }

    void Empty(SlotRecord* slot)
    {
        if (slot->Snapshot != 0)
            _snapshots.Release(slot->Snapshot - 1);
        *slot = default;
    }
}
