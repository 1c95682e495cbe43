using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;
using AsyncOpt.Testing;

namespace AsyncOpt.Swarm.Checks;

/// <summary>
/// Once all faults are over, updates go on: in the second half of the run there is one, where without faults none takes
/// longer than a tenth of the run.
/// </summary>
static class LivenessCheck
{
    const double SlowestShare = 0.1;

    public static void Of(World world)
    {
        if (!IsAsked(world))
            return;
        var (record, half) = (world.Record, world.Plan.Stop.Time!.Value.Nanoseconds / 2);
        if (record.Outcome == Outcome.Stalled)
            throw new ContractException($"faults are over, and it came to a standstill: {record.Reason}");
        if (record.Counts.LastUpdate <= half)
        {
            throw new ContractException($"faults are over before {half} ns, and the last update was at "
                + $"{record.Counts.LastUpdate} ns; without faults none takes longer than {SlowestShare} of the run");
        }
    }

    /// <summary>Whether the method goes on by itself after these faults, and is fast enough to show it.</summary>
    public static bool IsAsked(World world)
    {
        var plan = world.Plan;
        if (!world.IsLiveness || plan.Stop.Time is not { } end || world.Record.VirtualTime < end.Nanoseconds
            || world.Record.Outcome == Outcome.Diverged)
            return false;
        if (plan.Faults.Count == 0 || plan.Faults.Index().Any(f => StoppingFault.Warning(f.Index, plan) is not null))
            return false;
        var undisturbed = Simulator.Run(plan with { Faults = [], LogUpdates = true });
        return SlowestUpdate(undisturbed, end.Nanoseconds) < SlowestShare * end.Nanoseconds;
    }

    static long SlowestUpdate(RunRecord record, long end)
    {
        var (last, slowest) = (0L, 0L);
        foreach (var time in record.UpdateLog.Select(u => u.Time).Append(end))
            (last, slowest) = (time, Math.Max(slowest, time - last));
        return slowest;
    }
}
