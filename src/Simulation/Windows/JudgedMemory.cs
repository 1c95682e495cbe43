using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Windows;

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
                yield return role.CoreMemory(range);
                foreach (var bytes in role.DeclaredMemory(range))
                    yield return bytes;
                continue;
            }
            for (var v = 0; v < role.Dimensions.Length; v++)
            {
                // A diagnostic may read any vector or table; the standard metrics, those of the estimate.
                var estimate = role.Layout.Vectors[v].Estimate;
                var judged = plan.Diagnostics.Count > 0 || estimate is not (Estimate.None or Estimate.Single) ? range
                    : estimate == Estimate.Single && range.First == 0 && range.Count > 0 ? new(0, 1)
                    : new AgentRange(0, 0);
                foreach (var bytes in role.VectorMemory(v, judged))
                    yield return bytes;
            }
            for (var t = 0; t < role.TableLengths.Length && plan.Diagnostics.Count > 0; t++)
                yield return role.TableMemory(t, range);
        }
    }
}
