using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Runs;
using AsyncOpt.Testing;

namespace AsyncOpt.Swarm.Checks;

/// <summary>Staleness, counted again from the log of updates.</summary>
static class StalenessCheck
{
    public static void Of(World world)
    {
        var (log, record) = (world.Witness.Record.UpdateLog, world.Witness.Record);
        Equal("updates", log.Count, record.Counts.Updates);
        foreach (var u in log.Where(u => u.Staleness < 0 || u.Compute < 0 || u.Wire < 0 || u.Queue < 0))
            throw new ContractException($"something of an update is below 0: {u}");
        var staleness = record.Staleness;
        Equal("updates with a staleness", log.Count, staleness.Updates);
        Equal("the sum of staleness", log.Sum(u => u.Staleness), (long)staleness.Sum);
        Equal("the largest staleness", log.Count == 0 ? 0 : log.Max(u => u.Staleness), staleness.Max);
        for (var s = 0; s < staleness.Counts.Length; s++)
            Equal($"updates of staleness {s}", log.Count(u => u.Staleness == s), staleness.Counts[s]);
        foreach (var (agent, updates, _, max) in staleness.AgentMeans)
        {
            var own = log.Where(u => u.Agent == agent).ToList();
            Equal($"updates of agent {agent}", own.Count, updates);
            Equal($"the largest staleness of agent {agent}", own.Max(u => u.Staleness), max);
        }
        if (log.Any(u => u.Time < 0 || u.Time > record.VirtualTime))
            throw new ContractException("an update is logged outside the time of the run");
        if (world.Plan.Method is AsyncSgd)
            Applied(log);
    }

    /// <summary>
    /// A server that makes a version of each update: the n-th update has n before it, so version and staleness add up
    /// to n. Those of one instant are logged by agent, so of them the sums are compared as a set.
    /// </summary>
    static void Applied(IReadOnlyList<UpdateEntry> log)
    {
        var before = 0L;
        foreach (var instant in log.GroupBy(u => u.Time))
        {
            foreach (var sum in instant.Select(u => u.Version + u.Staleness).Order())
                Equal($"version and staleness of an update at {instant.Key} ns", before++, sum);
        }
    }

    static void Equal(string what, long expected, long actual)
    {
        if (expected != actual)
            throw new ContractException($"{what}: {expected} by the log, and {actual}");
    }
}
