using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Checkpoints;
using AsyncOpt.Simulation.Judging;

namespace AsyncOpt.Simulation.Windows;

/// <summary>
/// The course of a run in virtual time, the same for every host: from sampling instant to sampling instant, with
/// checkpoints at or between them, until the judge ends it or the user does.
/// </summary>
sealed class RunLoop<T>(IVirtualHost host, RunJudge<T> judge, CancellationToken cancellation)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    public RunRecord Run()
    {
        var (now, sampled) = Begin();
        while (true)
        {
            var next = judge.InstantAfter(sampled);
            var cut = host.CutAfter(now);
            for (; cut <= next && !cancellation.IsCancellationRequested; cut = host.CutAfter(cut))
            {
                host.RunUntil(cut, isSampled: false);
                if (!cancellation.IsCancellationRequested)
                    Save(cut, sampled);
            }
            var isRunnable = host.RunUntil(next, isSampled: true);
            if (cancellation.IsCancellationRequested)
                return Finish(Outcome.Cancelled, "the user cancelled it", () => host.LastTime);
            now = next;
            if (!isRunnable)
            {
                // Whenever the last checkpoint is due, this is how things will be then.
                if (cut < long.MaxValue && host.CutAfter(cut) == long.MaxValue)
                    Save(cut, sampled);
                host.Gather();
                // What ends the run for want of events ends it when an agent last acted.
                now = Math.Max(sampled, judge.LastActed);
            }
            sampled = now;
            judge.Sample(now, isLast: !isRunnable || judge.BudgetSpent(now) is not null);
            if (judge.End(now, isRunnable) is var (outcome, reason))
                return Finish(outcome, reason, () => now);
        }
    }

    /// <summary>Starts all agents, or goes on from a checkpoint.</summary>
    /// <returns>The virtual time, and when metrics were last taken.</returns>
    (long Now, long Sampled) Begin()
    {
        if (host.Resume() is { } standing)
        {
            judge.Metrics.AddRange(standing.Metrics);
            judge.TimeToTarget = standing.TimeToTarget;
            judge.Tallied = standing.Tallied;
            return (standing.Time, standing.Sampled);
        }
        judge.Sample(0, isLast: false);
        host.Start();
        return (0, 0);
    }

    void Save(long cut, long sampled) =>
        host.Save(new Standing(cut, sampled, judge.TimeToTarget, judge.Metrics, judge.Tallied));

    RunRecord Finish(Outcome outcome, string reason, Func<long> instant)
    {
        host.Gather();
        return host.Describe(judge.Finish(outcome, reason, instant()));
    }
}
