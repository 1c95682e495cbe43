using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Agents;

/// <summary>Writes and reads what a partition holds for its agents, in a form that knows no partitions.</summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled: turned to the agents that are written and read.</param>
/// <param name="payloads">What messages carry.</param>
/// <param name="computations">The agents' computations and timers.</param>
/// <param name="stations">What waits for agents.</param>
/// <param name="cards">What is at their shared cards; null for none.</param>
/// <param name="recollections">What they sent before; null where nobody asks for it.</param>
sealed unsafe class PartitionImage<T>(
    PartitionMemory<T> memory, AgentTurn<T> turn, MessagePayloads<T> payloads, AgentComputations<T> computations,
    Stations<T> stations, CardMessages<T>? cards, Recollections<T>? recollections)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly Snapshots<T> _snapshots = memory.Snapshots;
    readonly EventImages<T> _events = new(memory, turn, payloads, computations);

    public void SaveEvent(in Event e, BinaryWriter to, SnapshotIds ids) => _events.Save(in e, to, ids);

    public Event LoadEvent(BinaryReader from, SnapshotStore<T> store) => _events.Load(from, store);

    /// <summary>An agent's requests, waiting events, slots and, beside them, what it holds of its neighbours.</summary>
    public void SaveAgent(int agent, BinaryWriter to, SnapshotIds ids)
    {
        turn.Enter(agent);
        computations.Save(to, ids);
        if (turn.Role.HasStation)
            stations.Save(to, ids, _events);
        for (var s = 0; s < turn.Role.Layout.SlotKinds.Count; s++)
        {
            var slot = turn.Role.Slot(s, turn.Index);
            to.Write(ids.Of(memory.Number, slot->Snapshot - 1));
            to.Write(slot->Compute);
            to.Write(slot->Wire);
        }
        var rows = RowsOfAgent();
        foreach (var row in rows)
            to.Write(ids.Of(memory.Number, *RowAt(row) - 1));
        foreach (var row in WithBodies(rows))
        {
            foreach (var word in BodyAt(row))
                to.Write(word);
        }
        cards?.Save(to, ids, _events);
        recollections?.Save(to, ids);
    }

    public void LoadAgent(int agent, BinaryReader from, SnapshotStore<T> store)
    {
        turn.Enter(agent);
        computations.Load(from, store);
        if (turn.Role.HasStation)
            stations.Load(from, store, _events);
        for (var s = 0; s < turn.Role.Layout.SlotKinds.Count; s++)
        {
            var slot = turn.Role.Slot(s, turn.Index);
            slot->Snapshot = store.Take(from.ReadInt32(), memory.Number, _snapshots) + 1;
            (slot->Compute, slot->Wire) = (from.ReadInt64(), from.ReadInt64());
        }
        var rows = RowsOfAgent();
        foreach (var row in rows)
            *RowAt(row) = store.Take(from.ReadInt32(), memory.Number, _snapshots) + 1;
        foreach (var row in WithBodies(rows))
        {
            foreach (ref var word in BodyAt(row))
                word = from.ReadUInt64();
        }
        cards?.Load(from, store, _events);
        recollections?.Load(from, store);
    }

    /// <summary>The place of a row of the agent.</summary>
    int* RowAt((int Set, int Rank, int Iteration) row) =>
        turn.Role.Row(row.Set, turn.Core->Place, row.Rank, row.Iteration);

    /// <summary>The place of the body of the message that a row of the agent holds.</summary>
    ref MessageBody BodyAt((int Set, int Rank, int Iteration) row) =>
        ref *turn.Role.RowBody(row.Set, turn.Core->Place, row.Rank, row.Iteration);

    /// <summary>The rows that hold a message with a body.</summary>
    IEnumerable<(int Set, int Rank, int Iteration)> WithBodies(List<(int Set, int Rank, int Iteration)> rows) =>
        rows.Where(row => turn.Role.Layout.NeighbourRowSets[row.Set].HasBodies && IsHeld(row));

    bool IsHeld((int Set, int Rank, int Iteration) row) => *RowAt(row) != 0;

    /// <summary>The agent's neighbour rows.</summary>
    List<(int Set, int Rank, int Iteration)> RowsOfAgent()
    {
        var rows = new List<(int Set, int Rank, int Iteration)>();
        for (var set = 0; set < turn.Role.RowIterations.Length; set++)
        {
            for (var rank = 0; rank < turn.Role.RowsOf(turn.Core->Place); rank++)
            {
                for (var iteration = 0; iteration < turn.Role.RowIterations[set]; iteration++)
                    rows.Add((set, rank, iteration));
            }
        }
        return rows;
    }

    /// <summary>A snapshot's origin, and its coordinates or which earlier snapshot has the same.</summary>
    public void SaveSnapshot(int snapshot, int id, BinaryWriter to, SnapshotIds ids)
    {
        ref var s = ref _snapshots[snapshot];
        to.Write(s.Dimension);
        to.Write(s.Version);
        to.Write(s.Birth);
        to.Write(s.Compute);
        to.Write(s.Wire);
        to.Write(s.WireBytes);
        var first = ids.FirstOf(memory.Number, (nint)s.Data, s.Dimension, id);
        to.Write(first);
        if (first == id)
            to.Write(new ReadOnlySpan<byte>(s.Data, s.Dimension * sizeof(T)));
    }
}
