using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Simulation.Recordings;

/// <summary>
/// The first update after each end of a fault at a place, among those that a host records; over several hosts, the
/// earliest counts.
/// </summary>
sealed class RecoveryTally
{
    const long None = long.MaxValue;

    readonly FaultEnds _ends;

    // By end: when the first update after it was, in ns. By place, the server first: the end that is to come next.
    readonly long[] _first;
    readonly int[] _next;

    RecoveryTally(RunPlan plan, FaultEnds ends)
    {
        _ends = ends;
        _first = new long[ends.All.Length];
        Array.Fill(_first, None);
        _next = [.. Enumerable.Range(-1, plan.Places + 1).Select(place => ends.Of(place).First)];
    }

    /// <summary>The tally of a run; null where no fault ends at a place.</summary>
    public static RecoveryTally? Of(RunPlan plan) => FaultEnds.Of(plan) is { } ends ? new(plan, ends) : null;

    public long Bytes => (_ends.All.LongLength * 32) + (_first.LongLength * 8) + (_next.LongLength * 8);

    /// <summary>An agent contributed to an update, or made it.</summary>
    /// <param name="role">The agent's role.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="now">When, in ns.</param>
    public void Update(RoleLayout role, int agent, long now)
    {
        // Who moves has no place of its own.
        if (role.Count is Count.One)
            Update(-1, now);
        else if (role.Count is Count.PerNode or Count.PerWorker)
            Update(agent - role.First, now);
    }

    void Update(int place, long now)
    {
        var (first, end) = _ends.Of(place);
        ref var next = ref _next[place + 1];
        while (next < end && _ends.All[next].Until <= now)
            next++;
        if (next > first && _first[next - 1] == None)
            _first[next - 1] = now;
    }

    /// <summary>The ends up to a time, each with the first update after it, if there was one.</summary>
    public static IEnumerable<(FaultEnd End, long? First)> Of(IReadOnlyList<RecoveryTally> tallies, long time)
    {
        var ends = tallies[0]._ends.All;
        for (var i = 0; i < ends.Length; i++)
        {
            if (ends[i].Until <= time)
                yield return (ends[i], tallies.Min(t => t._first[i]) is var first and < None ? first : null);
        }
    }

    /// <summary>Writes what several know.</summary>
    public static void Save(IReadOnlyList<RecoveryTally> tallies, BinaryWriter to)
    {
        for (var i = 0; i < tallies[0]._first.Length; i++)
        {
            if (tallies.Min(t => t._first[i]) is var first and < None)
            {
                to.Write(i);
                to.Write(first);
            }
        }
        to.Write(-1);
    }

    /// <summary>Adds what another knows.</summary>
    public void Load(BinaryReader from)
    {
        while (from.ReadInt32() is var i and >= 0)
            _first[i] = Math.Min(_first[i], from.ReadInt64());
    }
}
