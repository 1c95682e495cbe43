using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Cohorts;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Scripts;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Dispatch;

/// <summary>The server's part in rounds: it handles the messages of a wave one by one, without events.</summary>
/// <param name="rounds">The rounds of its workers.</param>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
/// <param name="broadcast">What the server sends to all workers.</param>
/// <param name="dispatcher">Runs the server's handler.</param>
sealed unsafe class ServerTurns<T>(
    Rounds<T> rounds, PartitionMemory<T> memory, AgentTurn<T> turn, ServerBroadcast<T> broadcast,
    EventDispatcher<T> dispatcher)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    // The server takes what workers sent in an order that looks like chance: fetched so many messages before.
    const int Ahead = 8;

    readonly Recording _record = memory.Record;
    readonly Snapshots<T> _snapshots = memory.Snapshots;
    readonly RoleMemory<T> _workers = rounds.Role;
    readonly HostRoundArrays<T> _arrays = rounds.HostArrays;
    ServerOrder? _order;

    public long Bytes => _order?.Bytes ?? 0;

    /// <summary>Handles a message of every worker, in the order of their ties.</summary>
    public void Handle(in Wave wave)
    {
        _order ??= new ServerOrder(_workers.First, _workers.Layout.Agents, new Ties(memory.World.Seed));
        var message = wave.Message!;
        var order = _order.Of(wave.SequenceOf(1));
        _record.Cohorts++;
        _record.Ties += order.Length - 1;
        turn.Enter(rounds.Server);
        broadcast.Begin();
        var e = new Event
        {
            Time = wave.Due.Time,
            Sent = wave.Sent,
            Sequence = wave.SequenceOf(1),
            Kind = (byte)message.Kind.Number,
            Type = EventType.Message,
        };
        for (var k = 0; k < order.Length; k++)
        {
            if (k + Ahead < order.Length)
                _arrays.Expect((int)(uint)order[k + Ahead] - _workers.First, message.Vector);
            e.Sender = (int)(uint)order[k];
            if ((turn.Core->Flags & AgentFlags.Stopped) != 0)
                _record.Lose(e.Sender, turn.Agent, e.Time);
            else
                Handle(in e, message);
        }
        // A server that answers each by itself does so again.
        if (!broadcast.TryEnd())
            rounds.GiveUp();
    }

    void Handle(in Event e, CohortMessage message)
    {
        var (kind, vector, origin) = (message.Kind, message.Vector, message.Origin);
        var worker = e.Sender - _workers.First;
        var hash = _arrays.HashOf(worker);
        var snapshot = _snapshots.Take(
            _workers.Vector(vector, worker), _workers.Dimensions[vector], _workers.Sharing(vector, worker),
            origin.Version, origin.Birth, origin.Compute, origin.Wire);
        _snapshots.Know(snapshot, hash);
        turn.Hold(snapshot);
        if (_record.IsSampled(turn.Agent) && e.Time > e.Sent)
            _record.Span(turn.Agent, "wire", kind.Name, e.Sent, e.Time, e.Sender);
        var m = new Received
        {
            Sender = new Peer(e.Sender),
            Kind = kind,
            Vector = new Snapshot(snapshot),
            Origin = _snapshots.OriginAt(snapshot, turn.Now, 0, e.Time - e.Sent),
            Contents = message.Body,
        };
        var payload = message.Payload(VectorHash.Chain(hash, (ulong)origin.Version), 0);
        dispatcher.Handle(in e, in m, payload);
        // Whatever the server keeps of it stays as it is.
        _arrays.Unshare(vector, worker);
    }
}
