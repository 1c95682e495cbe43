using System.Reflection;
using System.Runtime.ExceptionServices;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Running;

/// <summary>Makes many runs side by side over the processors, each with the same bits as alone.</summary>
sealed class Batch(IRunner runner, RunSettings settings, IProgressView view, CancellationToken cancellation)
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
    /// as cancelled; those not begun are left out.
    /// </summary>
    /// <returns>The results, in the order of the jobs; at least one.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled before any run ended.</exception>
    public IReadOnlyList<Result> Run(IReadOnlyList<Job> jobs)
    {
        var sideBySide = Math.Clamp(settings.Jobs ?? Environment.ProcessorCount, 1, Math.Max(1, jobs.Count));
        var results = new Result?[jobs.Count];
        var next = -1;
        ExceptionDispatchInfo? failure = null;
        var workers = Enumerable.Range(0, sideBySide).Select(_ => new Thread(Work, maxStackSize: 16 << 20)).ToList();
        view.Show(jobs.Count, () =>
        {
            workers.ForEach(w => w.Start());
            workers.ForEach(w => w.Join());
        });
        failure?.Throw();
        List<Result> made = [.. results.OfType<Result>()];
        if (made.Count == 0)
            throw new OperationCanceledException(cancellation);
        return made;

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
        var plan = job.Arm.Plan(job.Repetition, progress.Say);
        plan = plan with
        {
            Partitions = settings.Partitions ?? plan.Partitions,
            Threads = settings.Threads ?? Threads(plan, sideBySide),
            Metrics = settings.Metrics && plan.Metrics,
        };
        var record = runner.Run(plan, progress.Report, cancellation);
        RunFolder.Write(job.Folder, Facts(job, plan, sideBySide), record);
        return new Result(job, record with { Estimate = [], Timeline = [], UpdateLog = [] });
    }

    // All cores, where the file asks for no number: shared out, as runs beside each other use them better than batches.
    static int Threads(RunPlan plan, int sideBySide) =>
        plan.Threads > 0 ? plan.Threads : Math.Max(1, Environment.ProcessorCount / sideBySide);

    static RunFacts Facts(Job job, RunPlan plan, int sideBySide) =>
        RunFacts.Of(
            (job.Experiment.Name, job.Arm.Name, job.Repetition), plan, job.Arm.SpecificationOf(job.Repetition),
            CodeOf(job.Experiment)) with
        {
            SideBySide = sideBySide,
            Topology = job.Arm.TopologyFacts(job.Repetition),
            Warnings = job.Arm.Warnings,
        };

    /// <summary>16 hexadecimal digits that change with the code of AsyncOpt or of a plug-in.</summary>
    public static string Build(Experiment experiment) => Code.Build(CodeOf(experiment));

    static IEnumerable<Assembly> CodeOf(Experiment experiment) =>
        experiment.Catalogue.Entries.Select(e => e.Type.Assembly);
}
