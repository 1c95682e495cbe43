using System.IO.Compression;
using AsyncOpt.Client.Display;
using AsyncOpt.Client.Running;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Client.Remote;

/// <summary>A run on a silo, seen from here.</summary>
/// <param name="gateway">The silo's gateway.</param>
/// <param name="id">The run's name there.</param>
sealed class RemoteRun(GatewayClient gateway, string id)
{
    string? _last;
    double _time; // virtual, of the latest progress

    /// <summary>The run's name on the silo.</summary>
    public string Id => id;

    /// <summary>
    /// Follows the run to its end. A stream that breaks is picked up after the last event that came, so that no
    /// progress is told twice and none is lost.
    /// </summary>
    /// <param name="progress">Told the progress, a lost connection, and where the run begins again.</param>
    /// <param name="cancellation">Ends following, not the run.</param>
    /// <exception cref="GatewayException">The connection is lost for good.</exception>
    public async Task<RunStatus> Follow(IRunProgress progress, CancellationToken cancellation)
    {
        var failures = 0;
        while (true)
        {
            Exception? cause = null;
            try
            {
                await foreach (var item in gateway.Events(id, _last, cancellation))
                {
                    if (failures > 0)
                        progress.Say($"connected to {gateway.Silo} again");
                    failures = 0;
                    _last = item.EventId ?? _last;
                    if (item.EventType == "progress")
                        Report(gateway.Read<RunProgress>(item.Data), progress);
                    else if (item.EventType == "end")
                        return gateway.Read<RunStatus>(item.Data);
                }
            }
            catch (Exception e) when (GatewayClient.IsTransient(e) && !cancellation.IsCancellationRequested)
            {
                cause = e;
            }
            var lost = $"lost the connection to {gateway.Silo}" + (cause is null ? "" : $" ({Cause(cause)})");
            var patience = gateway.RetryDelays.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay);
            if (failures == gateway.RetryDelays.Count)
            {
                throw new GatewayException(
                    $"{lost}, and {patience.TotalSeconds:0} s of trying did not bring it back; run {id} "
                    + (gateway.Silos is null
                        ? $"goes on there as soon as a silo of its cluster is up: '{HowToComeBack}' then follows it "
                            + "and brings its folder"
                        : "ends with this process"),
                    cause);
            }
            if (failures == 0)
                progress.Say($"{lost}; trying again for {patience.TotalSeconds:0} s");
            await Task.Delay(gateway.RetryDelays[failures++], cancellation);
        }
    }

    // Time goes back where the run's silo was lost or stopped, and another one, or the same one later, began it again.
    void Report(RunProgress now, IRunProgress progress)
    {
        if (now.VirtualTime < _time)
        {
            progress.Say($"its silo was lost or stopped after t = {Pretty.Number(_time, 3)} s; "
                + $"it was begun again from t = {Pretty.Number(now.VirtualTime, 3)} s");
        }
        _time = now.VirtualTime;
        progress.Report(now);
    }

    // What a gateway's own message says beside the cause is said here, too.
    static string Cause(Exception e) => e is GatewayException { Status: null, InnerException: { } inner }
        ? GatewayClient.Cause(inner)
        : e.Message.TrimEnd('.');

    /// <summary>Asks the silo to end the run where it stands, and follows it until it has.</summary>
    /// <param name="progress">Told the progress.</param>
    /// <param name="patience">How long to wait for it.</param>
    /// <exception cref="GatewayException">The silo cannot be reached, or the run does not end.</exception>
    public async Task<RunStatus> Cancel(IRunProgress progress, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await gateway.Patiently(() => gateway.Cancel(id, limit.Token), limit.Token);
            return await Follow(progress, limit.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new GatewayException(
                $"run {id} did not end within {patience.TotalSeconds:0} s of being cancelled; "
                + (gateway.Silos is null
                    ? $"'{HowToComeBack}' brings its folder once it has"
                    : "it ends with this process, and leaves no folder"),
                e);
        }
    }

    /// <summary>Brings the run folder of a run that is over; whole or not at all.</summary>
    /// <param name="folder">The folder to write.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="GatewayException">The connection is lost, or what comes is no archive.</exception>
    public async Task Fetch(string folder, CancellationToken cancellation)
    {
        await using var archive = ArchiveBeside(folder);
        await gateway.Patiently(() => gateway.Folder(id, archive, cancellation), cancellation);
        archive.Position = 0;
        try
        {
            AtomicFile.WriteFolder(
                folder, RunFolder.IsOwn, partial => ZipFile.ExtractToDirectory(archive, partial));
        }
        catch (InvalidDataException e)
        {
            throw new GatewayException(
                $"the folder of run {id} that {gateway.Silo} has is damaged: it is no whole zip archive; make the run "
                + "again",
                e);
        }
    }

    // Where the folder will be there is room for it, if anywhere; a temporary folder may be missing or small.
    static FileStream ArchiveBeside(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var parent = Path.GetDirectoryName(full) ?? full;
        try
        {
            Directory.CreateDirectory(parent);
            return new FileStream(
                Path.Combine(parent, $".{Path.GetFileName(full)}.zip-{Environment.ProcessId}"), FileMode.Create,
                FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Writing(folder, e);
        }
    }

    string HowToComeBack => $"asyncopt runs {id} --out DIR --silo {gateway.Silo}";
}
