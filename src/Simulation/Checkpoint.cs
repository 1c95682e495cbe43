using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation;

static class Checkpoint
{
    public static void Save<T>(
        Stream stream, RunPlan plan, World<T> world, Partition<T>[] partitions, long time, List<MetricPoint> metrics)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    public static long Load<T>(
        Stream stream, RunPlan plan, World<T> world, Partition<T>[] partitions, Partitioning partitioning, List<MetricPoint> metrics)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();
}
