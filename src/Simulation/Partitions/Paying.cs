using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Scripts;

namespace AsyncOpt.Simulation.Partitions;

/// <summary>
/// How many partitions pay, where a run leaves that open: by its specification and the number of threads alone.
/// </summary>
static class Paying
{
    // A window costs two barriers, and as long as its slowest partition. Measured on 2 cores, two partitions to one, by
    // the events of a window: PHOLD, whose events do next to nothing, 0.9 at 10, 1.2 at 20, 1.7 from 50 on; gossip with
    // a model of 22 numbers 0.9 at 10, 1.2 at 20, 1.4 from 40 on; gradients of 20 samples of 200 numbers, which one
    // partition shares out over the threads as well, 0.9 at 10, 1.0 from 25 on. Where other programs keep a core busy,
    // barriers wait for it: then it takes some hundred events to break even.
    const double EventsMin = 100;

    /// <summary>At most one partition for each thread.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="layout">Its method's layout.</param>
    /// <param name="lookahead">The lookahead that a cut into this many has, in ns.</param>
    public static int Partitions(RunPlan plan, Layout layout, Func<int, long> lookahead)
    {
        var threads = plan.ThreadsHere;
        // What a server does is done by one thread, and the computations of its workers are shared out anyway.
        if (threads < 2 || layout.Roles.Any(r => r.Count == Count.One))
            return 1;
        // The threads share the agents of a round; partitions would go event by event.
        if (Lockstep.Of(plan, layout) is not null)
            return 1;
        var window = Math.Min(lookahead(threads) / 1e9, plan.SampleEvery.Seconds);
        return (int)Math.Clamp(Loads.EventsPerSecond(plan, layout) * window / EventsMin, 1, threads);
    }
}
