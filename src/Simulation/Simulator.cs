using AsyncOpt.Core;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Computations;

namespace AsyncOpt.Simulation;

/// <summary>The embedded host: runs a plan in virtual time, in this process.</summary>
public static class Simulator
{
    /// <summary>Runs a plan to its end.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="hooks">What to watch; null for nothing.</param>
    /// <exception cref="InputException">The plan cannot be run: method and problem do not fit each other.</exception>
    public static RunRecord Run(RunPlan plan, RunHooks? hooks = null) =>
        plan.Precision == Precision.Float32
            ? Run<float>(plan, hooks ?? new RunHooks())
            : Run<double>(plan, hooks ?? new RunHooks());

    /// <summary>Lays a plan's method out as a run would, to find out whether it can.</summary>
    /// <param name="plan">What to run.</param>
    /// <exception cref="InputException">The problem lacks a dimension, or there is no role of a name.</exception>
    public static Layout LayOut(RunPlan plan)
    {
        var layout = Layout.Of(plan.Method, LayoutContext.Of(plan.Problem, plan.Places, plan.Topology, plan.Compute));
        foreach (var (name, law) in plan.Service)
            Role(name).ServiceTime = law;
        foreach (var (name, buffer) in plan.ServiceBuffers)
            Role(name).ServiceBuffer = buffer;
        if (plan.Compress is { } codec)
            layout.Compress(codec);
        return layout;

        RoleLayout Role(string name) => layout.Roles.FirstOrDefault(r => r.Name == name) ?? throw new InputException(
            $"service: the method has no role '{name}', only "
            + string.Join(", ", layout.Roles.Select(r => $"'{r.Name}'")));
    }

    /// <summary>The oracles of a run, each in its fastest form.</summary>
    internal static OracleSet<T> OraclesOf<T>(RunPlan plan)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var table = new OracleTable<T>(plan.Problem);
        return new OracleSet<T>(plan.Method, plan.Problem, o => table[o]);
    }

    static RunRecord Run<T>(RunPlan plan, RunHooks hooks)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var engine = new Engine<T>(plan, hooks);
        return engine.Run();
    }
}
