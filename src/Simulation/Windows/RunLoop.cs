using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Checkpoints;
using AsyncOpt.Simulation.Judging;

namespace AsyncOpt.Simulation.Windows;

/// <summary>
/// The course of a run in virtual time, the same for every host: from sampling instant to sampling instant, with
/// checkpoints at or between them, until the judge ends it or the user does.
/// </summary>
/// <param name="host">Has the events handled.</param>
/// <param name="judge">Samples, and ends the run.</param>
/// <param name="cancelled">Why it was cancelled.</param>
/// <param name="cancellation">Ends it where it stands.</param>
sealed class RunLoop<T>(
    IVirtualHost host, RunJudge<T> judge, Func<string> cancelled, CancellationToken cancellation)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    public RunRecord Run()
    {
        var (now, sampled) = Begin();
        while (true)
        {
            var next = judge.InstantAfter(sampled);
            var cut = host.CutAfter(now, next);
            for (; cut <= next && !cancellation.IsCancellationRequested; cut = host.CutAfter(cut, next))
            {
                host.RunUntil(cut, isSampled: false);
                if (!cancellation.IsCancellationRequested && Cut(cut, sampled) is { } ending)
                    return Finish(Outcome.Cancelled, ending, () => cut);
            }
            var isRunnable = host.RunUntil(next, isSampled: true);
            if (cancellation.IsCancellationRequested)
                return Finish(Outcome.Cancelled, cancelled(), () => host.LastTime);
            now = next;
            if (!isRunnable)
            {
                // Whenever the last checkpoint is due, this is how things will be then.
                if (cut < long.MaxValue && host.CutAfter(cut, next) == long.MaxValue)
                    Cut(cut, sampled);
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

    string? Cut(long cut, long sampled) =>
        host.Cut(new Standing(cut, sampled, judge.TimeToTarget, judge.Metrics, judge.Tallied));

    RunRecord Finish(Outcome outcome, string reason, Func<long> instant)
    {
        host.Gather();
        return host.Describe(judge.Finish(outcome, reason, instant()));
    }
}
