using AsyncOpt.Core;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Windows;
using Orleans.Concurrency;
using Orleans.Placement;

namespace AsyncOpt.Grains.Virtual;

/// <summary>
/// Hands orders and mail to a shard that computes on a thread of its own. The run places it: it names the silo in a
/// hint, which random placement follows.
/// </summary>
[Reentrant, RandomPlacement, Immovable]
sealed class PartitionGrain(
    PatientStore store, RunPlans plans, LocalMailboxes local, IDeviceChooser devices, TimeProvider clock)
    : Grain, IPartitionGrain, IDisposable
{
    // Who runs it looks every few seconds; when nobody does, it is gone.
    static readonly TimeSpan UnseenMax = TimeSpan.FromSeconds(150), UnseenCheck = TimeSpan.FromSeconds(10);

    ShardWorker? _worker;
    string _run = "";
    long _seen;

    /// <inheritdoc/>
    public Task Open(PartitionPlace place)
    {
        if (_worker is not null)
            return Task.CompletedTask;
        _run = place.Run;
        _seen = clock.GetTimestamp();
        var keys = Enumerable.Range(0, place.Count).Select(place.KeyOf).ToArray();
        var peers = Array.ConvertAll(keys, key => GrainFactory.GetGrain<IPartitionGrain>(key));
        // The hint that placed this grain, and the span of this turn, are not those of the mail that its thread sends.
        using (ExecutionContext.SuppressFlow())
            _worker = new ShardWorker(place, () => Make(place), Send, new Checkpoints(store, place.Run));
        local.Add(this.GetPrimaryKeyString(), _worker.Mailbox);
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        this.RegisterGrainTimer(CloseUnseen, new() { DueTime = UnseenCheck, Period = UnseenCheck, KeepAlive = true });
        return Task.CompletedTask;

        void Send(int to, Parcel parcel)
        {
            if (!local.TryDeliver(keys[to], parcel))
                peers[to].Deliver(parcel).Ignore();
        }
    }

    IShard Make(PartitionPlace place)
    {
        var plan = plans.Of(place.Run).GetAwaiter().GetResult();
        Simulator.LayOut(plan).CheckMessages("the silo that leads the run", place.Messages);
        var own = Math.Max(1, plan.ThreadsHere / place.Beside);
        return Shard.Of(
            plan with { Partitions = place.Count, ForcePartitions = true, Threads = own }, place.Number,
            devices.Open(plan.Device));
    }

    /// <inheritdoc/>
    public async Task<ShardAnswer> Ask(ShardOrder order, int part, TimeSpan wait)
    {
        if (_worker is not { } worker)
        {
            DeactivateOnIdle();
            return new ShardAnswer(ShardOutcome.Unknown);
        }
        _seen = clock.GetTimestamp();
        var answering = worker.Do(order);
        await ((Task)answering).WaitAsync(wait, clock).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!answering.IsCompleted)
            return new ShardAnswer(ShardOutcome.Busy);
        try
        {
            var segments = (await answering).Segments();
            return new ShardAnswer(ShardOutcome.Done, Parts: segments.Count, Part: segments[part]);
        }
        catch (OperationCanceledException)
        {
            return new ShardAnswer(ShardOutcome.Unknown);
        }
        catch (Exception e) when (e is InputException or StorageException)
        {
            return new ShardAnswer(ShardOutcome.Refused, e.Message);
        }
        catch (OutOfMemoryException)
        {
            return new ShardAnswer(ShardOutcome.Refused, RunGrain.OutOfMemory);
        }
#pragma warning disable CA1031 // It ends the run, which tells it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new ShardAnswer(ShardOutcome.Broken, $"{e.GetType().Name}: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public Task<ShardLook> Look()
    {
        _seen = clock.GetTimestamp();
        if (_worker is not { } worker)
            return Task.FromResult(new ShardLook(false, false, 0, null));
        var (window, waitsFor) = worker.Mailbox.Now;
        return Task.FromResult(new ShardLook(true, worker.IsBusy, window, waitsFor));
    }

    /// <inheritdoc/>
    public Task Deliver(Parcel parcel)
    {
        _worker?.Mailbox.Take(parcel);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Close()
    {
        Leave();
        DelayDeactivation(TimeSpan.Zero);
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Leave();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => Leave();

    void Leave()
    {
        if (_worker is null)
            return;
        local.Remove(this.GetPrimaryKeyString());
        _worker.Dispose();
        _worker = null;
        plans.Forget(_run);
    }

    Task CloseUnseen() => clock.GetElapsedTime(_seen) > UnseenMax ? Close() : Task.CompletedTask;
}
