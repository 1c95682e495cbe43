using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Recordings;

namespace AsyncOpt.Simulation.Checkpoints;

/// <summary>Where a run stands, beside its agents and events.</summary>
/// <param name="Time">The cut, in ns.</param>
/// <param name="Sampled">When metrics were last taken, in ns.</param>
/// <param name="TimeToTarget">When the target was first met, in seconds.</param>
/// <param name="Metrics">What was sampled so far.</param>
/// <param name="Tallied">The sums of each metric of events when it was evaluated last.</param>
sealed record Standing(
    long Time, long Sampled, double? TimeToTarget, List<MetricPoint> Metrics, Int128[][] Tallied)
{
    public void Save(BinaryWriter to)
    {
        to.Write(Time);
        to.Write(Sampled);
        to.Write(TimeToTarget ?? double.NaN);
        to.Write(Metrics.Count);
        foreach (var m in Metrics)
        {
            to.Write(m.Time);
            to.Write(m.Updates);
            to.Write(m.Gradients);
            to.Write(m.Samples);
            to.Write(m.Bytes);
            to.Write(m.Metric);
            to.Write(m.Value);
        }
        to.Write(Tallied.Length);
        foreach (var sums in Tallied)
            to.Write(sums.Length);
        EventTally.Save(Tallied, to);
    }

    public static Standing Load(BinaryReader from)
    {
        var (time, sampled) = (from.ReadInt64(), from.ReadInt64());
        var target = from.ReadDouble();
        var metrics = new List<MetricPoint>();
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            metrics.Add(new MetricPoint(
                from.ReadDouble(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(),
                from.ReadString(), from.ReadDouble()));
        }
        var tallied = new Int128[from.ReadInt32()][];
        for (var m = 0; m < tallied.Length; m++)
            tallied[m] = new Int128[from.ReadInt32()];
        EventTally.Load(tallied, from);
        return new Standing(time, sampled, double.IsNaN(target) ? null : target, metrics, tallied);
    }
}
