using System.Text.Json.Nodes;
using AsyncOpt.Client.Running;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Client.Remote;

/// <summary>Has a silo make runs, and brings their folders.</summary>
/// <param name="gateway">The silo's gateway.</param>
/// <param name="settings">How runs are made anywhere.</param>
/// <param name="remote">How the silo makes them.</param>
/// <param name="files">Finds the files that runs name.</param>
sealed class RemoteJobs(GatewayClient gateway, RunSettings settings, RemoteSettings remote, LocalFiles files)
    : IJobRunner
{
    // Where the silo has no room and none of the runs that keep it busy is one of ours.
    const int AttemptsAtFullSilo = 5;

    // A file that was sent may be gone again where nobody needed it for long.
    const int TimesSentMax = 3;

    static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan RetryAfterDefault = TimeSpan.FromSeconds(5);

    int _running;

    public RunRecord Run(Job job, int sideBySide, IRunProgress progress, CancellationToken cancellation) =>
        Run(job, progress, cancellation).GetAwaiter().GetResult();

    public void Reach(CancellationToken cancellation) => gateway.Reach(cancellation).GetAwaiter().GetResult();

    public bool ReadsHere => false;

    public bool Lacks(string folder) =>
        remote.ReplayLog && !Directory.Exists(Path.Combine(folder, RunFolder.ReplayFolder));

    public RunIdentity Identity(Experiment experiment, Arm arm, int repetition)
    {
        var specification = arm.SpecificationOf(repetition);
        return new RunIdentity
        {
            Specification = RunIdentity.ByContent(specification, []),
            Contents = [.. files.Of(specification).Select(f => f.Sha256)],
            Metrics = settings.Metrics,
            TimeFactor = remote.Mode == RunMode.Live ? remote.TimeFactor : null,
        };
    }

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
            return await run.Follow(progress, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            progress.Say("cancelling");
            return await run.Cancel(progress, CancelPatience);
        }
    }

    // Waits for room: the silo may be full of our own runs.
    async Task<RemoteRun> Submit(Job job, IRunProgress progress, CancellationToken cancellation)
    {
        // However often it is sent, as where an answer is lost, it is begun once.
        var request = RequestOf(job) with { Key = Guid.NewGuid().ToString("n") };
        for (int attempts = 1, sent = 0, failures = 0; ; attempts++)
        {
            try
            {
                // Not cancelled half-way: a run that was begun must be known.
                var status = await gateway.Submit(request, CancellationToken.None);
                Interlocked.Increment(ref _running);
                return new RemoteRun(gateway, status.Id);
            }
            catch (MissingFilesException e) when (sent++ < TimesSentMax)
            {
                foreach (var file in request.Inputs.Where(f => e.Sha256.Contains(f.Sha256)).DistinctBy(f => f.Sha256))
                {
                    progress.Say($"sending {file.Name}, {MachineMemory.Text(file.Bytes)}");
                    await gateway.Patiently(() => gateway.SendFile(file, cancellation), cancellation);
                }
            }
            catch (GatewayException e) when (e.Status == System.Net.HttpStatusCode.TooManyRequests
                && (attempts < AttemptsAtFullSilo || Volatile.Read(ref _running) > 0))
            {
                progress.Say($"{e.Message}; waiting");
                await Task.Delay(e.RetryAfter ?? RetryAfterDefault, cancellation);
            }
            catch (GatewayException e) when (e.IsTransient && failures < gateway.RetryDelays.Count)
            {
                progress.Say($"{e.Message}; trying again");
                await Task.Delay(gateway.RetryDelays[failures++], cancellation);
            }
        }
    }

    RunRequest RequestOf(Job job) => RequestOf(job, job.Arm.SpecificationOf(job.Repetition));

    RunRequest RequestOf(Job job, JsonObject specification) => new()
    {
        Name = job.Experiment.Name,
        Arm = job.Arm.Name,
        Repetition = job.Repetition,
        Specification = specification.ToJsonString(),
        Inputs = files.Of(specification),
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
