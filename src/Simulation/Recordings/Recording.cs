using System.Runtime.InteropServices;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Recordings;

/// <summary>
/// What a host counts and records of its agents, those of a partition or of a silo; sums over hosts do not depend on
/// their number.
/// </summary>
sealed partial class Recording : IDisposable
{
    /// <summary>Staleness up to this is counted one by one.</summary>
    public const int StalenessMax = 1 << 14;

    // Links on which losses are remembered one by one.
    const int LostMax = 4096;

    // What the updates of an agent rarely exceed where there are some dozens of them.
    const int StalenessShort = 512;

    // Agents with a number below this have a distribution of staleness of their own.
    const int AgentsCountedMax = 256;

    readonly Core.Programs.Layout _layout;
    readonly NativeArray<AgentStaleness>?[] _stalenessOfRoles;
    readonly long[][] _stalenessOfAgents;

    // The role asked for last: its first agent, and its agents' staleness.
    int _lastFirst;
    NativeSpan<AgentStaleness> _lastStaleness;
    readonly int _spansPerAgent;
    readonly HashSet<int> _sampled = [];
    readonly Dictionary<int, int> _spansOf = [];

    public Recording(RunPlan plan, Core.Programs.Layout layout)
    {
        IsLogging = plan.LogUpdates;
        _layout = layout;
        Traffic = new (long, long)[layout.Roles.Count];
        Faults = new FaultTally(plan.Faults.Count);
        Tally = EventTally.Of(plan, layout);
        Recovery = RecoveryTally.Of(plan);
        Schedule = plan.RecordSchedule ? new() : null;
        _stalenessOfRoles = new NativeArray<AgentStaleness>?[layout.Roles.Count];
        _stalenessOfAgents = new long[Math.Min(layout.Agents, AgentsCountedMax)][];
        Array.Fill(_stalenessOfAgents, []);
        foreach (var role in layout.Roles)
        {
            for (var i = 0; i < Math.Min(role.Agents, plan.TimelineAgents); i++)
                _sampled.Add(role.First + i);
        }
        _spansPerAgent = _sampled.Count == 0 ? 0 : Math.Max(1, plan.TimelineSpans / _sampled.Count);
        SampledLast = _sampled.Count == 0 || _spansPerAgent == 0 ? -1 : _sampled.Max();
    }

    public long Events;
    public long Messages;
    public long Bytes;
    public long Lost;
    public long Duplicated;
    public long Retried;
    public long GivenUp;
    public long LostBytes;
    public long Overflowed;
    public long Raised;
    public long RaisedSum;
    public long RaisedMax;
    public long Updates;

    /// <summary>When the last of these was made, in ns; 0 before the first.</summary>
    public long LastUpdate;
    public long Gradients;
    public long Samples;
    public long Batches;
    public long BatchMax;
    public long Evaluations;
    public long Wasted;
    public long Ties;
    public long Cohorts;
    public long Sweeps;
    public long Crashes;
    public long Computations;

    /// <summary>What agents spent computing, in ns.</summary>
    public Int128 ComputeTime;

    /// <summary>Updates by staleness, at least up to the greatest that is counted one by one.</summary>
    public long[] Staleness = [];
    public long StalenessOver;
    public Int128 AgeCompute;
    public Int128 AgeWire;
    public Int128 AgeQueue;

    /// <summary>How often each of the run's faults did what.</summary>
    public FaultTally Faults { get; }

    /// <summary>What came to nothing.</summary>
    public WasteTally Waste { get; } = new();

    /// <summary>Messages and bytes sent, per role.</summary>
    public (long Messages, long Bytes)[] Traffic { get; }

    /// <summary>The first updates after faults; null where no fault ends.</summary>
    public RecoveryTally? Recovery { get; }

    /// <summary>What computations and messages drew; null where nobody asks for it.</summary>
    public ScheduleLog? Schedule { get; }

    /// <summary>What metrics of events sum up; null where there are none.</summary>
    public EventTally? Tally { get; }

    public long MemoryBytes => (Tally?.Bytes ?? 0) + (Recovery?.Bytes ?? 0) + _stalenessOfRoles.Sum(a => a?.Bytes ?? 0)
        + _stalenessOfAgents.Index().Where(row => row.Item.Length > 0).Sum(row => RowBytes(row.Item, row.Index));

    public void Dispose()
    {
        foreach (var staleness in _stalenessOfRoles)
            staleness?.Dispose();
    }

    /// <summary>Staleness per agent of a role; null before its first recorded update.</summary>
    public NativeArray<AgentStaleness>? StalenessOfRole(int role) => _stalenessOfRoles[role];

    /// <summary>The staleness of the updates that rest on an agent's contributions.</summary>
    public ref AgentStaleness StalenessOf(int agent)
    {
        if ((uint)(agent - _lastFirst) >= (uint)_lastStaleness.Length)
            TurnToRoleOf(agent);
        return ref _lastStaleness[agent - _lastFirst];
    }

    void TurnToRoleOf(int agent)
    {
        var role = _layout.RoleOf(agent);
        ref var ofRole = ref _stalenessOfRoles[role.Index];
        ofRole ??= new NativeArray<AgentStaleness>(role.Agents);
        (_lastFirst, _lastStaleness) = (role.First, ofRole.Span);
    }

    /// <summary>Fetches what is recorded of an agent's updates.</summary>
    public void Fetch(int role, int index)
    {
        if (_stalenessOfRoles[role] is { } ofRole)
            Prefetch.Item(ref ofRole[index]);
    }

    /// <summary>Counts one update of the model, with its staleness, what it rested on, and whose it was.</summary>
    /// <param name="by">The agent that recorded it.</param>
    /// <param name="now">When, in ns.</param>
    /// <param name="staleness">As the method declares it.</param>
    /// <param name="origin">What the update rests on.</param>
    /// <param name="of">Whose contribution it was.</param>
    public void Update(int by, long now, long staleness, in Core.Programs.Origin origin, int of)
    {
        CountUpdates(now, staleness, 1);
        AgeCompute += origin.Compute;
        AgeWire += origin.Wire;
        AgeQueue += origin.Queue;
        ref var agent = ref StalenessOf(of);
        agent.Updates++;
        agent.Sum += staleness;
        agent.Max = Math.Max(agent.Max, staleness);
        CountOfAgent(of, staleness, 1);
        Tally?.Update(by, now, staleness, in origin, of);
        if (Recovery is not null)
            NoteRecovery(by, now, of);
        if (IsLogging)
        {
            var update = new UpdateEntry(
                now, of, origin.Version, staleness, origin.Compute, origin.Wire, origin.Queue);
            Log.Add((update, by));
        }
    }

    void NoteRecovery(int by, long now, int of)
    {
        Recovery!.Update(_layout.RoleOf(of), of, now);
        if (by != of)
            Recovery.Update(_layout.RoleOf(by), by, now);
    }

    /// <summary>Updates by contributing agent and staleness, of the first agents, both ascending.</summary>
    public IEnumerable<(int Agent, long Staleness, long Updates)> StalenessOfAgents() =>
        from agent in _stalenessOfAgents.Index()
        from staleness in agent.Item.Take(Used(agent.Item)).Index()
        where staleness.Item > 0
        select (agent.Index, (long)staleness.Index, staleness.Item);

    /// <summary>Updates by staleness that all counted, up to the greatest.</summary>
    public static long[] UpdatesByStaleness(IReadOnlyList<Recording> records)
    {
        var sum = new long[records.Max(r => Used(r.Staleness))];
        foreach (var record in records)
        {
            foreach (var (staleness, updates) in record.Staleness.Take(Used(record.Staleness)).Index())
                sum[staleness] += updates;
        }
        return sum;
    }

    // Up to the last that is not 0.
    static int Used(ReadOnlySpan<long> counts) => counts.LastIndexOfAnyExcept(0) + 1;

    // What was touched of a row.
    long RowBytes(long[] counts, int agent) => sizeof(long) * Math.Min(counts.LongLength, StalenessOf(agent).Max + 1);

    void CountOfAgent(int agent, long staleness, long updates)
    {
        if (agent < _stalenessOfAgents.Length && staleness <= StalenessMax)
            Count(ref _stalenessOfAgents[agent], staleness, updates);
    }

    // A row grows twice at most; pages of the long ones that no staleness reaches take no memory.
    static void Count(ref long[] counts, long staleness, long updates)
    {
        if (counts.Length <= staleness)
            Array.Resize(ref counts, staleness < StalenessShort ? StalenessShort : StalenessMax + 1);
        counts[staleness] += updates;
    }

    /// <summary>Counts the same update of many agents, but not yet for each of them.</summary>
    /// <param name="now">When, in ns.</param>
    /// <param name="staleness">As the method declares it.</param>
    /// <param name="updates">How many agents.</param>
    public void CountUpdates(long now, long staleness, long updates)
    {
        Updates += updates;
        LastUpdate = Math.Max(LastUpdate, now);
        if (staleness <= StalenessMax)
            Count(ref Staleness, staleness, updates);
        else
            StalenessOver += updates;
    }

    /// <summary>Counts for each of some agents of a role what <see cref="CountUpdates"/> counted.</summary>
    /// <param name="first">The first agent.</param>
    /// <param name="agents">How many agents.</param>
    /// <param name="staleness">As the method declares it.</param>
    /// <param name="updates">How many updates of each agent.</param>
    public void AddUpdates(int first, int agents, long staleness, long updates)
    {
        for (var of = first; of < first + agents; of++)
        {
            ref var agent = ref StalenessOf(of);
            agent.Updates += updates;
            agent.Sum += staleness * updates;
            agent.Max = Math.Max(agent.Max, staleness);
            CountOfAgent(of, staleness, updates);
        }
    }

    /// <summary>Counts what updates rest on.</summary>
    public void AddAges(in Core.Programs.Origin origin, long updates)
    {
        AgeCompute += (Int128)origin.Compute * updates;
        AgeWire += (Int128)origin.Wire * updates;
        AgeQueue += (Int128)origin.Queue * updates;
    }

    /// <summary>Counts computations that ended.</summary>
    /// <param name="computations">How many computations.</param>
    /// <param name="time">How long each took, in ns.</param>
    public void Compute(long computations, long time)
    {
        Computations += computations;
        ComputeTime += (Int128)time * computations;
    }

    /// <summary>Counts a computation that was given up.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="time">How long it went on, in ns.</param>
    public void GiveUp(Core.Programs.WasteReason reason, long time)
    {
        ComputeTime += time;
        Waste.Count(reason, time, 0);
    }

    /// <summary>Counts messages that agents of a role send.</summary>
    /// <param name="role">The role's rank.</param>
    /// <param name="messages">How many messages.</param>
    /// <param name="bytes">Their bytes on the wire.</param>
    public void CountMessages(int role, long messages, long bytes)
    {
        ref var traffic = ref Traffic[role];
        traffic = (traffic.Messages + messages, traffic.Bytes + bytes);
        Messages += messages;
        Bytes += bytes;
    }

    /// <summary>The first value that was not finite: when, and whose.</summary>
    public (long Time, int Agent)? NotFinite;

    /// <summary>The first agent that ended the run: when, and who.</summary>
    public (long Time, int Agent)? Stopped;

    /// <summary>The earlier of two, that of the agent with the lower number where they are at one instant.</summary>
    public static (long Time, int Agent) Earlier((long Time, int Agent)? a, (long Time, int Agent) b) =>
        a is { } other && other.CompareTo(b) < 0 ? other : b;

    public bool IsLogging { get; }

    // When a message from one agent to another was last lost: for explaining a run that cannot go on. Of too many links
    // those of the lowest numbers are remembered, whatever lies in which partition.
    readonly Dictionary<(int From, int To), long> _lost = [];
    (int From, int To) _lostLast = (int.MaxValue, int.MaxValue);

    /// <summary>Counts a lost message.</summary>
    public void Lose(int from, int to, long time)
    {
        Lost++;
        Tally?.Lost(from, time, to);
        NoteLoss(from, to, time);
    }

    void NoteLoss(int from, int to, long time)
    {
        if ((from, to).CompareTo(_lostLast) > 0)
            return;
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_lost, (from, to), out _);
        last = Math.Max(last, time);
        if (_lost.Count < 2 * LostMax)
            return;
        var links = _lost.Keys.Order().ToArray();
        _lostLast = links[LostMax - 1];
        foreach (var link in links.AsSpan(LostMax))
            _lost.Remove(link);
    }

    /// <summary>When messages between two agents were last lost, in ns, in the order of the links.</summary>
    public static IEnumerable<((int From, int To) Link, long Time)> LossesOf(IEnumerable<Recording> records) =>
        records.SelectMany(r => r._lost).GroupBy(l => l.Key, l => l.Value).OrderBy(g => g.Key).Take(LostMax)
            .Select(g => (g.Key, g.Max()));

    /// <summary>Counts a message whose delay the quantum raised.</summary>
    /// <param name="by">By how much, in ns.</param>
    public void Raise(long by)
    {
        Raised++;
        RaisedSum += by;
        RaisedMax = Math.Max(RaisedMax, by);
    }

    /// <summary>Logged updates, each with the agent that recorded it.</summary>
    public List<(UpdateEntry Update, int By)> Log { get; } = [];

    public List<TimelineSpan> Timeline { get; } = [];

    /// <summary>No agent beyond this one is in the timeline: one comparison for most events.</summary>
    public int SampledLast { get; }

    public bool IsSampled(int agent) => agent <= SampledLast && _sampled.Contains(agent);

    public void Span(int agent, string kind, string name, long start, long end, int peer)
    {
        if (!IsSampled(agent))
            return;
        ref var spans = ref CollectionsMarshal.GetValueRefOrAddDefault(_spansOf, agent, out _);
        if (spans++ < _spansPerAgent)
            Timeline.Add(new TimelineSpan(agent, kind, name, start, end, peer));
    }
}
