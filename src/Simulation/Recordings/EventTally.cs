using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Recordings;

/// <summary>The sums of a run's metrics of events, over the agents of a partition or of a silo.</summary>
sealed class EventTally
{
    readonly RunPlan _plan;
    readonly Layout _layout;
    readonly Int128[][] _sums;
    readonly (EventMetric Metric, Int128[] Sums)[] _ofUpdates, _ofSent, _ofLost, _ofComputed;

    EventTally(RunPlan plan, Layout layout)
    {
        (_plan, _layout) = (plan, layout);
        _sums = [.. plan.EventMetrics.Select(m => new Int128[m.SumsOf(plan, layout)])];
        (_ofUpdates, _ofSent) = (Reading(EventKinds.Updates), Reading(EventKinds.Sent));
        (_ofLost, _ofComputed) = (Reading(EventKinds.Lost), Reading(EventKinds.Computed));

        (EventMetric, Int128[])[] Reading(EventKinds kind) =>
            [.. plan.EventMetrics.Zip(_sums).Where(m => m.First.Reads.HasFlag(kind))];
    }

    /// <summary>The tally of a run; null where it has no metric of events.</summary>
    public static EventTally? Of(RunPlan plan, Layout layout) =>
        plan.Metrics && plan.EventMetrics.Count > 0 ? new EventTally(plan, layout) : null;

    public long Bytes => _sums.Sum(s => s.LongLength) * 16;

    /// <summary>The metrics, each with the number of its sums.</summary>
    public override string ToString() =>
        string.Join(", ", _plan.EventMetrics.Zip(_sums, (metric, sums) => $"{metric.Name} x{sums.Length}"));

    public void Update(int by, long now, long staleness, in Origin origin, int of)
    {
        if (_ofUpdates.Length == 0)
            return;
        var e = new UpdateEvent(now, by, of, _layout.RoleOf(of), staleness, origin);
        foreach (var (metric, sums) in _ofUpdates)
            metric.OnUpdate(in e, sums);
    }

    public void Sent(int sender, long now, int receiver, MessageKind? kind, long bytes)
    {
        if (_ofSent.Length == 0)
            return;
        var e = new SentEvent(now, sender, receiver, _layout.RoleOf(sender), kind, bytes);
        foreach (var (metric, sums) in _ofSent)
            metric.OnSent(in e, sums);
    }

    public void Lost(int sender, long now, int receiver)
    {
        if (_ofLost.Length == 0)
            return;
        var e = new LostEvent(now, sender, receiver, _layout.RoleOf(sender));
        foreach (var (metric, sums) in _ofLost)
            metric.OnLost(in e, sums);
    }

    public void Computed(int agent, long now, Oracle oracle, long requested, in Computations.Asked asked)
    {
        if (_ofComputed.Length == 0)
            return;
        var e = new ComputedEvent(now, agent, _layout.RoleOf(agent), oracle, requested, asked.Samples, asked.Steps);
        foreach (var (metric, sums) in _ofComputed)
            metric.OnComputed(in e, sums);
    }

    /// <summary>The sums of each metric, over several tallies.</summary>
    public static Int128[][] Sum(IReadOnlyList<EventTally> tallies) =>
        [.. tallies[0]._sums.Select((first, m) => Sum(first.Length, tallies.Select(t => t._sums[m])))];

    static Int128[] Sum(int length, IEnumerable<Int128[]> parts)
    {
        var sum = new Int128[length];
        foreach (var part in parts)
        {
            for (var i = 0; i < length; i++)
                sum[i] += part[i];
        }
        return sum;
    }

    /// <summary>Reads what <see cref="Save"/> wrote in place of these sums.</summary>
    public void Load(BinaryReader from) => Load(_sums, from);

    /// <summary>Writes sums: those that are not 0, each after its number.</summary>
    public static void Save(Int128[][] all, BinaryWriter to)
    {
        foreach (var sums in all)
        {
            to.Write(sums.Count(s => s != 0));
            foreach (var (i, sum) in sums.Index().Where(s => s.Item != 0))
            {
                to.Write(i);
                to.Write((ulong)(sum >> 64));
                to.Write((ulong)sum);
            }
        }
    }

    /// <summary>Reads sums.</summary>
    public static void Load(Int128[][] all, BinaryReader from)
    {
        foreach (var sums in all)
        {
            Array.Clear(sums);
            for (var left = from.ReadInt32(); left > 0; left--)
                sums[from.ReadInt32()] = new Int128(from.ReadUInt64(), from.ReadUInt64());
        }
    }
}
