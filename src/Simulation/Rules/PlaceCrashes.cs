using System.Runtime.InteropServices;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Rules;

/// <summary>When the places of a run are down: for tokens, who stand on one place after the other.</summary>
sealed class PlaceCrashes
{
    readonly Dictionary<int, List<PlaceCrash>> _crashes = [];

    PlaceCrashes(IEnumerable<AgentCrash> crashes)
    {
        foreach (var crash in crashes.OrderBy(c => c.Agent).ThenBy(c => c.At))
        {
            ref var ofPlace = ref CollectionsMarshal.GetValueRefOrAddDefault(_crashes, crash.Agent, out _);
            ofPlace ??= [];
            ofPlace.Add(new(crash.At, crash.Until, 2 * (uint)ofPlace.Count, crash.Fault, crash.IsStateLost));
        }
    }

    /// <summary>Those of a run with tokens; null where no token can meet one.</summary>
    public static PlaceCrashes? Of(RunPlan plan, Layout layout) =>
        layout.Roles.Any(r => r.Count == Count.Tokens) && CrashSchedule.OfPlaces(plan).Any(c => c.Agent >= 0)
            ? new(CrashSchedule.OfPlaces(plan).Where(c => c.Agent >= 0))
            : null;

    /// <summary>The crash by which a place is down at a time, in ns; null if it is up.</summary>
    public PlaceCrash? DownAt(int place, long time) =>
        Find(place, time, out var crashes) is var i and > 0 && !(crashes![i - 1].Until <= time) ? crashes[i - 1] : null;

    /// <summary>The first crash of a place that is not over at a time, in ns; null for none.</summary>
    public PlaceCrash? NotOver(int place, long time) => DownAt(place, time) ?? From(place, time);

    /// <summary>The first crash of a place at or after a time, in ns; null if there is none.</summary>
    public PlaceCrash? From(int place, long time) =>
        Find(place, time - 1, out var crashes) is var i && i < (crashes?.Count ?? 0) ? crashes![i] : null;

    /// <summary>How many crashes of a place begin at or before a time.</summary>
    int Find(int place, long time, out List<PlaceCrash>? crashes)
    {
        if (!_crashes.TryGetValue(place, out crashes))
            return 0;
        var (low, high) = (0, crashes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (crashes[middle].At <= time)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
