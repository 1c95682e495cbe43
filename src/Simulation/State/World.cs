using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Simulation.State;

/// <summary>
/// What all partitions of a run share, or those of a process. Each agent's part is touched by its own partition only.
/// </summary>
sealed unsafe class World<T> : IDisposable
    where T : unmanaged
{
    readonly Arena _arena = new();

    /// <param name="plan">The run.</param>
    /// <param name="layout">Its method's layout.</param>
    /// <param name="present">
    /// Which agents of a role are in this process; null for all. Numbers are the same everywhere, and the memory of the
    /// others is never touched.
    /// </param>
    /// <param name="isByAgent">Whether all that an agent has may lie together; then no vector moves.</param>
    public World(
        RunPlan plan, Layout layout, Func<RoleLayout, IReadOnlyList<AgentRange>>? present = null,
        bool isByAgent = true)
    {
        var links = new Links(plan, layout);
        Plan = plan;
        Layout = layout;
        Links = links;
        Kinds = [.. layout.Kinds];
        KindBytes = BytesOf(layout);
        KindDimensions = DimensionsOf(layout);
        Crashes = PlaceCrashes.Of(plan, layout);
        Clocks = AgentClocks.Of(plan);
        Roles =
        [
            .. layout.Roles.Select(r => new RoleMemory<T>(
                r, _arena, isByAgent && !EqualTimes.Of(plan), Crashes is not null && r.Count == Count.Tokens)),
        ];
        Cores = new AgentCores<T>(Roles);
        foreach (var role in layout.Roles)
        {
            foreach (var agents in present?.Invoke(role) ?? [new AgentRange(0, role.Agents)])
            {
                for (var i = agents.First; i < agents.End; i++)
                {
                    Cores[role.First + i].Place = role.StartPlaceOf(i);
                }
                Initialize(Roles[role.Index], agents, plan.InitialPoint);
            }
        }
    }

    public RunPlan Plan { get; }

    public Layout Layout { get; }

    public Links Links { get; }

    /// <summary>When places are down; null where no token can meet that.</summary>
    public PlaceCrashes? Crashes { get; }

    /// <summary>The clocks by which agents set timers; null where all are right.</summary>
    public AgentClocks? Clocks { get; }

    public MessageKind[] Kinds { get; }

    /// <summary>Bytes on the wire, per kind.</summary>
    public long[] KindBytes { get; }

    /// <summary>Dimensions of the vectors of each kind.</summary>
    public int[][] KindDimensions { get; }

    public RoleMemory<T>[] Roles { get; }

    /// <summary>What the engine keeps of each agent.</summary>
    public AgentCores<T> Cores { get; }

    public int Agents => Layout.Agents;

    /// <summary>An agent's role, without a look at the agent's own memory: there are few roles.</summary>
    public RoleMemory<T> RoleOf(int agent) => Cores.RoleOf(agent);

    public ulong Seed => Plan.Seeds.Run;

    public long Bytes => Roles.Sum(r => r.Bytes) + Links.Bytes;

    public void Dispose()
    {
        Links.Dispose();
        foreach (var role in Roles)
            role.Dispose();
        _arena.Dispose();
    }

    /// <summary>Dimensions of the vectors of each kind.</summary>
    public static int[][] DimensionsOf(Layout layout) =>
        [.. layout.Kinds.Select(k => k.Vectors.Select(v => v.Resolve(layout.Context.Dimension)).ToArray())];

    /// <summary>Bytes on the wire, per kind.</summary>
    public static long[] BytesOf(Layout layout)
    {
        var width = sizeof(T);
        return [.. layout.Kinds.Select(k => k.Bytes ?? k.BodyBytes
            + k.Vectors.Sum(v => (long)width * v.Resolve(layout.Context.Dimension)))];
    }

    static void Initialize(RoleMemory<T> role, AgentRange agents, double[]? point)
    {
        if (point is null)
            return;
        for (var v = 0; v < role.Dimensions.Length; v++)
        {
            if (role.Layout.Vectors[v].Initial != Initial.Point)
                continue;
            for (var i = agents.First; i < agents.End; i++)
                Floats.FromDouble(point, new Span<T>(role.Vector(v, i), role.Dimensions[v]));
        }
    }
}
