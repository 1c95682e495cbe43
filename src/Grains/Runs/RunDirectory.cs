using AsyncOpt.Core;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// The runs of the cluster: a view of the store, read when it is activated and told of every change since. Beyond the
/// limit it refuses instead of queueing: who submits has the list of what is to be run and comes back, while a queue
/// here would have to be kept, bounded and cancelled too, and would go on for a client that is gone.
/// </summary>
/// <remarks>
/// Turns interleave where they wait, as the grains of runs call back while they are called; every change of the table
/// is made in one step.
/// </remarks>
[Reentrant, GrainType("asyncopt.run-directory")]
sealed partial class RunDirectory(
    IRunStore store, IOptions<GrainsOptions> options, TimeProvider clock, ILogger<RunDirectory> log)
    : Grain, IRunDirectory
{
    readonly Dictionary<string, RunStatus> _runs = new(StringComparer.Ordinal);

    // The files that runs that are not over were sent with; when each file that is kept was last needed.
    readonly Dictionary<string, string[]> _needed = new(StringComparer.Ordinal);
    readonly Dictionary<string, DateTimeOffset> _sent = new(StringComparer.Ordinal);

    // The runs that were submitted under a key.
    readonly Dictionary<string, string> _keyed = new(StringComparer.Ordinal);

    // Runs whose state cannot be read, and why: they are left out of the list until it can.
    readonly Dictionary<string, string> _unreadable = new(StringComparer.Ordinal);

    int Going => _runs.Values.Count(r => !r.IsOver);

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var run in await store.Runs(cancellationToken))
            await Read(run, cancellationToken);
        foreach (var file in await store.Names(SentFiles.Shelf, cancellationToken))
            _sent[file] = clock.GetUtcNow();
    }

    /// <inheritdoc/>
    public Task<bool> HasRoom() => Task.FromResult(Going < options.Value.RunsAtATime);

    /// <inheritdoc/>
    public async Task<RunStatus?> Submit(RunRequest request)
    {
        if (request.Key is { } key && _runs.GetValueOrDefault(_keyed.GetValueOrDefault(key, "")) is { } known)
            return known;
        if (Going >= options.Value.RunsAtATime)
            return null;
        var id = RunNames.New(clock.GetUtcNow());
        // Takes the place before anything is waited for.
        _runs[id] = RunStatus.Queued(id, request, clock.GetUtcNow());
        Note(id, request);
        try
        {
            var status = await GrainFactory.GetGrain<IRunGrain>(id).Submit(request);
            await DeleteOldest();
            return status;
        }
        catch
        {
            _runs.Remove(id);
            _needed.Remove(id);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<RunStatus[]> List()
    {
        await Task.WhenAll(_runs.Values.Where(r => !r.IsOver).Select(r => Ask(r.Id)).ToList());
        return
        [
            .. _runs.Values.OrderByDescending(r => r.Submitted).ThenByDescending(r => r.Id, StringComparer.Ordinal),
        ];
    }

    /// <inheritdoc/>
    public Task Changed(RunStatus status)
    {
        _runs[status.Id] = status;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Sent(string sha256)
    {
        _sent[sha256] = clock.GetUtcNow();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task Watch()
    {
        foreach (var run in _unreadable.Keys.ToList())
            await Read(run);
        await Task.WhenAll(_runs.Values.Where(r => !r.IsOver).Select(r => Ask(r.Id)).ToList());
        await DeleteSent();
    }

    async Task Read(string run, CancellationToken cancellation = default)
    {
        try
        {
            var stored = await KeptRun.Read(store, run, cancellation);
            _unreadable.Remove(run);
            if (stored is null)
                return;
            _runs[run] = stored.Status;
            Note(run, stored.Request);
        }
        catch (StorageException e)
        {
            if (_unreadable.GetValueOrDefault(run) != e.Message)
                LogUnreadable(run, e.Message);
            _unreadable[run] = e.Message;
        }
    }

    void Note(string run, RunRequest request)
    {
        if (request.Key is { } key)
            _keyed[key] = run;
        if (request.Inputs.Count > 0 && !_runs[run].IsOver)
            _needed[run] = [.. request.Inputs.Select(f => f.Sha256)];
    }

    async Task DeleteSent()
    {
        var now = clock.GetUtcNow();
        foreach (var (run, files) in _needed.ToList())
        {
            foreach (var file in files.Where(_sent.ContainsKey))
                _sent[file] = now;
            if (!_runs.TryGetValue(run, out var status) || status.IsOver)
                _needed.Remove(run);
        }
        foreach (var file in _sent.Where(f => (now - f.Value).TotalSeconds > options.Value.InputSecondsKept).ToList())
        {
            _sent.Remove(file.Key);
            await store.Delete(SentFiles.Shelf, file.Key);
        }
    }

    // Where a run stands; asking activates its grain, and that begins the run again where it should be running.
    async Task Ask(string run)
    {
        try
        {
            var grain = GrainFactory.GetGrain<IRunGrain>(run);
            await grain.Resume();
            if (await grain.Status() is { } status)
                _runs[run] = status;
            else
                _runs.Remove(run); // its submission failed
        }
        catch (StorageException e)
        {
            LogUnkept(run, e.Message);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            LogUnanswered(run, e.GetType().Name);
        }
    }

    async Task DeleteOldest()
    {
        var over = _runs.Values.Where(r => r.IsOver).OrderByDescending(r => r.Ended ?? r.Submitted);
        foreach (var run in over.Skip(options.Value.RunsKept).ToList())
        {
            try
            {
                await GrainFactory.GetGrain<IRunGrain>(run.Id).Delete();
                _runs.Remove(run.Id);
                foreach (var (key, _) in _keyed.Where(k => k.Value == run.Id).ToList())
                    _keyed.Remove(key);
            }
            catch (Exception e) when (e is StorageException or OrleansException or TimeoutException)
            {
                LogUndeleted(run.Id, e.Message); // the next submission tries again
            }
        }
    }

    [LoggerMessage(20, LogLevel.Warning, "The state of run {Run} cannot be read; it is left out: {Cause}")]
    partial void LogUnreadable(string run, string cause);

    [LoggerMessage(
        21, LogLevel.Warning, "Run {Run} does not answer, as when its silo was lost; it is asked again: {Cause}")]
    partial void LogUnanswered(string run, string cause);

    [LoggerMessage(22, LogLevel.Warning, "Run {Run} waits for the store, and is asked again: {Cause}")]
    partial void LogUnkept(string run, string cause);

    [LoggerMessage(23, LogLevel.Warning, "Run {Run} is over and old, and cannot be deleted: {Cause}")]
    partial void LogUndeleted(string run, string cause);
}
