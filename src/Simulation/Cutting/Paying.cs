using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Cutting;

/// <summary>
/// How many partitions pay, where a run leaves that open: by its specification and the number of threads alone.
/// </summary>
static class Paying
{
    // A window costs two barriers, and as long as its slowest partition: with fewer events than this in each, one
    // partition is about as fast.
    const double EventsMin = 500;

    /// <summary>At most one partition for each thread.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="layout">Its method's layout.</param>
    /// <param name="lookahead">The lookahead that a cut into this many has, in ns.</param>
    public static int Partitions(RunPlan plan, Layout layout, Func<int, long> lookahead)
    {
        var threads = plan.ThreadsHere;
        // What a server does is done by one thread, and the computations of its workers are shared out anyway.
        if (threads < 2 || layout.Roles.Any(r => r.Count == Count.One) || MayBeInLockstep(plan, layout))
            return 1;
        var window = Math.Min(lookahead(threads) / 1e9, plan.SampleEvery);
        return (int)Math.Clamp(Loads.EventsPerSecond(plan, layout) * window / EventsMin, 1, threads);
    }

    // Rounds are handled as arrays, over all threads, where all agents are in one partition.
    static bool MayBeInLockstep(RunPlan plan, Layout layout) =>
        plan.Topology is { Period: 1, HasRows: true } && layout.Roles is [{ Count: Count.PerNode }]
        && plan.Links is { Delay.IsRandom: false, Quantum: 0 } && plan.Compute.Jitter is null
        && Array.TrueForAll(plan.Compute.Factors, f => f == plan.Compute.Factors[0]);
}
