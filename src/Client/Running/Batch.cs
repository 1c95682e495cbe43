using System.Runtime.ExceptionServices;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Running;

/// <summary>Makes many runs side by side over the processors, each with the same bits as alone.</summary>
/// <param name="runner">Makes one run.</param>
/// <param name="sideBySideMax">How many runs go side by side; null for as many as there are processors.</param>
/// <param name="view">Shows them.</param>
/// <param name="cancellation">Ends them.</param>
sealed class Batch(IJobRunner runner, int? sideBySideMax, IProgressView view, CancellationToken cancellation)
{
    /// <summary>Every repetition of every arm.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="output">The folder that run folders go to.</param>
    public static IReadOnlyList<Job> JobsOf(Experiment experiment, string output) =>
    [
        .. from arm in experiment.Arms
           from repetition in Enumerable.Range(0, experiment.Seeds)
           select new Job(experiment, arm, repetition, RunFolder.PathOf(output, arm.Name, repetition)),
    ];

    /// <summary>
    /// Makes the runs and writes their folders. Once cancelled, runs in progress end where they stand and are recorded
    /// as cancelled; those not begun are left out. So are those that come after a failure.
    /// </summary>
    public BatchResult Run(IReadOnlyList<Job> jobs)
    {
        var sideBySide = Math.Clamp(sideBySideMax ?? Environment.ProcessorCount, 1, Math.Max(1, jobs.Count));
        var results = new Result?[jobs.Count];
        var next = -1;
        ExceptionDispatchInfo? failure = null;
        var workers = Enumerable.Range(0, sideBySide).Select(_ => new Thread(Work, maxStackSize: 16 << 20)).ToList();
        view.Show(jobs.Count, () =>
        {
            workers.ForEach(w => w.Start());
            workers.ForEach(w => w.Join());
        });
        return new BatchResult([.. results.OfType<Result>()], failure);

        void Work()
        {
            // Jobs are taken in order; the first failure keeps others from being begun.
            while (!cancellation.IsCancellationRequested && Volatile.Read(ref failure) is null
                && Interlocked.Increment(ref next) is var k && k < jobs.Count)
            {
                try
                {
                    results[k] = Run(jobs[k], sideBySide);
                }
                catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
                {
                    // Nothing of it is there: it counts as not begun.
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                }
            }
        }
    }

    Result Run(Job job, int sideBySide)
    {
        using var progress = view.Begin(job.Label);
        var record = runner.Run(job, sideBySide, progress, cancellation);
        progress.End();
        return new Result(job, record with { Estimate = [], Timeline = [], UpdateLog = [], Schedule = null });
    }
}
