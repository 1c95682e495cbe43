using AsyncOpt.Core;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Windows;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Grains.Virtual;

/// <summary>
/// Runs a plan in virtual time, its partitions spread over the silos: the same bits as in one process. Where a
/// partition is lost with its silo, all go on from the last whole checkpoint, placed anew.
/// </summary>
sealed partial class VirtualRunExecutor(
    IGrainFactory grains, ISiloStatusOracle silos, IOptions<GrainsOptions> options, TimeProvider clock,
    ILogger<VirtualRunExecutor> log) : IRunExecutor
{
    readonly LossPause _pause = new(silos, clock);

    /// <inheritdoc/>
    public RunMode Mode => RunMode.Virtual;

    /// <inheritdoc/>
    public async Task<RunResult> Run(RunContext context, Action<RunProgress> progress, CancellationToken cancellation)
    {
        var checkpoints = new Checkpoints(context.Store, context.RunId);
        var last = checkpoints.Last();
        // A checkpoint is of as many partitions as it has parts; without one there is a partition for each silo.
        var wanted = last?.Segments.Length ?? context.Plan.Partitions ?? _pause.Active().Length;
        var forced = context.Plan.ForcePartitions || last is not null;
        var (plan, warnings) = ShardedRun.Divide(
            context.Plan with { Partitions = wanted, ForcePartitions = forced });
        var avoided = new HashSet<SiloAddress>();
        for (int attempts = 0, losses = 0; ; attempts++)
        {
            var active = _pause.Active();
            var placed = Place(context.RunId, plan.Partitions!.Value, active, avoided);
            RunLimits.Check(plan, RunMode.Virtual, placed.Distinct().Count());
            try
            {
                var epoch = $"{context.Attempt}.{attempts}";
                var record = await Attempt(context, plan, epoch, placed, checkpoints, progress, cancellation);
                return new RunResult(record with { Warnings = [.. record.Warnings, .. warnings] }, []);
            }
            catch (PartitionLostException e) when (!cancellation.IsCancellationRequested)
            {
                // Losses count while it gets no further.
                var now = checkpoints.Last();
                losses = now?.Time > (last?.Time ?? -1) ? 1 : losses + 1;
                last = now;
                LogLost(e, context.RunId, e.Message, (last?.Time ?? 0) / 1e9);
                if (losses > options.Value.LossesMax)
                {
                    throw new InputException($"{e.Message}; {losses} losses since it last got further, at "
                        + $"{(last?.Time ?? 0) / 1e9} s; look at the logs of the silos, for memory above all");
                }
                if (e.Partition is { } partition)
                    avoided.Add(placed[partition]);
                // Who was avoided may be well: what it was asked for may have been with the silo that is lost.
                if (await _pause.Wait(losses, active, cancellation))
                    avoided.Clear();
            }
        }
    }

    async Task<RunRecord> Attempt(
        RunContext context, RunPlan plan, string epoch, SiloAddress[] placed, Checkpoints checkpoints,
        Action<RunProgress> progress, CancellationToken cancellation)
    {
        var beside = placed.CountBy(silo => silo).Max(silo => silo.Value);
        var place = new PartitionPlace(
            context.RunId, epoch, 0, placed.Length, beside, Simulator.LayOut(plan).MessageFormat);
        LogAttempt(
            context.RunId, epoch, Counted.Of(placed.Length, "partition"),
            Counted.Of(placed.Distinct().Count(), "silo"));
        await using var shards = await GrainShards.Open(
            grains, place, placed, checkpoints, context.Attempt, clock, cancellation);
        VirtualTime? every = context.Request.CheckpointEvery is { } seconds ? VirtualTime.FromSeconds(seconds) : null;
        return await OwnThread.Run($"run {context.RunId} {epoch}", () =>
            ShardedRun.Run(plan, shards, progress, every, cancellation));
    }

    // Neighbours go to different silos, and different runs begin at different ones.
    static SiloAddress[] Place(string run, int partitions, SiloAddress[] active, HashSet<SiloAddress> avoided)
    {
        var others = Array.FindAll(active, silo => !avoided.Contains(silo));
        var taken = others.Length > 0 ? others : active;
        var first = run.Sum(letter => letter);
        return [.. Enumerable.Range(0, partitions).Select(p => taken[(first + p) % taken.Length])];
    }

    [LoggerMessage(101, LogLevel.Information, "Run {Run}, epoch {Epoch}: {Partitions} on {Silos}")]
    partial void LogAttempt(string run, string epoch, string partitions, string silos);

    [LoggerMessage(102, LogLevel.Warning,
        "Run {Run}: {What}; it goes on from {Time} s of virtual time with all partitions placed anew")]
    partial void LogLost(Exception e, string run, string what, double time);
}
