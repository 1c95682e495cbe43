using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation;

/// <summary>
/// Which partition an agent belongs to: each role is cut into contiguous ranges, so that roles of the same places are
/// cut alike. Lookahead = the smallest delay that can cross a cut, in ns.
/// </summary>
sealed class Partitioning
{
    // A lookahead this short holds about one event: windows would cost more than they save.
    const long LookaheadMin = 1;

    readonly Layout _layout;

    Partitioning(Layout layout, int count, long lookahead, string[] warnings) =>
        (_layout, Count, Lookahead, Warnings) = (layout, count, lookahead, warnings);

    public int Count { get; }

    public long Lookahead { get; }

    public IReadOnlyList<string> Warnings { get; }

    /// <summary>All agents in one partition.</summary>
    public static Partitioning One(Layout layout) => new(layout, 1, 0, []);

    public static Partitioning Of(RunPlan plan, Layout layout)
    {
        var wanted = Math.Clamp(plan.Partitions ?? 1, 1, Math.Max(1, layout.Agents));
        if (wanted == 1)
            return One(layout);
        var lookahead = LookaheadOf(plan, layout);
        if (lookahead > LookaheadMin || plan.ForcePartitions)
            return new Partitioning(layout, wanted, lookahead, []);
        return new Partitioning(layout, 1, lookahead,
        [
            $"one partition instead of {wanted}: messages between partitions can take {lookahead} ns, so a window "
            + "would hold about one event; give the links a delay with a floor",
        ]);
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

    /// <summary>The agents of a role that belong to a partition.</summary>
    public AgentRange Range(RoleLayout role, int partition) =>
        new(FirstOf(role, partition), FirstOf(role, partition + 1));

    int FirstOf(RoleLayout role, int partition) => (int)((((long)partition * role.Agents) + Count - 1) / Count);

    /// <summary>The partition of an agent.</summary>
    public int Of(int agent)
    {
        var role = _layout.RoleOf(agent);
        return (int)((long)(agent - role.First) * Count / role.Agents);
    }

    static long LookaheadOf(RunPlan plan, Layout layout)
    {
        var tokens = layout.Roles.Any(r => r.Count == Core.Programs.Count.Tokens);
        var others = layout.Roles.Any(r => r.Count != Core.Programs.Count.Tokens);
        // Tokens alone send nothing; with others around, they talk to their place without delay.
        if (tokens)
            return others ? 0 : long.MaxValue / 4;
        var floor = Links.Nanoseconds(plan.Links.Delay.FloorOverall);
        return plan.Links.Delay.IsRandom ? Math.Max(1, floor) : floor;
    }
}
