using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Testing;

namespace AsyncOpt.Benchmarks.Workloads;

/// <summary>PHOLD: messages that are passed on and on, delay 0.1 + 0.9 E seconds.</summary>
static class PholdWorkload
{
    /// <summary>A workload whose unit is an event.</summary>
    /// <param name="agents">Agents.</param>
    /// <param name="each">Messages per agent: <c>agents x each</c> events are pending at any time.</param>
    /// <param name="warmUp">Events before the clock starts, about.</param>
    /// <param name="timed">Events that are timed, about.</param>
    /// <param name="cores">Partitions and threads.</param>
    public static Workload Of(int agents, int each, long warmUp, long timed, int cores = 1)
    {
        var delay = new ShiftedExponential(new() { Shift = 0.1, Mean = 0.9 });
        var plan = Plans.Of(new Phold(each), agents, 1, delay) with
        {
            Topology = Topology.Complete("complete", agents),
            Partitions = cores,
        };
        // The mean delay is 1 s: as many events per virtual second as are pending.
        var pending = (double)agents * each;
        return new Workload(plan, warmUp / pending, timed / pending, p => p.Events) { Threads = cores };
    }
}
