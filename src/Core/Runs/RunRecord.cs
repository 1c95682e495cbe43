namespace AsyncOpt.Core.Runs;

/// <summary>How a run ended.</summary>
public enum Outcome
{
    /// <summary>A budget was spent.</summary>
    BudgetSpent,

    /// <summary>The target was reached.</summary>
    TargetReached,

    /// <summary>An agent ended the run, or all is done: nobody acts, nobody waits.</summary>
    Completed,

    /// <summary>A value is not finite, or the loss is beyond its limit.</summary>
    Diverged,

    /// <summary>
    /// Nobody can act any more while agents wait, or a budget was spent and no update was made over the last part of
    /// it.
    /// </summary>
    Stalled,

    /// <summary>The user cancelled it.</summary>
    Cancelled,
}

/// <summary>One value of one metric at one sampling instant.</summary>
/// <param name="Time">Virtual seconds.</param>
/// <param name="Updates">Updates so far.</param>
/// <param name="Gradients">Stochastic gradients so far.</param>
/// <param name="Samples">Samples so far.</param>
/// <param name="Bytes">Bytes sent so far.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Value">Its value.</param>
public readonly record struct MetricPoint(
    double Time, long Updates, long Gradients, long Samples, long Bytes, string Metric, double Value);

/// <summary>One logged update: times in ns, staleness as the method declares it.</summary>
public readonly record struct UpdateEntry(
    long Time, int Agent, long Version, long Staleness, long Compute, long Wire, long Queue);

/// <summary>A span of the timeline, in virtual ns.</summary>
/// <param name="Agent">Whose; for messages, the receiver's.</param>
/// <param name="Kind">compute, service, wire or down.</param>
/// <param name="Name">The oracle, the message kind, ....</param>
/// <param name="Start">Start, in ns.</param>
/// <param name="End">End, in ns.</param>
/// <param name="Peer">The sender, for messages; -1 otherwise.</param>
public readonly record struct TimelineSpan(int Agent, string Kind, string Name, long Start, long End, int Peer);

/// <summary>Traffic of one role.</summary>
/// <param name="Role">The role's name.</param>
/// <param name="Agents">How many agents it has.</param>
/// <param name="Messages">Messages its agents sent.</param>
/// <param name="Bytes">Bytes its agents sent.</param>
public sealed record RoleTraffic(string Role, int Agents, long Messages, long Bytes);

/// <summary>How stale updates were.</summary>
/// <param name="Counts">Counts[s] = updates of staleness s, up to the largest kept one by one.</param>
/// <param name="Overflow">Updates staler than that.</param>
/// <param name="Max">The largest staleness.</param>
/// <param name="Sum">The sum of all.</param>
/// <param name="Updates">How many updates there were.</param>
/// <param name="AgentMeans">Per contributing agent: (agent, updates, mean, max), in ascending order.</param>
public sealed record StalenessRecord(
    long[] Counts, long Overflow, long Max, double Sum, long Updates,
    IReadOnlyList<(int Agent, long Updates, double Mean, long Max)> AgentMeans)
{
    /// <summary>
    /// Updates by agent and staleness, ascending, for agents numbered below 256; without those staler than what is kept
    /// one by one.
    /// </summary>
    public IReadOnlyList<(int Agent, long Staleness, long Updates)> AgentCounts { get; init; } = [];

    /// <summary>The mean over all updates; 0 without any.</summary>
    public double Mean => Updates == 0 ? 0 : Sum / Updates;
}

/// <summary>Age of what updates rested on, summed over all updates, in seconds.</summary>
/// <param name="Compute">In computations and service.</param>
/// <param name="Wire">On the wire.</param>
/// <param name="Queue">At rest.</param>
public readonly record struct AgeRecord(double Compute, double Wire, double Queue);

/// <summary>What a run counted.</summary>
public sealed record RunCounts
{
    /// <summary>Events handled.</summary>
    public long Events { get; init; }

    /// <summary>Messages sent.</summary>
    public long Messages { get; init; }

    /// <summary>Bytes sent, those of further tries among them.</summary>
    public long Bytes { get; init; }

    /// <summary>
    /// Messages that fault rules dropped, that found no room at a card or to wait for service, or that came to an agent
    /// that was down.
    /// </summary>
    public long Lost { get; init; }

    /// <summary>Messages that fault rules duplicated.</summary>
    public long Duplicated { get; init; }

    /// <summary>How often a message that was lost was sent again.</summary>
    public long Retried { get; init; }

    /// <summary>Messages that were lost at each of their tries.</summary>
    public long GivenUp { get; init; }

    /// <summary>
    /// How often a message found no room at a network card, each try counted, or to wait at its receiver.
    /// </summary>
    public long Overflowed { get; init; }

    /// <summary>
    /// Bytes of what fault rules dropped, or what found no room at its sender's card, each try counted.
    /// </summary>
    public long LostBytes { get; init; }

    /// <summary>The share of the bytes sent that are not among <see cref="LostBytes"/>.</summary>
    public double Goodput => Bytes == 0 ? 1 : (double)(Bytes - LostBytes) / Bytes;

    /// <summary>Messages whose delay the quantum of the links raised.</summary>
    public long Raised { get; init; }

    /// <summary>By how much in all, in ns.</summary>
    public long RaisedSum { get; init; }

    /// <summary>By how much at most, in ns.</summary>
    public long RaisedMax { get; init; }

    /// <summary>Updates recorded.</summary>
    public long Updates { get; init; }

    /// <summary>When the last update was made, in ns; 0 before the first.</summary>
    public long LastUpdate { get; init; }

    /// <summary>Stochastic gradients completed.</summary>
    public long Gradients { get; init; }

    /// <summary>Samples in completed computations.</summary>
    public long Samples { get; init; }

    /// <summary>Batches of pending computations evaluated together.</summary>
    public long Batches { get; init; }

    /// <summary>Computations in the largest batch.</summary>
    public long BatchMax { get; init; }

    /// <summary>Computations evaluated.</summary>
    public long Evaluations { get; init; }

    /// <summary>Computations evaluated, then cancelled or lost in a crash.</summary>
    public long WastedEvaluations { get; init; }

    /// <summary>Computations that ended, reductions not among them.</summary>
    public long Computations { get; init; }

    /// <summary>Virtual seconds that agents spent computing, what was given up among them.</summary>
    public double ComputeSeconds { get; init; }

    /// <summary>Pairs of neighbouring events at one agent with equal time, depth and class.</summary>
    public long Ties { get; init; }

    /// <summary>Windows executed.</summary>
    public long Windows { get; init; }

    /// <summary>Rounds: how often all agents of a role were handled at once.</summary>
    public long Cohorts { get; init; }

    /// <summary>Sweeps: how often the events of a span of time were handled agent after agent.</summary>
    public long Sweeps { get; init; }

    /// <summary>Agents that a crash took down, and tokens that came to a node that was down.</summary>
    public long Crashes { get; init; }
}

/// <summary>Everything a host reports of a run. Reports are pure functions of it.</summary>
public sealed record RunRecord
{
    /// <summary>How it ended.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>One sentence: why.</summary>
    public required string Reason { get; init; }

    /// <summary>The hash over all agents' chains and final vectors.</summary>
    public required ulong Hash { get; init; }

    /// <summary>Virtual time at the end, in ns.</summary>
    public required long VirtualTime { get; init; }

    /// <summary>Seconds on the wall, set-up included.</summary>
    public double WallSeconds { get; init; }

    /// <summary>Seconds on the wall spent evaluating metrics.</summary>
    public double EvaluationSeconds { get; init; }

    /// <summary>
    /// Seconds on the wall spent on computations, of threads side by side the mean; 0 where the host does not measure
    /// it.
    /// </summary>
    public double ComputationSeconds { get; init; }

    /// <summary>Partitions used.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>The lookahead between partitions, in ns.</summary>
    public long Lookahead { get; init; }

    /// <summary>Whether partitions follow the links rather than the numbers of places.</summary>
    public bool IsCutLocal { get; init; }

    /// <summary>Threads that ran partitions, times those that evaluated the batches of each.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Where kernels ran, as the numerics class names it.</summary>
    public string Device { get; init; } = NumericsClass.Processor;

    /// <summary>Number of agents.</summary>
    public int Agents { get; init; }

    /// <summary>Who they are, in the order of their numbers; empty where that is not known.</summary>
    public IReadOnlyList<AgentRole> Roles { get; init; } = [];

    /// <summary>What was counted.</summary>
    public required RunCounts Counts { get; init; }

    /// <summary>Traffic per role.</summary>
    public required IReadOnlyList<RoleTraffic> Traffic { get; init; }

    /// <summary>How often each fault fired, in declared order.</summary>
    public IReadOnlyList<FaultCount> Faults { get; init; } = [];

    /// <summary>
    /// What the run was expected to come to and did not, a sentence each; null where nothing is expected of it, or it
    /// was cancelled.
    /// </summary>
    public IReadOnlyList<string>? Unmet { get; init; }

    /// <summary>What came to nothing, by reason, in the order of the reasons; only those that there were.</summary>
    public IReadOnlyList<WasteCount> Waste { get; init; } = [];

    /// <summary>How long it took after the faults that ended until things went on, in declared order.</summary>
    public IReadOnlyList<RecoveryTimes> Recovery { get; init; } = [];

    /// <summary>Metrics, in the order of sampling.</summary>
    public required IReadOnlyList<MetricPoint> Metrics { get; init; }

    /// <summary>The scale of each metric that is not linear.</summary>
    public IReadOnlyList<(string Metric, Scale Scale)> Scales { get; init; } = [];

    /// <summary>The metrics of which more is better.</summary>
    public IReadOnlyList<string> BetterAbove { get; init; } = [];

    /// <summary>Staleness.</summary>
    public required StalenessRecord Staleness { get; init; }

    /// <summary>What theory says of staleness beside what was measured; none where conditions are not met.</summary>
    public IReadOnlyList<Theory.StalenessComparison> StalenessTheory { get; init; } = [];

    /// <summary>Age of what updates rested on.</summary>
    public AgeRecord Age { get; init; }

    /// <summary>Logged updates, sorted by time and agent; empty unless asked for.</summary>
    public IReadOnlyList<UpdateEntry> UpdateLog { get; init; } = [];

    /// <summary>What computations and messages drew; null unless asked for.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>The timeline of the sampled agents.</summary>
    public IReadOnlyList<TimelineSpan> Timeline { get; init; } = [];

    /// <summary>The agents in the timeline, (agent, role, index).</summary>
    public IReadOnlyList<(int Agent, string Role, int Index)> TimelineAgents { get; init; } = [];

    /// <summary>The estimate at the end, d coordinates in float64.</summary>
    public double[] Estimate { get; init; } = [];

    /// <summary>Bytes of memory the engine accounts for: agents, vectors, snapshots, pending events.</summary>
    public long EngineBytes { get; init; }

    /// <summary>The time at which the target was first met, in virtual seconds; null if never.</summary>
    public double? TimeToTarget { get; init; }

    /// <summary>Warnings for the user.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What people read of an agent, such as <c>worker 3</c>; its number where roles are not known.</summary>
    /// <param name="agent">The agent's number.</param>
    public string NameOf(int agent)
    {
        if (Roles.Count == 0)
            return agent.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var (role, index) = AgentRole.Of(Roles, agent);
        return role.NameOf(index);
    }

    /// <summary>Whether more of a metric is better.</summary>
    public bool IsBetterAbove(string metric) => BetterAbove.Contains(metric);

    /// <summary>The scale of a metric's intervals.</summary>
    public Scale ScaleOf(string metric) => Scales.FirstOrDefault(s => s.Metric == metric).Scale;
}

/// <summary>What a host tells about a run in progress.</summary>
/// <param name="Share">Share of the budget spent, 0 to 1; NaN where no budget tells.</param>
/// <param name="VirtualTime">Virtual seconds.</param>
/// <param name="Events">Events handled.</param>
/// <param name="Updates">Updates so far.</param>
/// <param name="Metrics">The current metrics.</param>
public sealed record RunProgress(
    double Share, double VirtualTime, long Events, long Updates, IReadOnlyList<(string Metric, double Value)> Metrics);
