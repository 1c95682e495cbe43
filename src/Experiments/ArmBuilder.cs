using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments;

/// <summary>Builds what an arm's file names, for the seeds of one repetition.</summary>
/// <param name="file">The arm, found good as far as its text tells.</param>
/// <param name="tree">Where its keys were written.</param>
/// <param name="resources">What is shared with other runs.</param>
sealed class ArmBuilder(ExperimentFile file, SpecMapping tree, Resources resources)
{
    // Sets the draws of tokens' speeds apart from those of nodes' speeds, which have the same ids.
    const ulong TokenSeed = 0x9E3779B97F4A7C15;

    /// <summary>Builds the plan of a run, without the optimum.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    /// <returns>The plan; null where something is wrong.</returns>
    public RunPlan? Build(Seeds seeds, Diagnostics diagnostics)
    {
        var before = diagnostics.Count;
        var inputs = resources.Inputs();
        var topology = file.Topology is { } graph
            ? Try("topology", () => Connected(resources.Topology(graph, seeds.Topology, inputs)), diagnostics)
            : null;
        var places = topology?.Nodes ?? file.Workers ?? 0;
        if (places == 0)
            return null;
        var mixing = topology is not null && file.Mixing is { } rule
            ? Try("mixing", () => resources.Mixing(rule, topology), diagnostics)
            : null;
        var problem = Try("problem", () => Fitting(places, seeds.Data, topology, inputs), diagnostics);
        var links = Try("links", () => Links(places, seeds.Run, topology, inputs.Of("links")), diagnostics);
        var method = file.Method.Create();
        if (problem is not null)
            RefuseUnsuitable(method, problem, diagnostics);
        var roles = problem is null ? [] : Roles(method, problem, topology);
        var tokens = roles.Where(r => r.Count == Count.Tokens).Sum(r => r.Agents);
        var compute = problem is null
            ? null
            : Try("compute", () => Compute(places, seeds.Run, tokens, topology, inputs.Of("compute")), diagnostics);
        var service = problem is null ? null : Try("service", () => Service(roles, inputs.Of("service")), diagnostics);
        var faults = Try("faults", () => Faults(places, seeds.Run, topology, inputs.Of("faults")), diagnostics);
        if (problem is null || links is null || compute is null || service is null || faults is null
            || diagnostics.Count > before)
            return null;
        var plan = new RunPlan
        {
            Method = method,
            Problem = problem,
            Places = places,
            Topology = topology,
            Mixing = mixing,
            Links = links,
            Compute = compute,
            Service = service,
            ServiceBuffers = file.Service.Where(s => s.Buffer is not null)
                .ToDictionary(s => s.Role, s => s.Buffer!.Value, StringComparer.Ordinal),
            Faults = faults,
            Compress = file.Messages?.Compress.Create(),
            Diagnostics = [.. file.Diagnostics.Select(d => d.Create())],
            EventMetrics = [.. file.Metrics.Select(m => m.Create())],
            Seeds = seeds,
            Precision = file.Precision,
            InitialPoint = InitialPoint(problem, seeds.Initialization),
            Stop = new(),
            SampleEvery = file.SamplingStep,
            Expect = file.Expect?.Expectation,
            LogUpdates = file.LogUpdates,
            RecordSchedule = file.Output?.Schedule ?? false,
            TimelineAgents = file.TimelineAgents,
            Formats = [.. (file.Output?.Formats ?? []).Select(f => f.Create())],
            Partitions = file.Partitions,
            Threads = file.Threads,
            Device = file.Device,
            Inputs = inputs.Files,
        };
        return plan with { Stop = file.Stop.Rules(plan.IsBetterAbove) };
    }

    T? Try<T>(string key, Func<T> build, Diagnostics diagnostics)
        where T : class
    {
        try
        {
            return build();
        }
        catch (InputException e)
        {
            diagnostics.Add(tree[key] ?? tree, e.Message);
            return null;
        }
        catch (OutOfMemoryException)
        {
            diagnostics.Add(tree[key] ?? tree, $"building it takes more memory than this machine has, "
                + $"{MachineMemory.Text(MachineMemory.Bytes)}; make it smaller");
            return null;
        }
    }

    static Topology Connected(Topology topology)
    {
        Connectivity.RequireConnected(topology);
        return topology;
    }

    Problem Fitting(int places, ulong seed, Topology? topology, Inputs inputs)
    {
        var problem = resources.Problem(file.Problem, places, seed, topology, inputs);
        return problem.Places == places
            ? problem
            : throw new InputException($"the problem's data lie at {problem.Places} places, but there are {places} "
                + (topology is null ? "workers" : "nodes"));
    }

    // A method that asks for what the problem does not offer.
    void RefuseUnsuitable(Method method, Problem problem, Diagnostics diagnostics)
    {
        var offered = problem.Oracles.Select(o => o.Oracle.Name).ToHashSet(StringComparer.Ordinal);
        var missing = method.Oracles.Select(o => o is LocalSteps ? Oracle.Gradient : o)
            .Where(o => !offered.Contains(o.Name)).Distinct().ToList();
        if (missing.Count == 0)
            return;
        var setting = missing.Find(o => o.Setting is not null)?.Setting is { } kind ? $"is for {kind}, and " : "";
        diagnostics.Add(tree["problem"] ?? tree,
            $"method '{file.Method.Entry.Name}' {setting}asks for {string.Join(", ", missing)}, which problem "
            + $"'{file.Problem.Entry.Name}' does not offer; it has {string.Join(", ", offered)}");
    }

    static LinkContext ContextOf(int places, ulong seed, Topology? topology, Func<string, string> locate) =>
        new(places, seed, locate) { HasServer = topology is null, Names = topology?.Labels };

    LinkModel Links(int places, ulong seed, Topology? topology, Func<string, string> locate)
    {
        var delay = file.Links.Delay!.Create();
        var notes = new List<string>();
        delay.Build(ContextOf(places, seed, topology, locate) with { Notes = notes });
        return new LinkModel(delay, file.Links.Fifo, file.Links.SendRate, file.Links.ReceiveRate)
        {
            Quantum = file.Links.Quantum,
            Sharing = file.Links.Sharing?.Create(),
            Buffer = file.Links.Buffer,
            Retransmit = file.Links.Retransmit,
            Notes = notes,
        };
    }

    ComputeModel Compute(int places, ulong seed, int tokens, Topology? topology, Func<string, string> locate)
    {
        var notes = new List<string>();
        var factors = file.Compute.Speeds?.Create().Factors(
            new SpeedContext(places, seed, locate) { Names = topology?.Labels, Notes = notes });
        var jitter = file.Compute.Jitter?.Create();
        jitter?.Build(locate);
        if (file.Compute.TokenSpeeds is not null && tokens == 0)
            throw new InputException($"token-speeds: method '{file.Method.Entry.Name}' has no tokens; remove the key");
        var ofTokens = file.Compute.TokenSpeeds?.Create()
            .Factors(new SpeedContext(tokens, unchecked(seed + TokenSeed), locate) { Called = "tokens" });
        factors ??= [.. Enumerable.Repeat(1.0, places)];
        List<Slowdown> slowdowns = [.. file.Compute.Slowdowns.Select(s => s.Create())];
        foreach (var slowdown in slowdowns)
            slowdown.Build(ContextOf(places, seed, topology, locate));
        return new ComputeModel(file.Compute.PerTask, file.Compute.PerSample, factors, jitter, ofTokens)
        {
            PerStep = file.Compute.PerStep,
            Slowdowns = slowdowns,
            Notes = notes,
        };
    }

    List<Fault> Faults(int places, ulong seed, Topology? topology, Func<string, string> locate)
    {
        var faults = file.Faults.Select(f => f.Create()).ToList();
        foreach (var fault in faults)
        {
            fault.Build(ContextOf(places, seed, topology, locate));
            _ = fault.Crashes(places, seed, file.Stop.Time).Any(); // says what it refuses
        }
        return faults;
    }

    Dictionary<string, Law> Service(IReadOnlyList<RoleLayout> roles, Func<string, string> locate)
    {
        var service = new Dictionary<string, Law>(StringComparer.Ordinal);
        foreach (var item in file.Service)
        {
            if (roles.All(r => r.Name != item.Role))
            {
                throw new InputException(
                    $"method '{file.Method.Entry.Name}' has no role '{item.Role}'" + NearestName.Hint(
                        item.Role, roles.Select(r => r.Name),
                        $"expected one of {string.Join(", ", roles.Select(r => r.Name))}"));
            }
            var law = item.Time.Create();
            law.Build(locate);
            if (!service.TryAdd(item.Role, law))
                throw new InputException($"role '{item.Role}' is given twice");
        }
        return service;
    }

    internal static IReadOnlyList<RoleLayout> Roles(Method method, Problem problem, Topology? topology)
    {
        var layout = new Layout(LayoutContext.Of(problem, problem.Places, topology));
        method.Declare(layout);
        return layout.Roles;
    }

    double[]? InitialPoint(Problem problem, ulong seed)
    {
        if (file.Initial is not { } initial)
            return problem.InitialPoint(seed);
        if (initial.Scale == 0)
            return null;
        var draws = new DrawSequence(seed, Purpose.Initialization);
        var point = new double[problem.Parameters];
        for (var i = 0; i < point.Length; i++)
            point[i] = initial.Scale * draws.Normal();
        return point;
    }
}
