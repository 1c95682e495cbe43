using AsyncOpt.Core;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Computations;

namespace AsyncOpt.Simulation;

/// <summary>What the caller of a run may watch and stop.</summary>
public sealed record RunHooks
{
    /// <summary>Called at every sampling instant, on the running thread.</summary>
    public Action<RunProgress>? Progress { get; init; }

    /// <summary>Ends the run with what it has so far.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Virtual time, in seconds, at which a checkpoint is written; the run goes on.</summary>
    public VirtualTime? CheckpointAt { get; init; }

    /// <summary>Receives the checkpoint.</summary>
    public Stream? CheckpointTo { get; init; }

    /// <summary>
    /// Hands events to programs one by one, also where they take rounds: for holding the one to the other.
    /// </summary>
    public bool OneByOne { get; init; }

    /// <summary>Evaluates what it has kernels for; null for the processor alone.</summary>
    public IBatchDevice? Device { get; init; }

    /// <summary>How many events a span must have to be handled agent after agent; 0 for any: for trying it with few.
    /// </summary>
    internal int SweepLeast { get; init; } = Partition<double>.SweepLeast;

    /// <summary>
    /// How many multiplications (coordinates times samples) a batch must have for several threads; 0 for any: for
    /// trying it with few.
    /// </summary>
    internal long ParallelLeast { get; init; } = BatchEvaluator<double>.ParallelLeast;

    /// <summary>Hears what agents send and handle.</summary>
    internal IEventObserver? Observer { get; init; }

    /// <summary>A checkpoint to go on from, of a run of the same plan with any number of partitions.</summary>
    public Stream? ResumeFrom { get; init; }
}

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
        {
            var role = layout.Roles.FirstOrDefault(r => r.Name == name) ?? throw new InputException(
                $"service: the method has no role '{name}', only "
                + string.Join(", ", layout.Roles.Select(r => $"'{r.Name}'")));
            role.ServiceTime = law;
        }
        return layout;
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
