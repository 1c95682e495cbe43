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

/// <summary>Rounds of a server and its workers: the server's part, and the way back to events.</summary>
/// <param name="rounds">The rounds.</param>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
/// <param name="events">Events that end rounds, or come of their end.</param>
/// <param name="payloads">What messages carry.</param>
/// <param name="vectors">The workers' vectors.</param>
/// <param name="computations">Their computations.</param>
/// <param name="broadcast">What the server sends to all workers.</param>
/// <param name="dispatcher">Runs the server's handler.</param>
sealed unsafe class ServerTurns<T>(
    ServerRounds<T> rounds, PartitionMemory<T> memory, AgentTurn<T> turn, PendingEvents<T> events,
    MessagePayloads<T> payloads, AgentVectors<T> vectors, AgentComputations<T> computations,
    ServerBroadcast<T> broadcast, EventDispatcher<T> dispatcher)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    // The server takes what workers sent in an order that looks like chance: fetched so many messages before.
    const int Ahead = 8;

    readonly Recording _record = memory.Record;
    readonly Snapshots<T> _snapshots = memory.Snapshots;

    /// <summary>Handles waves up to the end of a window; what comes before or with one ends the rounds.</summary>
    /// <returns>Whether nothing is left to be handled one by one, or the run is cancelled.</returns>
    public bool TryRun(Moment end, CancellationToken cancellation)
    {
        if (!rounds.IsActive)
            return false;
        while (!cancellation.IsCancellationRequested)
        {
            var (next, other) = (rounds.Next, events.Next);
            if (Moment.Min(next, other).CompareTo(end) >= 0)
                return true;
            if (other.CompareTo(next) <= 0 || next.Depth >= Moment.DepthMax)
            {
                End();
                return false;
            }
            turn.SetTime(next.Time, next.Depth);
            if (rounds.Up.IsPending)
                HandleUp();
            else if (!rounds.TryHandle(next))
            {
                rounds.GiveUp();
                End();
                return false;
            }
        }
        return true;
    }

    /// <summary>The server handles a message of every worker, in the order of their ties.</summary>
    void HandleUp()
    {
        var (wave, message) = (rounds.Up, rounds.Up.Message!);
        var order = rounds.OrderUp();
        rounds.Up = default;
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
                rounds.Arrays.Expect((int)(uint)order[k + Ahead] - rounds.Workers.First, message.Vector);
            e.Sender = (int)(uint)order[k];
            if ((turn.Core->Flags & AgentFlags.Stopped) != 0)
                _record.Lose(e.Sender, turn.Agent, e.Time);
            else
                HandleUp(in e, message);
        }
        broadcast.End();
        // A server that answers each by itself does so again.
        if (!rounds.Down.IsPending)
            rounds.GiveUp();
    }

    void HandleUp(in Event e, CohortMessage message)
    {
        var (kind, vector, origin) = (message.Kind, message.Vector, message.Origin);
        var worker = e.Sender - rounds.Workers.First;
        var hash = rounds.Arrays.HashOf(worker);
        var snapshot = _snapshots.Take(
            rounds.Workers.Vector(vector, worker), rounds.Workers.Dimensions[vector],
            rounds.Workers.Sharing(vector, worker), origin.Version, origin.Birth, origin.Compute, origin.Wire);
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
        rounds.Arrays.Unshare(vector, worker);
    }

    /// <summary>Makes a wave into the events that it stands for; agents are handled one by one from here on.</summary>
    public void End()
    {
        if (!rounds.IsActive)
            return;
        var (down, computing, up) = (rounds.Down, rounds.Computing, rounds.Up);
        rounds.End();
        if (down.IsPending)
            broadcast.Insert(in down, rounds.Workers.Layout.Agents);
        for (var i = 0; i < rounds.Workers.Layout.Agents && (computing.IsPending || up.IsPending); i++)
        {
            turn.Enter(rounds.Workers.First + i);
            if (computing.IsPending)
                Request(in computing);
            else
                Send(in up);
            turn.ReleaseHeld();
        }
    }

    void Request(in Wave wave)
    {
        var c = wave.Computation!.Request;
        computations.Insert(in c, wave.Before.Computations, wave.Sent, wave.Due, wave.SequenceOf(1));
    }

    void Send(in Wave wave)
    {
        var (kind, vector, origin) = (wave.Message!.Kind, wave.Message.Vector, wave.Message.Origin);
        var message = wave.Message.With(vectors.Take(new Vector(vector), in origin));
        events.Queue.Insert(events.Of(wave.Due, wave.Sent, turn.Agent, wave.SequenceOf(1), EventType.Message) with
        {
            Receiver = rounds.Server,
            Payload = payloads.Take(in message),
            Kind = (byte)kind.Number,
        });
    }
}
