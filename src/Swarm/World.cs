using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Experiments.Specification;
using AsyncOpt.Simulation;

namespace AsyncOpt.Swarm;

/// <summary>
/// An experiment that is checked. It is a file: what is done with it follows from its text, so that the file alone
/// repeats all of it.
/// </summary>
sealed class World
{
    /// <summary>How the names of worlds begin in which anything may go wrong, and no progress is asked for.</summary>
    public const string Safety = "safety";

    /// <summary>How the names of worlds begin in which what goes wrong ends, and progress is asked for.</summary>
    public const string Liveness = "liveness";

    readonly Lazy<RunRecord> _record;
    readonly Lazy<RunRecord> _shared;
    readonly Lazy<Witness> _witness;

    World(string text, string name, Arm arm, RunPlan plan, LoadOptions options)
    {
        (Text, Name, Arm, Plan, Options) = (text, name, arm, plan, options);
        _record = new(() => Simulator.Run(Plan));
        _shared = new(() => Simulator.Run(
            Plan with { Threads = 2 }, new RunHooks { SweepLeast = 0, ParallelLeast = 0 }));
        _witness = new(() => Witness.Of(Plan));
    }

    /// <summary>The experiment file.</summary>
    public string Text { get; }

    /// <summary>The experiment's name.</summary>
    public string Name { get; }

    /// <summary>Its only arm.</summary>
    public Arm Arm { get; }

    /// <summary>The run, on one thread and one partition.</summary>
    public RunPlan Plan { get; }

    /// <summary>How its file is read.</summary>
    public LoadOptions Options { get; }

    /// <summary>Whether progress is asked for.</summary>
    public bool IsLiveness => Name.StartsWith(Liveness, StringComparison.Ordinal);

    /// <summary>What the run comes to: others are held to it.</summary>
    public RunRecord Record => _record.Value;

    /// <summary>The same run on two threads, in sweeps and batches however few events there are.</summary>
    public RunRecord Shared => _shared.Value;

    /// <summary>The run as somebody saw it who counted for himself.</summary>
    public Witness Witness => _witness.Value;

    /// <summary>A world of a tree of keys.</summary>
    /// <exception cref="InputException">It is no good experiment.</exception>
    public static World Of(JsonObject tree, LoadOptions options) => Of(FlowText.File(tree), "world.yaml", options);

    /// <summary>A world of an experiment file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="options">How it is read.</param>
    /// <exception cref="InputException">It is no good experiment, or has several arms.</exception>
    public static World Of(string text, string file, LoadOptions options)
    {
        var experiment = Experiment.Parse(text, file, AppContext.BaseDirectory, options);
        if (experiment.Arms is not [var arm])
            throw new InputException($"{file}: expected an experiment with one arm, got {experiment.Arms.Count}");
        var plan = arm.Plan(0) with { Threads = 1, Partitions = 1 };
        return new World(text, experiment.Name, arm, plan, options);
    }

    /// <summary>The same run on a number of partitions, however short their windows are.</summary>
    public RunPlan Divided(int partitions) => Plan with { Partitions = partitions, ForcePartitions = true };
}
