using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Recordings;

namespace AsyncOpt.Simulation.Judging;

/// <summary>Makes metrics of a run's events at its sampling instants.</summary>
/// <param name="plan">The run.</param>
/// <param name="layout">The method's roles.</param>
/// <param name="records">What each part of the host recorded.</param>
sealed class Tallying(RunPlan plan, Layout layout, IReadOnlyList<Recording> records)
{
    /// <summary>
    /// The sums of each metric when it was evaluated last; empty before that, and where a run has no such metrics.
    /// </summary>
    public Int128[][] Last { get; set; } = [];

    /// <summary>Adds the metrics that are due.</summary>
    /// <param name="time">Virtual time, in ns.</param>
    /// <param name="instant">The number of the sampling instant.</param>
    /// <param name="isLast">Whether all are due, because the run ends here.</param>
    /// <param name="metrics">Receives them.</param>
    public void Evaluate(long time, long instant, bool isLast, List<(string Metric, double Value)> metrics)
    {
        if (records[0].Tally is null)
            return;
        var totals = EventTally.Sum([.. records.Select(r => r.Tally!)]);
        if (Last.Length == 0)
            Last = Array.ConvertAll(totals, t => new Int128[t.Length]);
        for (var m = 0; m < totals.Length; m++)
        {
            var (metric, total) = (plan.EventMetrics[m], totals[m]);
            if (!metric.IsDue(instant, isLast))
                continue;
            var recent = total.Zip(Last[m], (now, then) => now - then).ToArray();
            Last[m] = total;
            var sums = new EventSums(total, recent) { Plan = plan, Layout = layout, Time = time / 1e9 };
            metric.Evaluate(in sums, (name, value) => metrics.Add((name, value)));
        }
    }
}
