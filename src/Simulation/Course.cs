using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation;

/// <summary>
/// The course of a run in virtual time, the same for every host: from sampling instant to sampling instant, with
/// checkpoints at or between them, until the judge ends it or the user does.
/// </summary>
sealed class Course<T>(IVirtualHost host, Judge<T> judge, CancellationToken cancellation)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    public RunRecord Run()
    {
        var instant = Begin();
        while (true)
        {
            var next = judge.InstantAfter(instant);
            var cut = host.CutAfter(instant);
            for (; cut < next && host.RunUntil(cut, isSampled: false); cut = host.CutAfter(cut))
            {
                if (cancellation.IsCancellationRequested)
                    break;
                Save(cut);
            }
            var isRunnable = host.RunUntil(next, isSampled: true);
            // What ends the run for want of events ends it when the last event happened.
            instant = isRunnable ? next : Math.Max(instant, host.LastTime);
            if (cancellation.IsCancellationRequested)
                return Finish(Outcome.Cancelled, "the user cancelled it", () => host.LastTime);
            if (!isRunnable)
                host.Gather();
            judge.Sample(instant, isLast: !isRunnable || judge.BudgetSpent(instant) is not null);
            if (judge.End(instant, isRunnable) is var (outcome, reason))
                return Finish(outcome, reason, () => instant);
            if (cut == instant)
                Save(cut);
        }
    }

    /// <summary>Starts all agents, or goes on from a checkpoint; returns the virtual time.</summary>
    long Begin()
    {
        if (host.Resume() is { } progress)
        {
            judge.Metrics.AddRange(progress.Metrics);
            judge.TimeToTarget = progress.TimeToTarget;
            return progress.Time;
        }
        judge.Sample(0, isLast: false);
        host.Start();
        return 0;
    }

    void Save(long cut) => host.Save(new Progress(cut, judge.TimeToTarget, judge.Metrics));

    RunRecord Finish(Outcome outcome, string reason, Func<long> instant)
    {
        host.Gather();
        return host.Describe(judge.Finish(outcome, reason, instant()));
    }
}
