using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Agents;

/// <summary>Writes and reads events and what they carry, in a form that knows no partitions.</summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled: turned to the receivers of what is read.</param>
/// <param name="payloads">What messages carry.</param>
/// <param name="computations">Whose ends are events.</param>
sealed unsafe class EventImages<T>(
    PartitionMemory<T> memory, AgentTurn<T> turn, MessagePayloads<T> payloads, AgentComputations<T> computations)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    public void Save(in Event e, BinaryWriter to, SnapshotIds ids)
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
                payloads.Save(in e, to, ids);
                break;
            case EventType.Computed or EventType.Timer:
                to.Write((long)memory.Requests[e.Payload].Number);
                break;
            case EventType.Arrived:
                to.Write(e.Payload);
                to.Write(e.Extra);
                break;
            case EventType.Crash or EventType.Restart or EventType.AtCard:
                to.Write(e.Payload);
                break;
            case EventType.Retry:
                ref var retry = ref memory.Retries[e.Payload];
                to.Write(retry.Count);
                to.Write(retry.Tries);
                Save(in retry.Event, to, ids);
                break;
        }
    }

    /// <exception cref="InvalidDataException">The event is of a request that its agent does not have.</exception>
    public Event Load(BinaryReader from, SnapshotStore<T> store)
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
                e.Payload = payloads.Load(from, store, memory.World.Kinds[e.Kind]);
                break;
            case EventType.Computed or EventType.Timer:
                turn.Enter(e.Receiver);
                e.Payload = FindRequest(from.ReadInt64(), e.Type == EventType.Timer);
                e.Extra = memory.Requests[e.Payload].Generation;
                break;
            case EventType.ServiceEnd:
                turn.Enter(e.Receiver);
                e.Payload = turn.Role.Served[turn.Index] - 1;
                e.Extra = memory.Waiting.GenerationOf(e.Payload);
                break;
            case EventType.Arrived:
                (e.Payload, e.Extra) = (from.ReadInt32(), from.ReadInt32());
                break;
            case EventType.Crash or EventType.Restart or EventType.AtCard:
                e.Payload = from.ReadInt32();
                break;
            case EventType.Retry:
                e.Payload = memory.Retries.Take();
                memory.Retries[e.Payload] = new()
                {
                    Count = from.ReadUInt32(),
                    Tries = from.ReadInt32(),
                    Event = Load(from, store),
                };
                break;
        }
        return e;
    }

    int FindRequest(long number, bool timer) => computations.Find(number, timer) is var i and >= 0
        ? i
        : throw new InvalidDataException(
            $"the checkpoint has an event of agent {turn.Agent} without its request {number}");
}
