using System.Text.Json.Nodes;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments;

/// <summary>
/// One arm of an experiment: resolved and found good, ready to be run once for each repetition. Plans may be made from
/// several threads at once.
/// </summary>
public sealed class Arm
{
    readonly ArmBuilder _builder;
    readonly Resources _resources;
    readonly OptimumCache _optima;
    readonly JsonObject _specification;

    internal Arm(
        string name, ArmTree tree, ExperimentFile file, JsonObject json, Resources resources, OptimumCache optima)
    {
        (Name, File, Tree, _resources, _optima) = (name, file, tree, resources, optima);
        _builder = new ArmBuilder(file, tree.Tree, resources);
        _specification = Resolved(json, file);
    }

    /// <summary>The arm's name, which is also its folder's; the method's name where the file has no arms.</summary>
    public string Name { get; }

    /// <summary>For an arm of a sweep, the condition under which it is tuned: keys and their values.</summary>
    public IReadOnlyList<GridValue> Condition => Tree.Condition;

    /// <summary>For an arm of a sweep, the name of the arm that it varies; empty for a file without arms.</summary>
    public string Base => Tree.Base ?? "";

    /// <summary>For an arm of a sweep, the keys that it sets and their values.</summary>
    public IReadOnlyList<GridValue> Point => Tree.Point;

    /// <summary>The keys as they were read.</summary>
    public ExperimentFile File { get; }

    /// <summary>The method's entry in the catalogue.</summary>
    public Entry Method => File.Method.Entry;

    /// <summary>
    /// The arm's whole specification: every default filled in, keys in a fixed order. It can be run as an experiment
    /// file. A copy: it may be changed.
    /// </summary>
    public JsonObject Specification => (JsonObject)_specification.DeepClone();

    /// <summary>What is dubious, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];

    /// <summary>
    /// What the predictions of its diagnostics rest on, a line each: met, not met, or not checked and why.
    /// </summary>
    public IReadOnlyList<string> Conditions { get; private set; } = [];

    /// <summary>How many of these are not met, and how many are not checked.</summary>
    public (int NotMet, int NotChecked) OpenConditions { get; private set; }

    /// <summary>For an arm of a sweep that was built, whether more of the metric that judges it is better.</summary>
    internal bool IsBestAbove { get; private set; }

    internal ArmTree Tree { get; }

    /// <summary>The seeds of one repetition.</summary>
    /// <param name="repetition">Which, from 0.</param>
    public Seeds SeedsOf(int repetition) => File.Seed.Of(repetition);

    /// <summary>The files that its first repetition is built from, without the optimum; none before that.</summary>
    public IReadOnlyList<InputFile> Inputs { get; private set; } = [];

    /// <summary>As <see cref="SpecificationOf(int)"/>, with files by their full paths: it repeats that run from
    /// any folder.</summary>
    /// <param name="plan">The plan of that run.</param>
    /// <param name="repetition">Which, from 0.</param>
    public JsonObject SpecificationOf(RunPlan plan, int repetition)
    {
        var specification = SpecificationOf(repetition);
        Experiments.Inputs.Resolve(
            specification, plan.Inputs, file => Data.DataLocator.IsEverywhere(file.Name, file.Path));
        return specification;
    }

    /// <summary>As <see cref="Specification"/>, with the seeds of one repetition: it repeats that run.</summary>
    /// <param name="repetition">Which, from 0.</param>
    public JsonObject SpecificationOf(int repetition)
    {
        var seeds = SeedsOf(repetition);
        var specification = Specification;
        specification["seed"] = Canonical.Of(new SeedOptions
        {
            Base = seeds.Data,
            Data = seeds.Data,
            Topology = seeds.Topology,
            Initialization = seeds.Initialization,
            Run = seeds.Run,
        });
        return specification;
    }

    /// <summary>The plan of one repetition, its optimum found where there is one.</summary>
    /// <param name="repetition">Which, from 0.</param>
    /// <param name="progress">Told what takes long.</param>
    /// <param name="cancellation">Ends the search for the optimum.</param>
    /// <exception cref="Core.InputException">Something cannot be built for these seeds.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public RunPlan Plan(int repetition, Action<string>? progress = null, CancellationToken cancellation = default)
    {
        var plan = PlanWithoutOptimum(repetition);
        var optimum = _resources.Optimum(plan.Problem, _optima, progress, cancellation);
        return plan with { Inputs = [.. plan.Inputs, .. optimum] };
    }

    /// <summary>
    /// Seconds on the wall that data and graph of a plan took to build, and its optimum to be had, whichever run was
    /// the first to need them.
    /// </summary>
    /// <param name="plan">A plan of this arm.</param>
    public (double Data, double Optimum) SecondsOf(RunPlan plan) => _resources.SecondsOf(plan);

    /// <summary>The same without the optimum, for a part of a host that takes no metrics.</summary>
    /// <param name="repetition">Which, from 0.</param>
    /// <exception cref="Core.InputException">Something cannot be built for these seeds.</exception>
    public RunPlan PlanWithoutOptimum(int repetition) => Plan(repetition, new Diagnostics());

    /// <summary>Facts of the problem, for the user: rows, dimension, labels, shards. Finds no optimum.</summary>
    /// <param name="plan">A plan of this arm.</param>
    public static IReadOnlyList<(string Name, string Value)> ProblemFacts(RunPlan plan) => [.. plan.Problem.Facts()];

    /// <summary>Facts of the topology, for the user: degrees, spectral gap. Empty for workers of a server.</summary>
    /// <param name="plan">A plan of this arm.</param>
    public IReadOnlyList<(string Name, string Value)> TopologyFacts(RunPlan plan) => _resources.TopologyFacts(plan);

    /// <summary>Facts of links, speeds and budgets, for the user: what was taken for what. Each has its key.</summary>
    /// <param name="plan">A plan of this arm.</param>
    public static IReadOnlyList<(string Key, string Name, string Value)> SettingFacts(RunPlan plan) =>
        [.. Experiments.SettingFacts.Of(plan)];

    internal RunPlan Plan(int repetition, Diagnostics diagnostics)
    {
        var plan = _builder.Build(SeedsOf(repetition), diagnostics);
        diagnostics.ThrowIfAny();
        return plan!;
    }

    /// <summary>Builds the first repetition, to find what is wrong.</summary>
    internal void Check(Diagnostics diagnostics, BestOptions? best, SpecNode? bestAt)
    {
        if (_builder.Build(SeedsOf(0), diagnostics) is not { } plan)
            return;
        Inputs = plan.Inputs;
        Checks.Built(plan, Tree.Tree, diagnostics);
        if (best is { At: not BestAt.TimeToTarget })
            Checks.Metric(best.Metric, plan, bestAt!, diagnostics);
        else if (best is not null && plan.Stop.Target is null)
            diagnostics.Add(bestAt!, "time-to-target needs stop.target");
        IsBestAbove = best is not null && plan.IsBetterAbove(best.Metric);
        Conditions = [.. plan.Conditions.Select(c => c.Line)];
        OpenConditions = (plan.Conditions.Count(c => c.IsMet == false), plan.Conditions.Count(c => c.IsMet is null));
        Warnings = [.. Checks.Warnings(plan, File)];
    }

    // Two ways to say the sampling instants become one.
    static JsonObject Resolved(JsonObject json, ExperimentFile file)
    {
        var resolved = (JsonObject)json.DeepClone();
        resolved["sample-every"] = Canonical.Of(file.SamplingStep);
        resolved["samples"] = null;
        resolved["mixing"] = file.Mixing?.Json.DeepClone();
        return resolved;
    }
}
