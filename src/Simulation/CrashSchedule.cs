using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation;

/// <summary>A crash of one agent.</summary>
/// <param name="Agent">Whose.</param>
/// <param name="At">When, in ns.</param>
/// <param name="Until">When it comes back, in ns; null for never.</param>
/// <param name="Number">Rank of the crash among all, times two: it and the restart are told apart by it.</param>
readonly record struct AgentCrash(int Agent, long At, long? Until, uint Number);

/// <summary>When the faults of a run let agents crash: known before it begins, the same for every host.</summary>
static class CrashSchedule
{
    /// <summary>The first crash of an agent that is not over at a time, in ns; null for none.</summary>
    public static AgentCrash? NotOver(RunPlan plan, Layout layout, int agent, long time) => Of(plan, layout)
        .Where(c => c.Agent == agent && !(c.Until <= time)).OrderBy(c => c.At).Select(c => (AgentCrash?)c)
        .FirstOrDefault();

    /// <summary>The crashes of all agents at the places that the faults name.</summary>
    public static IEnumerable<AgentCrash> Of(RunPlan plan, Layout layout)
    {
        var horizon = plan.Stop.Time ?? double.PositiveInfinity;
        uint number = 0;
        foreach (var fault in plan.Faults)
        {
            foreach (var crash in fault.Crashes(plan.Places, plan.Seeds.Run, horizon))
            {
                foreach (var role in layout.Roles)
                {
                    var agent = role.Count switch
                    {
                        Count.One when crash.Place < 0 => role.First,
                        Count.PerNode or Count.PerWorker when crash.Place >= 0 => role.First + crash.Place,
                        _ => -1,
                    };
                    if (agent < 0)
                        continue;
                    long? until = double.IsFinite(crash.Until) ? Links.Nanoseconds(crash.Until) : null;
                    yield return new AgentCrash(agent, Links.Nanoseconds(crash.At), until, number);
                    number += 2;
                }
            }
        }
    }
}
