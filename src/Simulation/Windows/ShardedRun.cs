using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Partitions;

namespace AsyncOpt.Simulation.Windows;

/// <summary>Runs a plan as shards that are elsewhere.</summary>
static class ShardedRun
{
    /// <summary>Into how many partitions a run is cut where its plan, or the host, asks for some.</summary>
    /// <param name="plan">The run.</param>
    /// <returns>The plan with the number that is to be, and what the user should know of it.</returns>
    public static (RunPlan Plan, IReadOnlyList<string> Warnings) Divide(RunPlan plan)
    {
        var partitioning = Partitioning.Of(plan, Simulator.LayOut(plan));
        return (plan with { Partitions = partitioning.Count, ForcePartitions = true }, partitioning.Warnings);
    }

    /// <summary>Runs a plan to its end.</summary>
    /// <param name="plan">The run, as <see cref="Divide"/> gives it.</param>
    /// <param name="shards">As many shards.</param>
    /// <param name="progress">Called at every sampling instant, on this thread.</param>
    /// <param name="checkpointEvery">Virtual time between checkpoints; null for none.</param>
    /// <param name="cancellation">Ends the run with what it has so far.</param>
    public static RunRecord Run(
        RunPlan plan, IShards shards, Action<RunProgress>? progress, VirtualTime? checkpointEvery,
        CancellationToken cancellation) => plan.Precision == Precision.Float32
            ? Run<float>(plan, shards, progress, checkpointEvery, cancellation)
            : Run<double>(plan, shards, progress, checkpointEvery, cancellation);

    static RunRecord Run<T>(
        RunPlan plan, IShards shards, Action<RunProgress>? progress, VirtualTime? checkpointEvery,
        CancellationToken cancellation)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var host = new ShardedHost<T>(plan, shards, progress, checkpointEvery, cancellation);
        return host.Run();
    }
}
