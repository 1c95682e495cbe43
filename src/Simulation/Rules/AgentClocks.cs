using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Rules;

/// <summary>The clocks by which agents set timers, where faults make them wrong.</summary>
sealed class AgentClocks
{
    readonly (Fault Rule, int Number)[] _rules;
    readonly ulong _seed;

    AgentClocks(RunPlan plan)
    {
        _rules = [.. plan.Faults.Select((fault, i) => (fault, i)).Where(f => f.fault.ChangesTimers)];
        _seed = plan.Seeds.Run;
    }

    /// <summary>Those of a run; null where all are right.</summary>
    public static AgentClocks? Of(RunPlan plan) => plan.Faults.Any(f => f.ChangesTimers) ? new(plan) : null;

    /// <summary>How long a timer takes.</summary>
    /// <param name="place">Where its agent is; -1 for the server.</param>
    /// <param name="now">When it is set, in ns.</param>
    /// <param name="delay">How long it is to take, in ns.</param>
    /// <param name="faults">Counts what each of the run's faults did.</param>
    public long DelayOf(int place, long now, long delay, FaultTally faults)
    {
        foreach (var (rule, number) in _rules)
        {
            var before = delay;
            delay = rule.TimerDelay(place, new(now), new(delay), _seed).Nanoseconds;
            if (delay != before)
                faults.Count(number, FaultDeed.Mistimed);
        }
        return delay;
    }
}
