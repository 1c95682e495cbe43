using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Rules;

/// <summary>When the faults of a run let agents crash: known before it begins, the same for every host.</summary>
static class CrashSchedule
{
    /// <summary>The first crash of an agent that is not over at a time, in ns; null for none.</summary>
    public static AgentCrash? NotOver(RunPlan plan, Layout layout, int agent, long time) => Of(plan, layout)
        .Where(c => c.Agent == agent && !(c.Until <= time)).OrderBy(c => c.At).Select(c => (AgentCrash?)c)
        .FirstOrDefault();

    /// <summary>
    /// The crashes of all agents that stay at the places that the faults name; none overlap at one agent. Those of
    /// tokens depend on where they are: <see cref="PlaceCrashes"/>.
    /// </summary>
    public static IEnumerable<AgentCrash> Of(RunPlan plan, Layout layout) =>
        OfPlaces(plan).SelectMany(c => AgentsAt(c.Agent, layout).Select(agent => c with { Agent = agent }))
            .Select((c, number) => c with { Number = 2 * (uint)number });

    /// <summary>The crashes of places, each as one of an agent of the place's number; none overlap at one.</summary>
    public static IEnumerable<AgentCrash> OfPlaces(RunPlan plan)
    {
        var crashes = plan.Faults.SelectMany((fault, i) =>
            fault.Crashes(plan.Places, plan.Seeds.Run, plan.Stop.Time).Select(crash => new AgentCrash(
                crash.Place, crash.At.Nanoseconds, crash.Until?.Nanoseconds, 0, i,
                crash.State == CrashedState.Lost)));
        // Those of one fault do not overlap.
        return plan.Faults.Count <= 1 ? crashes : Joined(crashes);
    }

    /// <summary>Who is down already stays down until the last of the crashes that overlap is over.</summary>
    static IEnumerable<AgentCrash> Joined(IEnumerable<AgentCrash> crashes)
    {
        var all = crashes.ToArray();
        var order = Enumerable.Range(0, all.Length).OrderBy(i => all[i].Agent).ThenBy(i => all[i].At).ToArray();
        var isWithin = new bool[all.Length];
        for (int k = 1, first = 0; k < order.Length; k++)
        {
            ref var before = ref all[order[first]];
            ref var crash = ref all[order[k]];
            if (crash.Agent != before.Agent || before.Until <= crash.At)
            {
                first = k;
                continue;
            }
            isWithin[order[k]] = true;
            before = before with { IsStateLost = before.IsStateLost || crash.IsStateLost };
            if (crash.Until is null || crash.Until > before.Until)
                before = before with { Until = before.Until is null ? null : crash.Until };
        }
        return all.Where((_, i) => !isWithin[i]);
    }

    static IEnumerable<int> AgentsAt(int place, Layout layout) => layout.Roles.Select(role => role.Count switch
    {
        Count.One when place < 0 => role.First,
        Count.PerNode or Count.PerWorker when place >= 0 => role.First + place,
        _ => -1,
    }).Where(agent => agent >= 0);
}
