using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Dispatch;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Partitions;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Replay;

/// <summary>
/// The logs as a flow of data: an agent's next entry is executed as soon as its cause has been, the one of the earliest
/// time first, so that not much more is under way than was in the run.
/// </summary>
sealed class Replay<T> : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    const int DifferencesMax = 10;

    const int CancellationMask = 0xFFF;

    readonly ReplayLog _log;
    readonly World<T> _world;
    readonly BatchEvaluator<T> _evaluator;
    readonly Arena _arena = new();
    readonly SentMessages<T> _sent;
    readonly Partition<T> _partition;
    readonly EmbeddedState<T> _state;
    readonly Follower[] _followers;
    readonly PriorityQueue<int, (long Now, int Agent)> _ready = new();
    readonly List<ReplayDifference> _differences = [];

    public Replay(RunPlan plan, ReplayLog log)
    {
        _log = log;
        var layout = Simulator.LayOut(plan);
        if (layout.Agents != log.Header.Agents)
        {
            throw new InputException($"the log is of {log.Header.Agents} agents, and its specification has "
                + $"{layout.Agents}: expected the same");
        }
        if (log.Header.Messages.Length > 0)
            layout.CheckMessages("the log", log.Header.Messages);
        _sent = new SentMessages<T>(layout.Agents, _arena) { Delivered = Wake };
        _sent.Collect(log);
        _world = new World<T>(plan, layout);
        var oracles = Simulator.OraclesOf<T>(plan);
        _evaluator = BatchEvaluator<T>.Of(plan, layout, oracles, plan.ThreadsHere);
        _partition = new Partition<T>(
            _world, Partitioning.One(layout), 0, _evaluator, oracles, new EventTaps(port: _sent), oneByOne: true);
        _sent.Payloads = _partition.Payloads;
        _state = new EmbeddedState<T>(_world);
        _followers = new Follower[layout.Agents];
    }

    /// <summary>How far an agent's log has been followed.</summary>
    struct Follower
    {
        public ReplayCursor Cursor;
        public ReplayEntry Entry;
        public long Events;
        public FollowerState State;
    }

    enum FollowerState : byte
    {
        /// <summary>Its next entry can be executed.</summary>
        Ready,

        /// <summary>The message it handles next has not been sent yet.</summary>
        Waiting,

        /// <summary>All its entries have been executed, and its final state is not in the log.</summary>
        Ended,

        /// <summary>All its entries have been executed, and it ended as the log says.</summary>
        Equal,

        /// <summary>It does not do what the log says; what follows is not followed.</summary>
        Differs,
    }

    public void Dispose()
    {
        _partition.Dispose();
        _arena.Dispose();
        _evaluator.Dispose();
        _world.Dispose();
    }

    public ReplayReport Run(CancellationToken cancellation)
    {
        for (var agent = 0; agent < _followers.Length; agent++)
        {
            _followers[agent].Cursor = _log.Of(agent);
            Advance(agent);
        }
        for (long executed = 0; _ready.TryDequeue(out var agent, out _); executed++)
        {
            if ((executed & CancellationMask) == 0)
                cancellation.ThrowIfCancellationRequested();
            Execute(agent);
        }
        ExplainWaiting();
        return Report();
    }

    /// <summary>Turns to the agent's next entry; compares its state where there is none, or the log says so.</summary>
    void Advance(int agent)
    {
        ref var follower = ref _followers[agent];
        while (follower.Cursor.TryNext(out follower.Entry))
        {
            if (follower.Entry.Kind != ReplayKind.Check)
            {
                Follow(agent, ref follower);
                return;
            }
            if (!IsState(agent, follower.Entry.Hash))
                return;
        }
        follower.State = FollowerState.Ended;
        if (_log.EventsOf(agent) is { } events && events != follower.Events)
            Differ(agent, $"{events} events", $"{follower.Events} in the log");
        else if (_log.FinalHashOf(agent) is { } hash && IsState(agent, hash))
            follower.State = FollowerState.Equal;
    }

    void Follow(int agent, ref Follower follower)
    {
        ref var entry = ref follower.Entry;
        var isThere = entry.Kind != ReplayKind.Message || _sent.Has(agent, entry.Sender, entry.Number);
        follower.State = isThere ? FollowerState.Ready : FollowerState.Waiting;
        if (isThere)
            _ready.Enqueue(agent, (entry.Now, agent));
    }

    void Wake(int agent, int sender, uint number)
    {
        ref var follower = ref _followers[agent];
        if (follower.State != FollowerState.Waiting
            || follower.Entry.Sender != sender || follower.Entry.Number != number)
            return;
        follower.State = FollowerState.Ready;
        _ready.Enqueue(agent, (follower.Entry.Now, agent));
    }

    bool IsState(int agent, ulong expected)
    {
        var found = _state.HashOf(agent, _partition.Snapshots);
        if (found != expected)
            Differ(agent, $"state {expected:x16}", $"{found:x16}");
        return found == expected;
    }

    void Execute(int agent)
    {
        ref var follower = ref _followers[agent];
        var entry = follower.Entry;
        string? refusal;
        try
        {
            refusal = RefusalOf(agent, in entry) ?? (TryExecute(agent, in entry) ? null : "it asked for no such thing");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException
            or ArithmeticException or InputException)
        {
            // A program that gets what it cannot be given says so.
            refusal = $"its program fails: {e.Message}";
        }
        if (refusal is not null)
        {
            Differ(agent, TextOf(in entry), refusal);
            return;
        }
        follower.Events++;
        Advance(agent);
    }

    /// <summary>Why an agent in this condition handles no such event; null if it does.</summary>
    string? RefusalOf(int agent, in ReplayEntry entry)
    {
        var flags = _world.Cores[agent].Flags;
        if ((flags & AgentFlags.Stopped) != 0)
            return "it has stopped";
        // Faults may overlap.
        return (flags & AgentFlags.Down) != 0 && entry.Kind is not (ReplayKind.Crash or ReplayKind.Restart)
            ? "it is down"
            : null;
    }

    bool TryExecute(int agent, in ReplayEntry entry)
    {
        switch (entry.Kind)
        {
            case ReplayKind.Start:
                _partition.Dispatcher.Start(agent, entry.Now);
                return true;
            case ReplayKind.Computed or ReplayKind.Timer:
                return _partition.Dispatcher.TryReplayRequest(
                    agent, entry.Now, entry.Number, timer: entry.Kind == ReplayKind.Timer);
            case ReplayKind.Arrived when !_sent.TryArrive(agent, in entry):
                return false;
            default:
                _partition.Dispatcher.Replay(EventOf(agent, in entry), entry.Now, entry.Service);
                return true;
        }
    }

    Event EventOf(int agent, in ReplayEntry entry)
    {
        var e = new Event { Receiver = agent, Sender = agent, Payload = -1 };
        switch (entry.Kind)
        {
            case ReplayKind.Message:
                var message = _sent.Take(agent, entry.Sender, entry.Number);
                return e with
                {
                    Type = EventType.Message,
                    Time = entry.Arrival,
                    Sent = message.Sent,
                    Sender = entry.Sender,
                    Sequence = entry.Number,
                    Kind = message.Kind,
                    Payload = message.Payload,
                };
            case ReplayKind.Arrived:
                return e with
                {
                    Type = EventType.Arrived,
                    Payload = entry.Place,
                    Extra = entry.From,
                    IsLost = entry.Lost,
                };
            default:
                return e with
                {
                    Type = entry.Kind == ReplayKind.Crash ? EventType.Crash : EventType.Restart,
                    IsLost = entry.Lost,
                };
        }
    }

    void Differ(int agent, string expected, string found)
    {
        ref var follower = ref _followers[agent];
        follower.State = FollowerState.Differs;
        if (_differences.Count < DifferencesMax)
            _differences.Add(new(agent, _world.Layout.NameOf(agent), follower.Events, expected, found));
    }

    /// <summary>
    /// Nothing can be executed any more: whoever still waits does so for a message that never comes. The one of the
    /// earliest time is told; the others may wait behind it. Where agents differ or the log was cut, that is no wonder.
    /// </summary>
    void ExplainWaiting()
    {
        var waiting = Enumerable.Range(0, _followers.Length)
            .Where(agent => _followers[agent].State == FollowerState.Waiting).ToList();
        if (waiting.Count == 0 || _differences.Count > 0 || _log.Cuts.Count > 0)
            return;
        var agent = waiting.MinBy(a => _followers[a].Entry.Now);
        var entry = _followers[agent].Entry;
        var sent = _sent.SentBy(entry.Sender);
        Differ(agent, TextOf(in entry), sent > entry.Number
            ? "that one went to another agent"
            : $"{_world.Layout.NameOf(entry.Sender)} sent {sent} messages");
    }

    ReplayReport Report()
    {
        var warnings = new List<string>(_log.Cuts);
        var here = NumericsClass.Here(_log.Header.Precision).ToString();
        if (here != _log.Header.Numerics)
        {
            warnings.Add($"the log is of the numerics class '{_log.Header.Numerics}', and this is '{here}': "
                + "bits may differ");
        }
        return new ReplayReport(
            [.. _world.Roles.Select(RoleOf)], _differences,
            _followers.Count(f => f.State == FollowerState.Differs), warnings);
    }

    ReplayedRole RoleOf(RoleMemory<T> role)
    {
        var followers = _followers.AsSpan(role.First, role.Layout.Agents).ToArray();
        return new(
            role.Layout.Name, followers.Length, followers.Sum(f => f.Events),
            followers.Count(f => f.State == FollowerState.Equal),
            followers.Count(f => f.State is FollowerState.Ended or FollowerState.Waiting));
    }

    string TextOf(in ReplayEntry entry) => entry.Kind switch
    {
        ReplayKind.Start => "its start",
        ReplayKind.Message => $"message {entry.Number} of {_world.Layout.NameOf(entry.Sender)}",
        ReplayKind.Computed => $"computation {entry.Number}",
        ReplayKind.Timer => $"timer {entry.Number}",
        ReplayKind.Arrived => $"an arrival at {entry.Place} from {entry.From}{(entry.Lost ? ", lost" : "")}",
        ReplayKind.Crash => "a crash",
        _ => "a restart",
    };
}
