using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Partitions;

/// <summary>
/// What a run's agents have to do, as far as its specification tells before it runs: an agent computes, hears from
/// those it is linked with, and begins again.
/// </summary>
static class Loads
{
    // A delay of nothing is taken for this many seconds.
    const double SecondsMin = 1e-9;

    // How many delays are drawn to see what is usual.
    const int Samples = 64;

    /// <summary>Expected events per second of each place and, where there are any, of the servers together.</summary>
    public static double[] Of(RunPlan plan, Layout layout)
    {
        var hasServers = layout.Roles.Any(r => r.Count == Count.One);
        var loads = new double[plan.Places + (hasServers ? 1 : 0)];
        var delay = UsualDelay(plan);
        for (var place = 0; place < plan.Places; place++)
        {
            var rate = RateOf(plan, place, delay);
            var heard = plan.Topology is { } topology ? topology.InDegree(place) : 0;
            loads[place] = rate * (1 + heard + (hasServers ? 1 : 0));
            if (hasServers)
                loads[^1] += rate;
        }
        return loads;
    }

    /// <summary>
    /// Events per second of the whole run, about: a round is one computation, and one message to one other agent, or
    /// the arrival of a token.
    /// </summary>
    public static double EventsPerSecond(RunPlan plan, Layout layout)
    {
        var delay = UsualDelay(plan);
        var places = Enumerable.Range(0, plan.Places).Sum(place => RateOf(plan, place, delay));
        var isTokens = layout.Roles.All(r => r.Count == Count.Tokens);
        return 2 * (isTokens ? places / plan.Places * layout.Agents : places);
    }

    // Rounds per second: a computation of one sample, and a message.
    static double RateOf(RunPlan plan, int place, double delay)
    {
        var compute = plan.Compute;
        var jitter = compute.Jitter?.Mean is { } mean && double.IsFinite(mean) ? mean : 1;
        var seconds = compute.Duration(compute.Factors[place], steps: 1, samples: 1).Seconds * jitter;
        return 1 / Math.Max(SecondsMin, seconds + delay);
    }

    // The median of delays over links all over the graph, or from the server: a mean may be infinite, and the floor far
    // below all others. The draws are the same for every seed.
    static double UsualDelay(RunPlan plan)
    {
        var delays = new double[Samples];
        for (var i = 0; i < Samples; i++)
        {
            var place = (int)((long)i * plan.Places / Samples);
            var (from, to) = plan.Topology is { } topology && topology.OutDegree(place) is > 0 and var degree
                ? (place, topology.OutNeighbour(place, i % degree))
                : (-1, place);
            delays[i] = plan.Links.Delay.Sample(from, to, new Draw(0, Purpose.None, 0, (ulong)i)).Seconds;
        }
        Array.Sort(delays);
        return Math.Max(delays[Samples / 2], plan.Links.Quantum.Seconds);
    }
}
