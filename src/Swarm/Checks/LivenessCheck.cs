using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;
using AsyncOpt.Testing;

namespace AsyncOpt.Swarm.Checks;

/// <summary>
/// Once all faults are over, updates go on: in the second half of the run, whoever makes many without faults makes one
/// with them. It is asked where the method says that it goes on after such faults, and where without them no update
/// takes longer than a tenth of the run.
/// </summary>
static class LivenessCheck
{
    const double SlowestShare = 0.1;

    // So many updates of an agent in half of the run that none of them is no accident.
    const int Many = 12;

    public static void Of(World world)
    {
        if (!IsAsked(world))
            return;
        var (record, half) = (world.Record, Half(world));
        if (record.Outcome == Outcome.Stalled)
            throw new ContractException($"faults are over, and it came to a standstill: {record.Reason}");
        var active = Active(world.Witness.Record, half, least: 1);
        foreach (var agent in Active(Undisturbed(world), half, Many).Order())
        {
            if (!active.Contains(agent))
            {
                throw new ContractException($"faults are over before {half} ns, and {record.NameOf(agent)} contributes "
                    + $"to no update from then on; without faults it does so at least {Many} times");
            }
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
        return SlowestUpdate(Undisturbed(world), end.Nanoseconds) < SlowestShare * end.Nanoseconds;
    }

    static RunRecord Undisturbed(World world) => Simulator.Run(world.Plan with { Faults = [], LogUpdates = true });

    static long Half(World world) => world.Plan.Stop.Time!.Value.Nanoseconds / 2;

    static HashSet<int> Active(RunRecord record, long from, int least) =>
    [
        .. record.UpdateLog.Where(u => u.Time > from).CountBy(u => u.Agent).Where(a => a.Value >= least)
            .Select(a => a.Key),
    ];

    static long SlowestUpdate(RunRecord record, long end)
    {
        var (last, slowest) = (0L, 0L);
        foreach (var time in record.UpdateLog.Select(u => u.Time).Append(end))
            (last, slowest) = (time, Math.Max(slowest, time - last));
        return slowest;
    }
}
