using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Partitions;

/// <summary>
/// Which partition an agent belongs to. All agents of a place are in one partition, and all servers; tokens, which
/// have no place of their own, are cut by their numbers. Lookahead = the smallest delay that can cross a cut, in ns.
/// It is a function of the plan alone, so that all processes of a run find the same.
/// </summary>
sealed class Partitioning
{
    // A lookahead this short holds about one event: windows would cost more than they save.
    const long LookaheadMin = 1;

    // Partitions are numbered by 16 bits.
    const int CountMax = 1 << 12;

    readonly ushort[] _of;
    readonly AgentRange[][][] _ranges;

    Partitioning(Layout layout, int count, ushort[] of)
    {
        (Count, _of) = (count, of);
        _ranges = [.. layout.Roles.Select(role => RangesOf(role))];
    }

    public int Count { get; }

    public long Lookahead { get; private init; }

    /// <summary>Whether partitions follow the links rather than the numbers of places.</summary>
    public bool IsLocal { get; private init; }

    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>All agents in one partition.</summary>
    public static Partitioning One(Layout layout) => new(layout, 1, new ushort[layout.Agents]);

    /// <param name="plan">The run; where it leaves the number of partitions open, there is one for each thread as
    /// far as windows hold enough events.</param>
    /// <param name="layout">Its method's layout.</param>
    public static Partitioning Of(RunPlan plan, Layout layout)
    {
        var wanted = plan.Partitions ?? Paying.Partitions(
            plan, layout, threads => LookaheadOf(plan, layout, () => CutOf(plan, layout, threads)));
        wanted = Math.Clamp(wanted, 1, Math.Clamp(layout.Agents, 1, CountMax));
        if (wanted == 1)
            return One(layout);
        var cut = CutOf(plan, layout, wanted);
        var lookahead = LookaheadOf(plan, layout, () => cut);
        if (lookahead <= LookaheadMin && !plan.ForcePartitions)
        {
            return new Partitioning(layout, 1, new ushort[layout.Agents])
            {
                Warnings = [WhyOne(plan, layout, wanted, lookahead)],
            };
        }
        return new Partitioning(layout, wanted, AgentsOf(layout, cut.Parts, wanted))
        {
            Lookahead = lookahead,
            IsLocal = cut.IsLocal,
        };
    }

    /// <summary>
    /// A window may last as long as no event in it can affect another partition within it: the lookahead; without one,
    /// a single depth of a single instant; a single partition's, up to the instant given.
    /// </summary>
    /// <param name="first">The earliest event of all partitions.</param>
    /// <param name="instant">Where every window ends, in ns.</param>
    public Moment WindowEnd(Moment first, long instant)
    {
        if (Count == 1)
            return new Moment(instant, 0);
        return Lookahead == 0
            ? new Moment(first.Time, first.Depth + 1)
            : new Moment(Math.Min(instant, first.Time + Lookahead), 0);
    }

    /// <summary>The agents of a role that belong to a partition, ascending.</summary>
    public IReadOnlyList<AgentRange> Ranges(RoleLayout role, int partition) => _ranges[role.Index][partition];

    /// <summary>The partition of an agent.</summary>
    public int Of(int agent) => _of[agent];

    /// <summary>Fetches what <see cref="Of(int)"/> reads.</summary>
    /// <param name="agent">The agent.</param>
    public void Fetch(int agent) => Prefetch.Item(ref _of[agent]);

    static GraphCut CutOf(RunPlan plan, Layout layout, int count)
    {
        var loads = Loads.Of(plan, layout);
        var hasServers = loads.Length > plan.Places;
        // Where all links are alike, only their structure matters, and some have none.
        var isPlain = plan.Links.Delay.IsUniform && plan.Topology is null or { IsComplete: true };
        if (isPlain || plan.Topology is { HasRows: false } || HasTokens(layout))
            return new GraphCut(GraphCut.Divide(GraphCut.Natural(loads.Length, hasServers), loads, count), 0, 0);
        return GraphCut.Of(CutGraph.Of(plan, loads), count);
    }

    static bool HasTokens(Layout layout) => layout.Roles.Any(r => r.Count == Core.Programs.Count.Tokens);

    static ushort[] AgentsOf(Layout layout, ushort[] parts, int count)
    {
        var of = new ushort[layout.Agents];
        foreach (var role in layout.Roles)
        {
            for (var i = 0; i < role.Agents; i++)
            {
                of[role.First + i] = role.Count switch
                {
                    Core.Programs.Count.One => parts[^1],
                    Core.Programs.Count.Tokens => (ushort)((long)i * count / role.Agents),
                    _ => parts[i],
                };
            }
        }
        return of;
    }

    AgentRange[][] RangesOf(RoleLayout role)
    {
        var ranges = new List<AgentRange>[Count];
        for (var p = 0; p < Count; p++)
            ranges[p] = [];
        for (int first = 0, end; first < role.Agents; first = end)
        {
            var partition = _of[role.First + first];
            for (end = first + 1; end < role.Agents && _of[role.First + end] == partition;)
                end++;
            ranges[partition].Add(new AgentRange(first, end));
        }
        return [.. ranges.Select(r => r.ToArray())];
    }

    static long LookaheadOf(RunPlan plan, Layout layout, Func<GraphCut> cut)
    {
        // Tokens alone send nothing; with others around, they talk to their place without delay.
        if (HasTokens(layout))
            return layout.Roles.Any(r => r.Count != Core.Programs.Count.Tokens) ? 0 : Lookaheads.Unlimited;
        // Where all links have one floor, it does not matter which of them cross; an overlay's cross every cut.
        return !plan.Links.Delay.IsUniform && !layout.HasOverlays && cut().Lookahead is > 0 and var least
            ? least
            : Lookaheads.Of(plan.Links, plan.Links.Delay.FloorOverall);
    }

    static string WhyOne(RunPlan plan, Layout layout, int wanted, long lookahead)
    {
        var (reason, remedy) = HasTokens(layout)
            ? ("tokens talk to the node they stand on without delay",
                "such a run uses more threads for computations only")
            : ($"a message over links of '{plan.Links.Delay}' can take {lookahead} ns",
                "give the delay a floor, as 'shift' does, or the links a 'quantum'");
        return $"one partition instead of {wanted}: {reason}, so a window would hold about one event; {remedy}";
    }
}
