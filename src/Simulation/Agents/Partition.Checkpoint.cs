using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Agents;

/// <summary>Writes and reads what a partition holds for its agents, in a form that knows no partitions.</summary>
sealed unsafe partial class Partition<T>
{
    public void SaveEvent(in Event e, BinaryWriter to, SnapshotIds ids)
    {
        to.Write(e.Time);
        to.Write(e.Sent);
        to.Write(e.Depth);
        to.Write(e.Tie);
        to.Write(e.Sender);
        to.Write(e.Sequence);
        to.Write(e.Receiver);
        to.Write(e.Kind);
        to.Write((byte)e.Type);
        to.Write(e.IsLost);
        switch (e.Type)
        {
            case EventType.Message or EventType.AtReceiverCard:
                _payloads.Save(in e, to, ids);
                break;
            case EventType.Computed or EventType.Timer:
                to.Write(_requests[e.Payload].Number);
                break;
            case EventType.Arrived:
                to.Write(e.Payload);
                to.Write(e.Extra);
                break;
            case EventType.Crash or EventType.Restart:
                to.Write(e.Payload);
                break;
        }
    }

    public Event LoadEvent(BinaryReader from, SnapshotStore<T> store)
    {
        var e = new Event
        {
            Time = from.ReadInt64(),
            Sent = from.ReadInt64(),
            Depth = from.ReadUInt16(),
            Tie = from.ReadUInt32(),
            Sender = from.ReadInt32(),
            Sequence = from.ReadUInt32(),
            Receiver = from.ReadInt32(),
            Kind = from.ReadByte(),
            Type = (EventType)from.ReadByte(),
            IsLost = from.ReadBoolean(),
            Payload = -1,
        };
        switch (e.Type)
        {
            case EventType.Message or EventType.AtReceiverCard:
                e.Payload = _payloads.Load(from, store, _world.Kinds[e.Kind]);
                break;
            case EventType.Computed or EventType.Timer:
                _turn.Enter(e.Receiver);
                e.Payload = FindRequest(from.ReadInt64(), e.Type == EventType.Timer);
                e.Extra = _requests[e.Payload].Generation;
                break;
            case EventType.ServiceEnd:
                _turn.Enter(e.Receiver);
                e.Payload = _turn.Role.Served[_turn.Index] - 1;
                e.Extra = _waiting.GenerationOf(e.Payload);
                break;
            case EventType.Arrived:
                (e.Payload, e.Extra) = (from.ReadInt32(), from.ReadInt32());
                break;
            case EventType.Crash or EventType.Restart:
                e.Payload = from.ReadInt32();
                break;
        }
        return e;
    }

    /// <summary>An agent's requests, waiting events, slots and, beside them, what it holds of its neighbours.</summary>
    public void SaveAgent(int agent, BinaryWriter to, SnapshotIds ids)
    {
        _turn.Enter(agent);
        _computations.Save(to, ids);
        if (_turn.Role.HasStation)
        {
            to.Write(IsServing);
            if (IsServing)
                SaveEvent(in _waiting[_turn.Role.Served[_turn.Index] - 1], to, ids);
            for (var at = WaitingFirst; at != 0; at = _waiting.After(at - 1))
            {
                to.Write(true);
                SaveEvent(in _waiting[at - 1], to, ids);
            }
            to.Write(false);
        }
        for (var s = 0; s < _turn.Role.Layout.SlotKinds.Count; s++)
        {
            var slot = _turn.Role.Slot(s, _turn.Index);
            to.Write(ids.Of(Number, slot->Snapshot - 1));
            to.Write(slot->Compute);
            to.Write(slot->Wire);
        }
        foreach (var row in RowsOfAgent())
            to.Write(ids.Of(Number, *(int*)row - 1));
    }

    public void LoadAgent(int agent, BinaryReader from, SnapshotStore<T> store)
    {
        _turn.Enter(agent);
        _computations.Load(from, store);
        if (_turn.Role.HasStation)
        {
            if (from.ReadBoolean())
                _turn.Role.Served[_turn.Index] = _waiting.Take(LoadEvent(from, store)) + 1;
            while (from.ReadBoolean())
                Append(LoadEvent(from, store));
        }
        for (var s = 0; s < _turn.Role.Layout.SlotKinds.Count; s++)
        {
            var slot = _turn.Role.Slot(s, _turn.Index);
            slot->Snapshot = store.Take(from.ReadInt32(), Number, _snapshots) + 1;
            (slot->Compute, slot->Wire) = (from.ReadInt64(), from.ReadInt64());
        }
        foreach (var row in RowsOfAgent())
            *(int*)row = store.Take(from.ReadInt32(), Number, _snapshots) + 1;
    }

    /// <summary>The places of the agent's neighbour rows, as addresses: lists hold no pointers.</summary>
    List<nint> RowsOfAgent()
    {
        var rows = new List<nint>();
        for (var r = 0; r < _turn.Role.RowIterations.Length; r++)
        {
            for (var k = 0; k < _turn.Role.RowsOf(_turn.Core->Place); k++)
            {
                for (var iteration = 0; iteration < _turn.Role.RowIterations[r]; iteration++)
                    rows.Add((nint)_turn.Role.Row(r, _turn.Core->Place, k, iteration));
            }
        }
        return rows;
    }

    int FindRequest(long number, bool timer) => _computations.Find(number, timer) is var i and >= 0
        ? i
        : throw new InvalidDataException(
            $"the checkpoint has an event of agent {_turn.Agent} without its request {number}");

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
        var first = ids.FirstOf(Number, (nint)s.Data, s.Dimension, id);
        to.Write(first);
        if (first == id)
            to.Write(new ReadOnlySpan<byte>(s.Data, s.Dimension * sizeof(T)));
    }
}
