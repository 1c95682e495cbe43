using AsyncOpt.Core;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Windows;
using Orleans.Runtime.Placement;

namespace AsyncOpt.Grains.Virtual;

/// <summary>
/// The shards of one attempt as the run's own thread sees them: grains on the silos of the cluster. It is their leader
/// between sampling instants only; within, they agree among themselves. A partition that does not answer, or mail that
/// does not come while nobody computes, ends the attempt.
/// </summary>
sealed class GrainShards : IShards, IAsyncDisposable
{
    static readonly TimeSpan AskWait = TimeSpan.FromSeconds(5), LookEvery = TimeSpan.FromSeconds(2),
        StuckMax = TimeSpan.FromSeconds(60), EndMax = TimeSpan.FromSeconds(30);

    // A silo under load may let a call or two run out of time; one that is dead is told by the membership.
    const int TimeoutsMax = 3;

    readonly IPartitionGrain[] _grains;
    readonly Checkpoints _checkpoints;
    readonly int _attempt;
    readonly TimeProvider _clock;
    readonly CancellationToken _cancellation;
    readonly CancellationTokenSource _ending = new();
    readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _watching;
    readonly int[] _timeouts;
    int _orders;

    GrainShards(
        IPartitionGrain[] grains, Checkpoints checkpoints, int attempt, TimeProvider clock,
        CancellationToken cancellation)
    {
        (_grains, _checkpoints, _attempt, _clock, _cancellation) = (grains, checkpoints, attempt, clock, cancellation);
        _timeouts = new int[grains.Length];
        _watching = Task.Run(Watch, CancellationToken.None);
    }

    /// <summary>Opens the partitions of an attempt, each on its silo.</summary>
    /// <param name="grains">Finds them.</param>
    /// <param name="place">The place of partition 0.</param>
    /// <param name="silos">The silo of each partition.</param>
    /// <param name="checkpoints">The run's checkpoints.</param>
    /// <param name="attempt">Which attempt of the run this is.</param>
    /// <param name="clock">Measures how long none answers.</param>
    /// <param name="cancellation">The user's.</param>
    /// <exception cref="PartitionLostException">One could not be opened.</exception>
    public static async Task<GrainShards> Open(
        IGrainFactory grains, PartitionPlace place, SiloAddress[] silos, Checkpoints checkpoints, int attempt,
        TimeProvider clock, CancellationToken cancellation)
    {
        var partitions = Enumerable.Range(0, silos.Length)
            .Select(p => grains.GetGrain<IPartitionGrain>(place.KeyOf(p))).ToArray();
        await Task.WhenAll(partitions.Select((grain, p) => Open(grain, place with { Number = p }, silos[p])));
        return new GrainShards(partitions, checkpoints, attempt, clock, cancellation);
    }

    static async Task Open(IPartitionGrain grain, PartitionPlace place, SiloAddress silo)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
        try
        {
            await grain.Open(place);
        }
        catch (Exception e) when (IsLoss(e))
        {
            throw Lost(place.Number, e);
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Resume()
    {
        if (_checkpoints.Last() is not { } last)
            return null;
        Ask(p => new ShardOrder(
            _orders, ShardTask.Resume, last.Time, ReportKind.Counts, last.Attempt, last.Segments[p]));
        return last.Progress;
    }

    /// <inheritdoc/>
    public void Start() => Ask(_ => new ShardOrder(_orders, ShardTask.Start));

    /// <inheritdoc/>
    public IReadOnlyList<Stream> RunUntil(long instant, ReportKind kind) =>
        Ask(_ => new ShardOrder(_orders, ShardTask.RunUntil, instant, kind));

    /// <inheritdoc/>
    public void Save(long time, ReadOnlyMemory<byte> progress)
    {
        var answers = Ask(_ => new ShardOrder(_orders, ShardTask.Save, time, Attempt: _attempt));
        var segments = answers.Select(answer =>
        {
            using var reader = new BinaryReader(answer);
            return reader.ReadInt32();
        });
        _checkpoints.Complete(new WholeCheckpoint(_attempt, time, [.. segments], progress.ToArray()));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Stream> Stop()
    {
        // The user's wish is what this carries out; it does not end waiting for it.
        using var limit = new CancellationTokenSource(EndMax, _clock);
        return Ask(_ => new ShardOrder(_orders, ShardTask.Stop), limit.Token);
    }

    Stream[] Ask(Func<int, ShardOrder> order) => Ask(order, _cancellation);

    Stream[] Ask(Func<int, ShardOrder> order, CancellationToken cancellation)
    {
        _orders++;
        var answers = Task.WhenAll(_grains.Select((_, p) => Ask(p, order(p), cancellation)));
        // The first that fails ends the wait for all.
        return answers.GetAwaiter().GetResult();
    }

    async Task<Stream> Ask(int p, ShardOrder order, CancellationToken cancellation)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        while (true)
        {
            var asked = AskPart(p, order, parts.Count);
            if (await Task.WhenAny(asked, _lost.Task).WaitAsync(cancellation) == _lost.Task)
                await _lost.Task;
            var answer = await asked;
            switch (answer.Outcome)
            {
                case ShardOutcome.Busy:
                    continue;
                case ShardOutcome.Unknown:
                    throw Fail(Lost(p, null));
                case ShardOutcome.Refused:
                    throw Fail(new InputException(answer.Reason!));
                case ShardOutcome.Broken:
                    throw Fail(new InvalidOperationException($"partition {p}: {answer.Reason}"));
            }
            parts.Add(answer.Part);
            if (parts.Count >= answer.Parts)
                return new SegmentedStream(parts);
        }
    }

    async Task<ShardAnswer> AskPart(int p, ShardOrder order, int part)
    {
        try
        {
            return await _grains[p].Ask(order, part, AskWait);
        }
        catch (TimeoutException)
        {
            return new ShardAnswer(ShardOutcome.Busy); // looking at it will tell
        }
        catch (Exception e) when (IsLoss(e))
        {
            throw Fail(Lost(p, e));
        }
    }

    /// <summary>Looks at all partitions until the attempt ends: they close when nobody does.</summary>
    async Task Watch()
    {
        var before = new ShardLook[_grains.Length];
        var stuckSince = _clock.GetTimestamp();
        while (!_ending.IsCancellationRequested && !_lost.Task.IsCompleted)
        {
            var looks = await Task.WhenAll(_grains.Select((_, p) => Look(p, before[p])));
            if (looks.Any(look => look is null))
                return;
            if (!IsStuck(before, looks!))
                stuckSince = _clock.GetTimestamp();
            else if (_clock.GetElapsedTime(stuckSince) > StuckMax)
            {
                var waiting = Array.FindIndex(looks, look => look!.WaitsFor is not null);
                Fail(new PartitionLostException(
                    $"mail was lost: partition {waiting} waits for that of partition {looks[waiting]!.WaitsFor}, "
                    + $"of window {looks[waiting]!.Window}, and no partition computes"));
            }
            before = looks!;
            await Task.Delay(LookEvery, _clock, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Mail is on its way for a moment at most: where some wait, nobody computes and none gets further, it was lost.
    static bool IsStuck(ShardLook?[] before, ShardLook[] now) =>
        now.Any(look => look.IsBusy) && now.All(look => !look.IsBusy || look.WaitsFor is not null)
        && now.SequenceEqual(before);

    async Task<ShardLook?> Look(int p, ShardLook? before)
    {
        try
        {
            var look = await _grains[p].Look();
            _timeouts[p] = 0;
            if (look.IsOpen)
                return look;
            Fail(Lost(p, null));
        }
        catch (TimeoutException) when (++_timeouts[p] < TimeoutsMax)
        {
            return before ?? new ShardLook(IsOpen: true, IsBusy: false, 0, null);
        }
        catch (Exception e) when (IsLoss(e))
        {
            Fail(Lost(p, e));
        }
        return null;
    }

    // The first failure is what the attempt ends with.
    Exception Fail(Exception e)
    {
        _lost.TrySetException(e);
        return _lost.Task.Exception?.InnerException ?? e;
    }

    static PartitionLostException Lost(int p, Exception? cause) =>
        new($"partition {p} was lost{(cause is null ? "" : $": {cause.Message}")}", p, cause);

    static bool IsLoss(Exception e) => e is OrleansException or TimeoutException or ObjectDisposedException;

    /// <summary>Closes all partitions.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        foreach (var grain in _grains)
            grain.Close().Ignore(); // one that is lost closes by itself
        await _watching;
        _ = _lost.Task.Exception; // it was told already
        _ending.Dispose();
    }
}
