using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Cohorts;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Rounds of a server and its workers: how they begin, the server's part, and the way back to events.
/// </summary>
sealed unsafe partial class Partition<T>
{
    // The server takes what workers sent in an order that looks like chance: fetched so many messages before.
    const int Ahead = 8;

    // While the server's handler runs: how many workers in turn have been sent the same from the first on, without an
    // event for any of them yet; and whether that is still tried.
    int _collected;
    bool _collects;
    DownWave _collecting;

    // A host that watches every event gets every event.
    bool CanCollect => _serverRounds is { IsGivenUp: false } && !_isTapped;

    /// <summary>From here on messages of the server to all workers in turn become a wave.</summary>
    void BeginCollecting() => (_collected, _collects) = (0, true);

    /// <summary>
    /// The server's handler has returned: if all workers were sent the same and act in lockstep, rounds go on from
    /// here.
    /// </summary>
    void EndCollecting()
    {
        _collects = false;
        if (_collected == 0)
            return;
        var rounds = _serverRounds!;
        var isAll = _collected == rounds.Workers.Layout.Agents && _turn.Depth < Moment.DepthMax;
        if (!isAll || (!rounds.IsActive && (_events.Next.CompareTo(_collecting.Due) <= 0 || !rounds.TryBegin())))
        {
            FlushCollected();
            return;
        }
        CountCollected(_collected);
        _collected = 0;
        rounds.Down = _collecting;
        // Whoever handles events one by one looks for rounds again.
        _budget.EndAfterEvent();
    }

    /// <summary>
    /// Takes a message of the server into the wave that is being collected; false if it does not belong to it.
    /// </summary>
    bool TryCollect(Peer to, in Message m)
    {
        var rounds = _serverRounds!;
        if (to.Id - rounds.Workers.First != _collected || !Continues(in m))
        {
            FlushCollected();
            _collects = false;
            return false;
        }
        if (_collected == 0)
        {
            CheckContents(in m);
            _collecting = new DownWave
            {
                IsPending = true,
                Due = rounds.DownAt(_turn.Now, _turn.Depth),
                Sent = _turn.Now,
                Sequence = _turn.Core->Sent,
                Kind = m.Kind,
                Snapshot = m.Vector.Index,
                Body = m.Body,
            };
            _snapshots.AddReference(m.Vector.Index);
        }
        _turn.Core->Sent++;
        _collected++;
        return true;
    }

    bool Continues(in Message m)
    {
        if (_collected == 0)
            return m.Kind.VectorCount == 1 && m.Vector.Index >= 0;
        ref var wave = ref _collecting;
        return ReferenceEquals(m.Kind, wave.Kind) && m.Vector.Index == wave.Snapshot
            && _turn.Core->Sent == wave.Sequence + (uint)_collected
            && (m.Kind.BodyBytes == 0 || Continues(ref wave, in m));
    }

    // A number of the body is the same for all, or the place of each.
    bool Continues(ref DownWave wave, in Message m)
    {
        if (_collected == 1)
            wave.FindPlaces(m.Body);
        return wave.BodyTo(_collected).Equals(m.Body);
    }

    /// <summary>Makes events of what was collected.</summary>
    void FlushCollected()
    {
        var collected = _collected;
        _collected = 0;
        if (collected == 0)
            return;
        CountCollected(collected);
        Insert(in _collecting, collected);
    }

    void CountCollected(int messages) =>
        _serverRounds!.CountMessages(_world.RoleOf(_serverRounds.Server).Layout.Index, _collecting.Kind, messages);

    /// <summary>Makes events of messages from the server to the first workers.</summary>
    void Insert(in DownWave wave, int workers)
    {
        var rounds = _serverRounds!;
        for (var i = 0; i < workers; i++)
        {
            var sequence = wave.Sequence + (uint)i;
            var message = wave.SentTo(i);
            _events.Queue.Insert(_events.Of(wave.Due, wave.Sent, rounds.Server, sequence, EventType.Message) with
            {
                Receiver = rounds.Workers.First + i,
                Payload = _payloads.Take(in message),
                Kind = (byte)wave.Kind.Number,
            });
        }
        _snapshots.Release(wave.Snapshot);
    }

    /// <summary>Handles waves up to the end of a window; what comes before or with one ends the rounds.</summary>
    /// <returns>Whether nothing is left to be handled one by one, or the run is cancelled.</returns>
    bool TryRunServerRounds(Moment end, CancellationToken cancellation)
    {
        if (_serverRounds is not { IsActive: true } rounds)
            return false;
        while (!cancellation.IsCancellationRequested)
        {
            var (next, other) = (rounds.Next, _events.Next);
            if (Moment.Min(next, other).CompareTo(end) >= 0)
                return true;
            if (other.CompareTo(next) <= 0 || next.Depth >= Moment.DepthMax)
            {
                EndServerRounds();
                return false;
            }
            _turn.SetTime(next.Time, next.Depth);
            if (rounds.Up.IsPending)
                HandleUp();
            else if (!rounds.TryHandle(next))
            {
                rounds.GiveUp();
                EndServerRounds();
                return false;
            }
        }
        return true;
    }

    /// <summary>The server handles a message of every worker, in the order of their ties.</summary>
    void HandleUp()
    {
        var rounds = _serverRounds!;
        var wave = rounds.Up;
        var order = rounds.OrderUp();
        rounds.Up = default;
        Record.Cohorts++;
        Record.Ties += order.Length - 1;
        _turn.Enter(rounds.Server);
        BeginCollecting();
        var e = new Event
        {
            Time = wave.Due.Time,
            Sent = wave.Sent,
            Sequence = wave.Sequence,
            Kind = (byte)wave.Message.Kind.Number,
            Type = EventType.Message,
        };
        for (var k = 0; k < order.Length; k++)
        {
            if (k + Ahead < order.Length)
                rounds.Expect((int)(uint)order[k + Ahead], wave.Message.Vector);
            e.Sender = (int)(uint)order[k];
            if ((_turn.Core->Flags & AgentFlags.Stopped) != 0)
                Record.Lose(e.Sender, _turn.Agent, e.Time);
            else
                HandleUp(in e, in wave);
        }
        if (_collects)
            EndCollecting();
        // A server that answers each by itself does so again.
        if (!rounds.Down.IsPending)
            rounds.GiveUp();
    }

    void HandleUp(in Event e, in UpWave wave)
    {
        var rounds = _serverRounds!;
        var (kind, vector, origin, body) = wave.Message;
        var worker = e.Sender - rounds.Workers.First;
        var hash = rounds.HashOf(worker);
        var snapshot = _snapshots.Take(
            rounds.Workers.Vector(vector, worker), rounds.Workers.Dimensions[vector],
            rounds.Workers.Sharing(vector, worker), origin.Version, origin.Birth, origin.Compute, origin.Wire);
        _snapshots.Know(snapshot, hash);
        _turn.Hold(snapshot);
        if (Record.IsSampled(_turn.Agent) && e.Time > e.Sent)
            Record.Span(_turn.Agent, "wire", kind.Name, e.Sent, e.Time, e.Sender);
        Chain(in e, wave.Payload(hash));
        var m = new Received
        {
            Sender = new Peer(e.Sender),
            Kind = kind,
            Vector = new Snapshot(snapshot),
            Origin = _snapshots.OriginAt(snapshot, _turn.Now, 0, e.Time - e.Sent),
            Contents = body,
        };
        _turn.Role.Program.Message(_turn.Role.State(_turn.Index), in m, this);
        _turn.ReleaseHeld();
        // Whatever the server keeps of it stays as it is.
        rounds.Unshare(vector, worker);
    }

    /// <summary>Makes a wave into the events that it stands for; agents are handled one by one from here on.</summary>
    void EndServerRounds()
    {
        if (_serverRounds is not { IsActive: true } rounds)
            return;
        var (down, computing, up) = (rounds.Down, rounds.Computing, rounds.Up);
        rounds.End();
        if (down.IsPending)
            Insert(in down, rounds.Workers.Layout.Agents);
        for (var i = 0; i < rounds.Workers.Layout.Agents && (computing.IsPending || up.IsPending); i++)
        {
            _turn.Enter(rounds.Workers.First + i);
            if (computing.IsPending)
                Insert(in computing);
            else
                Insert(in up);
            _turn.ReleaseHeld();
        }
    }

    void Insert(in ComputingWave wave)
    {
        var c = wave.Computation.Request;
        _computations.Insert(in c, wave.Number, wave.Requested, wave.Due, wave.Sequence);
    }

    void Insert(in UpWave wave)
    {
        var (kind, vector, origin, _) = wave.Message;
        var message = wave.Message.With(_vectors.Take(new Vector(vector), in origin));
        _events.Queue.Insert(_events.Of(wave.Due, wave.Sent, _turn.Agent, wave.Sequence, EventType.Message) with
        {
            Receiver = _serverRounds!.Server,
            Payload = _payloads.Take(in message),
            Kind = (byte)kind.Number,
        });
    }
}
