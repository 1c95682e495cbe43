using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// Owns the life of one run. The run itself goes on threads of its own; the grain only begins it, watches it and keeps
/// what it came to. Turns interleave where they wait: each change of the state is made in one step and then kept. Runs
/// are few and heavy, so chance spreads them over the silos better than the load of a moment ago.
/// </summary>
[Reentrant, GrainType("asyncopt.run"), RandomPlacement]
sealed partial class RunGrain(
    IRunStore store, PatientStore patient, RunPlans plans, IEnumerable<IRunExecutor> executors,
    IOptions<GrainsOptions> options, RunMetrics metrics, WorkFolder work, TimeProvider clock, ILogger<RunGrain> log)
    : Grain, IRunGrain, IIncomingGrainCallFilter, IDisposable
{
    /// <summary>Why a run ends for which there is no memory.</summary>
    public static string OutOfMemory =>
        $"out of memory: a silo's {MachineMemory.Text(MachineMemory.Bytes)} are not enough for what it runs; take "
        + "fewer agents or parameters, 'precision: float32', more silos, or fewer runs at a time";

    KeptRun? _run;
    Task _attempt = Task.CompletedTask, _kept = Task.CompletedTask;
    CancellationTokenSource? _ending;
    ProgressLog _progress = new(0, 1);
    bool _isHandingOver;
    volatile string? _says;

    // Its state is damaged, and this says how. Not thrown while the grain is activated, which would be logged as a
    // failure of the silo's.
    StorageException? _broken;

    string Id => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            _run = await KeptRun.Read(store, Id, cancellationToken);
        }
        catch (StorageException e)
        {
            _broken = e;
            return;
        }
        metrics.Count(null, _run?.Status);
        await Resume();
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        metrics.Count(_run?.Status, null);
        if (_attempt.IsCompleted || _run is null)
            return;
        _isHandingOver = true;
        await _ending!.CancelAsync();
        await _attempt.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing
            | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!_run.Status.IsOver)
        {
            LogHandedOver(Id);
            await (_run with { IsHandedOver = true }).Write(store, cancellationToken);
        }
    }

    /// <summary>A grain whose state is damaged says so to everybody, until it is mended.</summary>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (_broken is null)
            return context.Invoke();
        DeactivateOnIdle();
        throw new StorageException(_broken.Message, _broken);
    }

    /// <inheritdoc/>
    public async Task<RunStatus> Submit(RunRequest request)
    {
        if (_run is not null)
            throw new InvalidOperationException($"there is a run '{Id}' already");
        _run = new KeptRun
        {
            Request = request,
            Status = RunStatus.Queued(Id, request, clock.GetUtcNow()),
        };
        metrics.Count(null, _run.Status);
        LogSubmitted(Id, request.Name, request.Arm, request.Repetition, request.Mode);
        await Begin();
        return Now();
    }

    /// <inheritdoc/>
    public Task<RunRequest?> Request() => Task.FromResult(_run?.Request);

    /// <inheritdoc/>
    public Task<RunStatus?> Status() => Task.FromResult(_run is null ? null : Now());

    /// <inheritdoc/>
    public async Task<RunStatus?> Cancel()
    {
        if (_run is null || _run.Status.IsOver)
            return _run?.Status;
        await Keep(_run with { IsCancelled = true });
        if (_ending is { } ending)
            await ending.CancelAsync();
        return Now();
    }

    /// <inheritdoc/>
    public async Task<ProgressPage?> Follow(long after, TimeSpan wait)
    {
        if (_run is null)
            return null;
        if (!_run.Status.IsOver)
            await _progress.Next(after, wait);
        var lines = _progress.After(after);
        return new ProgressPage(lines, lines.Count == 0 && _run.Status.IsOver ? _run.Status : null);
    }

    /// <inheritdoc/>
    public async Task Resume()
    {
        if (_run is null || _run.Status.IsOver || !_attempt.IsCompleted || _isHandingOver)
            return;
        if (_run.IsCancelled)
        {
            await End(RunState.Cancelled, "cancelled while its silo was lost or stopped");
            return;
        }
        var losses = _run.Losses + (_run.Status.Attempts > 0 && !_run.IsHandedOver ? 1 : 0);
        _run = _run with { Losses = losses, IsHandedOver = false };
        if (losses > options.Value.LossesMax)
        {
            await End(RunState.Failed, $"its silo was lost {losses} times while it ran, so it is not begun again; "
                + "look at the logs of the silos, for memory above all");
            return;
        }
        await Begin();
    }

    /// <inheritdoc/>
    public async Task Delete()
    {
        if (_run is { Status.IsOver: false })
            return;
        await store.Delete(Id);
        DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public void Dispose() => _ending?.Dispose();

    // Begins an attempt; it goes on in turns of its own.
    async Task Begin()
    {
        var run = _run!;
        var attempt = run.Status.Attempts;
        _progress = new ProgressLog(attempt, options.Value.ProgressKept);
        _ending = new CancellationTokenSource();
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        var begun = new TaskCompletionSource();
        _attempt = Guarded(Attempt(attempt, begun.Task, _ending.Token));
        try
        {
            await Keep(run with
            {
                Status = run.Status with
                {
                    State = RunState.Starting,
                    Started = run.Status.Started ?? clock.GetUtcNow(),
                    Attempts = attempt + 1,
                },
            });
            begun.SetResult();
        }
        catch (Exception e)
        {
            begun.SetException(e); // what cannot be kept is not begun
            throw;
        }
        if (attempt > 0)
            LogResumed(Id, attempt + 1);
    }

    async Task Attempt(int attempt, Task begun, CancellationToken cancellation)
    {
        await begun; // a run that could not be kept has not begun, and has no end to be kept either
        try
        {
            var run = _run!;
            var executor = executors.LastOrDefault(e => e.Mode == run.Request.Mode) ?? throw new InputException(
                $"this silo has no executor of mode {run.Request.Mode}");
            var built = await plans.Of(Id, run.Request, what => _says = what, cancellation);
            await Keep(_run! with { Status = _run!.Status with { State = RunState.Running } }, patient);
            var context = new RunContext(Id, run.Request, built.Plan, attempt, patient);
            var result = await await OwnThread.Run(
                $"run {Id}", () => RunTracing.Run(executor, context, _progress.Add, cancellation));
            if (!_isHandingOver || result.Record.Outcome != Outcome.Cancelled)
                await Finish(built, result, attempt);
        }
        catch (Exception e)
        {
            await Fail(e, attempt);
        }
    }

    // Nothing awaits an attempt: what goes wrong even in ending it ends here.
    async Task Guarded(Task attempt)
    {
        try
        {
            await attempt;
        }
        catch (Exception e)
        {
            LogUnkept(e is StorageException ? null : e, Id, e.Message);
            DeactivateOnIdle(); // the store knows more than this activation
        }
        finally
        {
            plans.Forget(Id);
            DelayDeactivation(TimeSpan.Zero);
            _progress.Wake();
        }
    }

    async Task Finish(BuiltRun built, RunResult result, int attempt)
    {
        if (!await IsMine(attempt))
            return;
        await Task.Run(() => RunArchive.Write(
            patient, work, Id, _run!.Request, built, result, Math.Max(1, plans.Count)));
        var record = result.Record;
        _run = _run! with
        {
            Status = _run!.Status with { Outcome = record.Outcome, Hash = Text.Hash(record.Hash), HasRecord = true },
        };
        await End(record.Outcome == Outcome.Cancelled ? RunState.Cancelled : RunState.Ended, record.Reason);
    }

    async Task Fail(Exception e, int attempt)
    {
        if (_isHandingOver || !await IsMine(attempt))
            return;
        if (_run!.IsCancelled)
        {
            await End(RunState.Cancelled, "cancelled");
            return;
        }
        if (e is not (InputException or StorageException))
            LogBroken(e, Id);
        await End(RunState.Failed, e switch
        {
            InputException or StorageException => e.Message,
            OutOfMemoryException => OutOfMemory,
            _ when StorageException.Is(e) => $"{e.Message} {StorageException.Cause("", e)}",
            _ => $"internal error: {e.GetType().Name}: {e.Message} (the silo's log has more)",
        });
    }

    async Task End(RunState state, string reason)
    {
        var status = _run!.Status with
        {
            State = state,
            Reason = reason,
            Ended = clock.GetUtcNow(),
            Last = _progress.Last ?? _run.Status.Last,
        };
        LogEnded(Id, state, reason);
        await Keep(_run with { Status = status }, patient);
        // Checkpoints and the like are of no more use.
        foreach (var name in (await patient.Names(Id)).Except(status.HasRecord ? KeptRun.Files : [KeptRun.File]))
            await patient.Delete(Id, name);
    }

    // A silo that was taken for lost may come to an end that another one has begun anew.
    async Task<bool> IsMine(int attempt)
    {
        var stored = await KeptRun.Read(patient, Id);
        if (stored is null || stored.Status.Attempts == attempt + 1)
            return true; // where somebody deleted the state, nobody else has begun the run
        LogOvertaken(Id, attempt + 1);
        return false;
    }

    // The state as of now; while it runs, with what is not kept.
    RunStatus Now() => _run!.Status.IsOver
        ? _run.Status
        : _run.Status with
        {
            Last = _progress.Last ?? _run.Status.Last,
            Reason = _run.IsCancelled ? "being cancelled" : _run.Status.State == RunState.Starting ? _says : null,
        };

    async Task Keep(KeptRun run, IRunStore? to = null)
    {
        metrics.Count(_run?.Status, run.Status);
        _run = run;
        await (_kept = KeepAfter(_kept, to ?? store));
        await Tell();
    }

    // One write at a time, and always of the latest state.
    async Task KeepAfter(Task other, IRunStore to)
    {
        await other.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await _run!.Write(to);
    }

    async Task Tell()
    {
        try
        {
            await GrainFactory.GetGrain<IRunDirectory>(0).Changed(Now());
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            LogUntold(e, Id); // the directory asks by itself
        }
    }
}
