using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Simulation.Memory;
using Orleans.Concurrency;
using Orleans.Placement;

namespace AsyncOpt.Grains.Live;

/// <summary>Opens, watches and closes a silo's part of a live run. The run's leader places it with a hint.</summary>
[Reentrant, RandomPlacement, Immovable]
sealed class LiveHostGrain(LiveParts parts, RunPlans plans, ILocalSiloDetails silo, TimeProvider time)
    : Grain, ILiveHostGrain
{
    // So many activations are asked for at a time: enough to keep the silo busy, few enough to go on answering.
    const int JoinedAtATime = 256;

    IReadOnlyList<ReadOnlyMemory<byte>> _answer = [];

    (string Run, string Silo) Key
    {
        get
        {
            var key = this.GetPrimaryKeyString();
            var at = key.LastIndexOf('/');
            return (key[..at], key[(at + 1)..]);
        }
    }

    // The part belongs to the silo: should the activation be lost, the next one finds it. Where the silo is lost, too,
    // that one is elsewhere, and must not pass off another silo's part as its own.
    LivePart? Found => Key.Silo == silo.SiloAddress.ToParsableString() ? parts.Find(Key.Run) : null;

    LivePart Part => Found ?? throw new InvalidOperationException("this silo takes no part in the run");

    /// <inheritdoc/>
    public async Task Open(LivePlace place)
    {
        var plan = await plans.Of(place.Run);
        var clock = new LiveClock(place.TimeFactor, time.GetUtcNow() - place.Began);
        parts.Open(place.Key, new LivePart(place, plan, clock, parts, silo.SiloAddress, GrainFactory));
        DelayDeactivation(Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public async Task Join(LiveMap map)
    {
        var part = Part;
        part.Learn(map);
        Telemetry.Quiet();
        foreach (var some in part.Missing().Chunk(JoinedAtATime))
            await Task.WhenAll(some.Select(agent => part.Peer(agent).Join().AsTask()));
    }

    /// <inheritdoc/>
    public Task Start()
    {
        // What the agents do then is no part of this call.
        using (ExecutionContext.SuppressFlow())
            Part.Run.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask Deliver(LiveMessage[] messages)
    {
        if (Found is { } part)
            part.Deliver(messages);
        else
            DeactivateOnIdle(); // the run is over, or the silo lost: the call has made this activation
        return default;
    }

    /// <inheritdoc/>
    public Task<WireReport> Report() => Task.FromResult(WireReport.Of(Part.Run.Report()));

    /// <inheritdoc/>
    public async Task<LiveAnswer> Sample(bool isLast) => Answer(await Part.Run.Sample(isLast));

    /// <inheritdoc/>
    public Task<LiveAnswer> Recorded(int taken) => Task.FromResult(Answer(Part.Run.Recorded(taken)));

    /// <inheritdoc/>
    public Task<LiveAnswer?> Log() => Task.FromResult(Part.CloseLog() is { } log ? Answer(log) : null);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> More(int part) => Task.FromResult(_answer[part]);

    /// <inheritdoc/>
    public Task Flush()
    {
        using (ExecutionContext.SuppressFlow())
            Part.Run.Flush();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<WireLateness> Lateness()
    {
        var lateness = Part.Lateness;
        return Task.FromResult(new WireLateness(lateness.Fired, lateness.Mean, lateness.Max, lateness.Asked));
    }

    /// <inheritdoc/>
    public Task Close()
    {
        if (Found is not { } part)
            return Task.CompletedTask;
        parts.Close(Key.Run);
        plans.Forget(part.Place.Run);
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    // The leader asks one thing after the other, and takes all parts of an answer before it asks again.
    LiveAnswer Answer(SegmentedStream whole)
    {
        _answer = whole.Segments();
        return new LiveAnswer(_answer.Count, _answer[0]);
    }
}
