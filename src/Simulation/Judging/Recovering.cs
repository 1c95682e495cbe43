using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Simulation.Judging;

/// <summary>How long it took after each fault's ends until updates went on, and until the loss was what it had been.
/// </summary>
static class Recovering
{
    /// <summary>The recovery times of the faults that ended somewhere, in declared order.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="records">What each part of the host recorded.</param>
    /// <param name="metrics">What was sampled.</param>
    /// <param name="instant">The end of the run, in ns.</param>
    public static IEnumerable<RecoveryTimes> Of(
        RunPlan plan, IReadOnlyList<Recording> records, IEnumerable<MetricPoint> metrics, long instant)
    {
        if (records[0].Recovery is null)
            return [];
        var loss = new LossCurve(metrics.Where(p => p.Metric == MetricNames.Loss));
        return RecoveryTally.Of([.. records.Select(r => r.Recovery!)], instant)
            .GroupBy(e => e.End.Fault).OrderBy(g => g.Key).Select(fault => Of(plan, fault.Key, [.. fault], loss));
    }

    static RecoveryTimes Of(RunPlan plan, int fault, List<(FaultEnd End, long? First)> ends, LossCurve loss)
    {
        List<long> updates = [.. ends.Where(e => e.First is not null).Select(e => e.First!.Value - e.End.Until)];
        // A split of many places is one for the loss.
        var times = ends.Select(e => (e.End.From, e.End.Until)).Distinct().ToList();
        List<long> back = [.. times.Select(t => loss.Back(t.From, t.Until)).OfType<long>()];
        return new(
            fault, plan.Faults[fault].Name, RecoveryQuantiles.Of(ends.Count, updates),
            loss.IsEmpty ? null : RecoveryQuantiles.Of(times.Count, back));
    }

    /// <summary>The loss at sampling instants.</summary>
    sealed class LossCurve
    {
        readonly long[] _times;
        readonly double[] _values;

        // The next instant at which the loss is less; as many as there are where there is none.
        readonly int[] _less;

        public LossCurve(IEnumerable<MetricPoint> points)
        {
            MetricPoint[] all = [.. points];
            _times = [.. all.Select(p => (long)Math.Round(p.Time * 1e9))];
            _values = [.. all.Select(p => p.Value)];
            _less = new int[all.Length];
            for (var i = all.Length - 1; i >= 0; i--)
            {
                var next = i + 1;
                while (next < all.Length && !(_values[next] < _values[i]))
                    next = _less[next];
                _less[i] = next;
            }
        }

        public bool IsEmpty => _times.Length == 0;

        /// <summary>How long after a fault's end the loss was what it had been, in ns; null for never.</summary>
        public long? Back(long from, long until)
        {
            var before = Math.Max(0, After(from) - 1);
            var at = until == 0 ? 0 : After(until - 1);
            while (at < _times.Length && !(_values[at] <= _values[before]))
                at = _less[at];
            return at < _times.Length ? _times[at] - until : null;
        }

        // The first instant after a time.
        int After(long time)
        {
            var found = Array.BinarySearch(_times, time);
            return found >= 0 ? found + 1 : ~found;
        }
    }
}
