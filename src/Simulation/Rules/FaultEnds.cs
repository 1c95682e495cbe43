using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Rules;

/// <summary>
/// When faults at places are over, within a run: known before it begins. Of too many, the first of each fault.
/// </summary>
sealed class FaultEnds
{
    // What is remembered of the updates after each takes memory in every partition.
    const int MostOfFault = 1 << 16;

    readonly int[] _firstOfPlace;

    FaultEnds(int places, FaultEnd[] all)
    {
        All = all;
        _firstOfPlace = new int[places + 2];
        foreach (var end in all)
            _firstOfPlace[end.Place + 2]++;
        for (var i = 1; i < _firstOfPlace.Length; i++)
            _firstOfPlace[i] += _firstOfPlace[i - 1];
    }

    /// <summary>All, by place, the server's first, and time.</summary>
    public FaultEnd[] All { get; }

    /// <summary>Those of a place; -1 for the server.</summary>
    public (int First, int End) Of(int place) => (_firstOfPlace[place + 1], _firstOfPlace[place + 2]);

    /// <summary>Those of a run; null where there is none.</summary>
    public static FaultEnds? Of(RunPlan plan)
    {
        if (plan.Faults.Count == 0)
            return null;
        var horizon = plan.Stop.Time?.Nanoseconds ?? long.MaxValue;
        var crashes = CrashSchedule.OfPlaces(plan)
            .Where(c => c.Until < horizon).Select(c => new FaultEnd(c.Agent, c.At, c.Until!.Value, c.Fault));
        var others = plan.Faults.SelectMany((fault, i) => fault.Interruptions(plan.Stop.Time)
            .Where(c => c.Until.Nanoseconds < horizon)
            .Select(c => new FaultEnd(c.Place, c.From.Nanoseconds, c.Until.Nanoseconds, i)));
        FaultEnd[] all =
        [
            .. crashes.Take(MostOfFault).Concat(others.Take(MostOfFault)).OrderBy(e => e.Place).ThenBy(e => e.Until)
                .ThenBy(e => e.From).ThenBy(e => e.Fault),
        ];
        return all.Length == 0 ? null : new(plan.Places, all);
    }
}
