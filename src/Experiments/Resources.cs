using System.Diagnostics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Experiments.Specification;
using AsyncOpt.Kernels;

namespace AsyncOpt.Experiments;

/// <summary>Graphs, matrices and problems, each built once for all runs for which it is the same.</summary>
/// <param name="cache">What was built.</param>
/// <param name="locate">Finds data files.</param>
/// <param name="plugins">The plug-ins that everything is built with.</param>
sealed class Resources(ResourceCache cache, Func<string, string> locate, IReadOnlyList<string> plugins)
{
    // Nobody waits longer for a fact that decides nothing.
    const double SpectrumSecondsMax = 5;

    /// <summary>Begins to collect what a plan is built from: at first, the plug-ins.</summary>
    public Inputs Inputs()
    {
        var inputs = new Inputs(cache, locate);
        foreach (var path in plugins)
            inputs.Add(InputFile.PlugIn, path, path);
        return inputs;
    }

    /// <summary>A graph. One that its seed does not change is one object for all seeds.</summary>
    public Topology Topology(Choice<TopologyGenerator> choice, ulong seed, Inputs inputs)
    {
        var json = choice.Json.ToJsonString();
        return Built((json, seed), inputs, locate =>
        {
            var built = choice.Create().Build(new GraphContext(new GraphDraws(seed), locate("topology")));
            var first = cache.Get((json, "of any seed"), () => built);
            return AreSame(first, built) ? first : built;
        });
    }

    /// <summary>The weights of a graph.</summary>
    public MixingSchedule Mixing(Choice<MixingRule> choice, Topology topology) =>
        cache.Get(
            (choice.Json.ToJsonString(), topology), () => cache.Timed(() => choice.Create().Schedule(topology))!);

    /// <summary>A problem, its data dealt out; optima and predictions are computed with its fast loss, too.</summary>
    public Problem Problem(
        Choice<Problem> choice, int places, ulong dataSeed, Topology? topology, Inputs inputs) =>
        Built((choice.Json.ToJsonString(), places, dataSeed, topology), inputs, locate =>
        {
            var problem = choice.Create();
            problem.Build(new ProblemContext(places, dataSeed, locate("problem"), topology));
            FastLosses.Attach(problem);
            return problem;
        });

    /// <summary>Facts of a plan's graph and matrix, found once; eigenvalues are given up after some seconds.</summary>
    public IReadOnlyList<(string Name, string Value)> TopologyFacts(RunPlan plan)
    {
        if (plan.Topology is not { } topology)
            return [];
        return cache.Get<IReadOnlyList<(string, string)>>((topology, plan.Mixing), () =>
        {
            var clock = Stopwatch.StartNew();
            bool TimeIsUp() => clock.Elapsed.TotalSeconds > SpectrumSecondsMax;
            return [.. Core.Theory.TopologyFacts.Of(topology, plan.Mixing, TimeIsUp)];
        });
    }

    /// <summary>The optimum of a problem is found once, and kept in it; null where none can be certified.</summary>
    /// <returns>The file it is kept in; none where there is none.</returns>
    public IReadOnlyList<InputFile> Optimum(
        Problem problem, OptimumCache optima, Action<string>? progress, CancellationToken cancellation) =>
        cache.Get(("optimum", problem), () =>
        {
            var inputs = new Inputs(cache, locate);
            string? file = null;
            problem.Optimum ??= cache.Timed(() => optima.Find(problem, out file, progress, cancellation));
            if (file is not null)
                inputs.Add(InputFile.Optimum, Path.GetFileName(file), file);
            return inputs.Files;
        });

    /// <summary>Seconds that a plan's graph, matrix and problem took to build, and its optimum to be had.</summary>
    public (double Data, double Optimum) SecondsOf(RunPlan plan) => (
        cache.SecondsOf(plan.Topology) + cache.SecondsOf(plan.Mixing) + cache.SecondsOf(plan.Problem),
        cache.SecondsOf(plan.Problem.Optimum));

    /// <summary>The same of all that was built so far.</summary>
    public (double Data, double Optimum) Seconds => (
        cache.SecondsOfAll(built => built is not Core.Problems.Optimum),
        cache.SecondsOfAll(built => built is Core.Problems.Optimum));

    // Whoever takes it from the cache was built from the same files.
    T Built<T>(object key, Inputs inputs, Func<Func<string, Func<string, string>>, T> build)
        where T : class
    {
        var (value, files) = cache.Get(key, () =>
        {
            var own = new Inputs(cache, locate);
            return new WithInputs<T>(cache.Timed(() => build(own.Of))!, own.Files);
        });
        inputs.Add(files);
        return value;
    }

    sealed record WithInputs<T>(T Value, IReadOnlyList<InputFile> Files);

    // Random graphs differ by seed; all others are compared once, instead of held once a seed.
    static bool AreSame(Topology a, Topology b)
    {
        if (ReferenceEquals(a, b))
            return true;
        if (a.Nodes != b.Nodes || a.Edges != b.Edges || a.Period != b.Period || a.HasRows != b.HasRows)
            return false;
        for (var phase = 0; phase < a.Period && a.HasRows; phase++)
            for (var node = 0; node < a.Nodes; node++)
                if (!a.OutNeighboursAt(node, phase).SequenceEqual(b.OutNeighboursAt(node, phase)))
                    return false;
        return true;
    }
}
