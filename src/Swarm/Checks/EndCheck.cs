using AsyncOpt.Core.Runs;
using AsyncOpt.Testing;

namespace AsyncOpt.Swarm.Checks;

/// <summary>How a run ends.</summary>
static class EndCheck
{
    public static void Of(World world)
    {
        var record = world.Record;
        if (record.Reason.Length == 0 || record.Outcome == Outcome.Cancelled)
            throw new ContractException($"it ended as {record.Outcome}: '{record.Reason}'");
        if (world.Plan.Stop.Time is { } end && record.VirtualTime > end.Nanoseconds)
            throw new ContractException($"it ended at {record.VirtualTime} ns, after its end at {end.Nanoseconds} ns");
        if (record.Outcome != Outcome.Diverged)
            Finite(record, world.Plan.Stop.DivergenceLoss);
        Counted(record.Counts);
        // A run that is over before its first update has come to no standstill: somebody acts.
        if (record.Outcome == Outcome.Stalled && record.Reason.StartsWith("no runnable", StringComparison.Ordinal)
            && world.Plan.Faults.Count == 0 && record.Counts.Overflowed == 0)
            throw new ContractException($"nothing went wrong, and it came to a standstill: {record.Reason}");
    }

    static void Finite(RunRecord record, double limit)
    {
        if (record.Estimate.Any(value => !double.IsFinite(value)))
            throw new ContractException($"the estimate is not finite, and it ended as {record.Outcome}");
        var wrong = record.Metrics.Where(m => m.Metric == MetricNames.Loss && !(m.Value <= limit)).ToList();
        if (wrong.Count > 0)
            throw new ContractException($"the loss is {wrong[0].Value} at {wrong[0].Time} s, and it did not diverge");
    }

    static void Counted(RunCounts counts)
    {
        (string What, long Count)[] all =
        [
            ("events", counts.Events), ("messages", counts.Messages), ("bytes", counts.Bytes),
            ("lost messages", counts.Lost), ("updates", counts.Updates), ("gradients", counts.Gradients),
            ("samples", counts.Samples), ("lost bytes", counts.LostBytes), ("the last update", counts.LastUpdate),
        ];
        foreach (var (what, count) in all)
        {
            if (count < 0)
                throw new ContractException($"{what}: {count}");
        }
        if (counts.LostBytes > counts.Bytes)
            throw new ContractException($"{counts.LostBytes} bytes of {counts.Bytes} are lost");
    }
}
