using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Windows;

/// <summary>What a shard shows the judge.</summary>
enum ReportKind : byte
{
    /// <summary>Counts.</summary>
    Counts,

    /// <summary>Counts, and the memory that metrics are taken from.</summary>
    Sample,

    /// <summary>All that was recorded, and all memory that the run's end depends on.</summary>
    All,
}

/// <summary>Where a shard stands.</summary>
/// <param name="IsRunnable">Whether it has an event left that lets an agent act.</param>
/// <param name="LastTime">When its last event happened, in ns.</param>
/// <param name="Windows">Windows executed so far.</param>
/// <param name="Bytes">Bytes of memory it accounts for.</param>
/// <param name="Threads">Threads that evaluate its batches.</param>
readonly record struct ShardState(bool IsRunnable, long LastTime, long Windows, long Bytes, int Threads)
{
    public void Save(BinaryWriter to)
    {
        to.Write(IsRunnable);
        to.Write(LastTime);
        to.Write(Windows);
        to.Write(Bytes);
        to.Write(Threads);
    }

    public static ShardState Load(BinaryReader from) =>
        new(from.ReadBoolean(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt32());
}

/// <summary>Which memory the judge of a run looks at.</summary>
static class JudgedMemory
{
    /// <summary>The memory of some agents, in an order that both ends of a report share.</summary>
    /// <param name="world">Where it lies.</param>
    /// <param name="agents">The agents, by role.</param>
    /// <param name="kind">What for.</param>
    public static IEnumerable<RawBytes> Of<T>(
        World<T> world, Func<RoleLayout, IReadOnlyList<AgentRange>> agents, ReportKind kind)
        where T : unmanaged
    {
        var plan = world.Plan;
        if (kind == ReportKind.Counts || (kind == ReportKind.Sample && !plan.Metrics))
            yield break;
        foreach (var (role, range) in world.Roles.SelectMany(r => agents(r.Layout).Select(range => (r, range))))
        {
            if (kind == ReportKind.All)
            {
                yield return RawBytes.Of(world.Cores, 1, new(role.First + range.First, role.First + range.End));
                foreach (var bytes in role.DeclaredMemory(range))
                    yield return bytes;
                continue;
            }
            for (var v = 0; v < role.Dimensions.Length; v++)
            {
                // A diagnostic may read any vector or table; the standard metrics, those of the estimate.
                var estimate = role.Layout.Vectors[v].Estimate;
                if (plan.Diagnostics.Count > 0 || estimate is not (Estimate.None or Estimate.Single))
                    yield return role.VectorMemory(v, range);
                else if (estimate == Estimate.Single && range.First == 0 && range.Count > 0)
                    yield return role.VectorMemory(v, new(0, 1));
            }
            for (var t = 0; t < role.TableLengths.Length && plan.Diagnostics.Count > 0; t++)
                yield return role.TableMemory(t, range);
        }
    }
}
