using AsyncOpt.Client.Running;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Client.Remote;

/// <summary>Has a silo make runs, and brings their folders.</summary>
/// <param name="gateway">The silo's gateway.</param>
/// <param name="settings">How runs are made anywhere.</param>
/// <param name="remote">How the silo makes them.</param>
sealed class RemoteJobs(GatewayClient gateway, RunSettings settings, RemoteSettings remote) : IJobRunner
{
    // Where the silo has no room and none of the runs that keep it busy is one of ours.
    const int AttemptsAtFullSilo = 5;

    static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan RetryAfterDefault = TimeSpan.FromSeconds(5);

    int _running;

    public RunRecord Run(Job job, int sideBySide, IRunProgress progress, CancellationToken cancellation) =>
        Run(job, progress, cancellation).GetAwaiter().GetResult();

    async Task<RunRecord> Run(Job job, IRunProgress progress, CancellationToken cancellation)
    {
        var run = await Submit(job, progress, cancellation);
        try
        {
            progress.Say($"run {run.Id} at {gateway.Silo}");
            var status = await Follow(run, progress, cancellation);
            if (!status.HasRecord)
                throw Failed(job, status, cancellation);
            // What there is comes also after Ctrl-C.
            await run.Fetch(job.Folder, CancellationToken.None);
            return StoredRun.Read(job.Folder).Record;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    static async Task<RunStatus> Follow(RemoteRun run, IRunProgress progress, CancellationToken cancellation)
    {
        try
        {
            return await run.Follow(progress.Report, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            progress.Say("cancelling");
            return await run.Cancel(progress.Report, CancelPatience);
        }
    }

    // Waits for room: the silo may be full of our own runs.
    async Task<RemoteRun> Submit(Job job, IRunProgress progress, CancellationToken cancellation)
    {
        var request = RequestOf(job);
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                // Not cancelled half-way: a run that was begun must be known.
                var status = await gateway.Submit(request, CancellationToken.None);
                Interlocked.Increment(ref _running);
                return new RemoteRun(gateway, status.Id);
            }
            catch (GatewayException e) when (e.Status == System.Net.HttpStatusCode.TooManyRequests
                && (attempts < AttemptsAtFullSilo || Volatile.Read(ref _running) > 0))
            {
                progress.Say($"{e.Message}; waiting");
                await Task.Delay(e.RetryAfter ?? RetryAfterDefault, cancellation);
            }
        }
    }

    RunRequest RequestOf(Job job) => new()
    {
        Name = job.Experiment.Name,
        Arm = job.Arm.Name,
        Repetition = job.Repetition,
        Specification = job.Arm.SpecificationOf(job.Repetition).ToJsonString(),
        Mode = remote.Mode,
        Partitions = settings.Partitions,
        Threads = settings.Threads,
        Metrics = settings.Metrics,
        TimeFactor = remote.TimeFactor,
        ReplayLog = remote.ReplayLog,
        CheckpointEvery = remote.CheckpointEvery,
    };

    Exception Failed(Job job, RunStatus status, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested
            ? new OperationCanceledException(cancellation)
            : new GatewayException($"{job.Label}: run {status.Id} at {gateway.Silo} "
                + (status.State == RunState.Cancelled ? "was cancelled before it began" : "failed")
                + (status.Reason is null ? "" : $": {status.Reason}"));
}
