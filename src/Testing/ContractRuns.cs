using System.Collections.Concurrent;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Experiments;
using AsyncOpt.Experiments.Specification;
using AsyncOpt.Simulation;

namespace AsyncOpt.Testing;

/// <summary>
/// Small runs of one method, with and without faults: 12 workers, or 12 nodes on a torus, with delays and speeds that
/// differ, for 3 virtual seconds.
/// </summary>
sealed class ContractRuns
{
    // A method runs on the first of these that offers the oracles it asks for.
    static readonly string[] Known =
    [
        "{ name: quadratic, dimension: 5, heterogeneity: 1, conditioning: 10, noise: 0.1 }",
        "{ name: quadratic-bilevel, dimension: 5, lower: 3, noise: 0.1, matrix-noise: 0.05 }",
    ];

    // A method under way sends a tenth of it: what reaches it has messages that make more than one each.
    const long MessagesMost = 100_000;

    const string Drawn = """
        links: { delay: { name: shifted-exponential, shift: 1ms, mean: 5ms } }
        compute: { per-task: 20ms, speeds: { name: drawn, law: { name: log-normal, median: 1, sigma: 0.5 } } }
        """;

    readonly Entry _entry;
    readonly LoadOptions _options;
    readonly string? _method;
    readonly string[] _problems;
    readonly ConcurrentDictionary<string, RunRecord> _references = new();

    /// <summary>The runs of a method by its name, with small values for the options that it must be given.</summary>
    /// <param name="entry">The method.</param>
    /// <param name="catalogue">What it can be run with.</param>
    public ContractRuns(Entry entry, Catalogue catalogue) =>
        (_entry, _options, _problems) = (entry, new LoadOptions { Catalogue = catalogue }, Known);

    /// <summary>The runs of a method as it was made.</summary>
    /// <param name="method">The method with its options.</param>
    /// <param name="problem">The problem, which must take 12 places; null for one that offers what it asks for.</param>
    public ContractRuns(Choice<Method> method, Choice<Problem>? problem)
    {
        var own = method.Types.Concat(problem?.Types ?? []);
        (_entry, _options) = (method.Entry, new LoadOptions { Catalogue = Catalogue.With(own) });
        _method = method.Json.ToJsonString();
        _problems = problem is null ? Known : [problem.Json.ToJsonString()];
    }

    /// <summary>The method's name.</summary>
    public string Method => _entry.Name;

    /// <summary>The run that the others are held to: one partition, one thread.</summary>
    /// <param name="faults">none, drop, duplicate, crash, state-loss, rules or lies.</param>
    public RunRecord Reference(string faults) => _references.GetOrAdd(faults, f => Simulator.Run(Plan(f)));

    /// <summary>The plan of a run under faults, on one thread.</summary>
    /// <param name="faults">none, drop, duplicate, crash, state-loss, rules or lies.</param>
    /// <param name="more">Further lines of the experiment file.</param>
    public RunPlan Plan(string faults, string more = "") => Bounded(Arm(faults, more));

    /// <summary>Whether messages that come twice make more and more of them.</summary>
    /// <param name="faults">none, drop, duplicate, crash, state-loss, rules or lies.</param>
    public bool Multiplies(string faults) => Reference(faults).Counts.Messages >= MessagesMost;

    /// <summary>The same where all are equally fast and near: those that act alike go in rounds.</summary>
    /// <param name="faults">none, drop, duplicate, crash, state-loss, rules or lies.</param>
    public RunPlan Lockstep(string faults) =>
        Bounded(Arm(faults, times: "links: { delay: 5ms }\ncompute: { per-task: 20ms }"));

    /// <summary>
    /// A live run, which must not end before the machine gets to it, however busy that is: after as many updates as the
    /// simulated one makes in its time, 60 at most, or, where faults come at set times, after those.
    /// </summary>
    /// <param name="faults">none, drop, duplicate, crash, state-loss, rules or lies.</param>
    /// <param name="more">Further lines of the experiment file.</param>
    public Arm Live(string faults, string more = "")
    {
        if (HasSetTimes(faults))
            return Arm(faults, more);
        // Where an update takes dozens of computations, one after the other, fewer of them are as long a run.
        var updates = Math.Clamp(Reference(faults).Counts.Updates, 1, 60);
        return Arm(faults, more, stop: $"stop: {{ updates: {updates} }}\nsample-every: 0.2s");
    }

    /// <summary>
    /// Wall seconds per virtual second of a live run: slower where faults come at set times, before which something
    /// should have happened.
    /// </summary>
    /// <param name="faults">none, drop, duplicate, crash, state-loss, rules or lies.</param>
    public static double TimeFactor(string faults) => HasSetTimes(faults) ? 0.2 : 0.1;

    /// <summary>Whether faults come at set times.</summary>
    public static bool HasSetTimes(string faults) => faults is "crash" or "state-loss" or "rules";

    /// <summary>The arm of the method under faults.</summary>
    /// <param name="faults">none, drop, duplicate, crash, state-loss, rules or lies.</param>
    /// <param name="more">Further lines of the experiment file.</param>
    /// <param name="stop">When it ends, and how often it is sampled.</param>
    /// <param name="times">What messages and computations take.</param>
    public Arm Arm(
        string faults, string more = "", string stop = "stop: { time: 3s }\nsamples: 6", string times = Drawn)
    {
        var where = ((MethodAttribute)_entry.Attribute).Needs == Needs.Workers
            ? "workers: 12"
            : "topology: { name: torus, rows: 3, columns: 4 }";
        var fault = faults switch
        {
            "none" => "[]",
            "drop" => "[{ name: drop, probability: 0.03 }]",
            "duplicate" => "[{ name: duplicate, probability: 0.05 }]",
            "rules" => "[{ name: split, places: [1, 5], at: 0.05s, for: 0.4s, every: 0.5s, messages: held }, "
                + "{ name: corrupt, probability: 0.1, factor: -0.5, deviation: 0.1 }]",
            "lies" => "[{ name: replay, senders: [1, 2, 5], ago: 2, probability: 0.5 }, "
                + "{ name: collusion, senders: [2, 6], factor: 0.5, deviation: 0.05 }]",
            "state-loss" => "[{ name: crash, place: 5, at: 0.4s, for: 0.3s, state: lost }, "
                + "{ name: crash, place: 2, at: 1.1s, for: 0.6s, state: lost }]",
            "crash" => "[{ name: crash, place: 5, at: 0.4s, for: 0.3s }, "
                + "{ name: crash, place: 2, at: 1.1s, for: 0.6s }]",
            _ => throw new InputException(
                $"no faults '{faults}': expected one of {string.Join(", ", ContractTests.Faults)}"),
        };
        string Text(string problem) => $$"""
            name: contract
            {{where}}
            method: {{_method ?? MethodText(faults)}}
            problem: {{problem}}
            {{times}}
            faults: {{fault}}
            {{stop}}
            {{more}}
            """;
        foreach (var problem in _problems)
        {
            try
            {
                return Experiment.Parse(Text(problem), "contract.yaml", AppContext.BaseDirectory, _options).Arms[0];
            }
            catch (InputException e)
                when (problem != _problems[^1] && e.Message.Contains("does not offer", StringComparison.Ordinal))
            {
                // The method asks for oracles that this problem lacks: the next one.
            }
            catch (InputException e)
            {
                throw new InputException($"the method '{Method}' does not run in the contract's experiment: "
                    + $"{e.Message}\nWhere it needs options or a problem of its own, give it as an object: "
                    + $"ContractTests.For(new {_entry.Type.Name}(new() {{ ... }}), problem)", e);
            }
        }
        throw new InvalidOperationException("not reached");
    }

    static RunPlan Bounded(Arm arm)
    {
        var plan = arm.Plan(0);
        return plan with { Threads = 1, Stop = plan.Stop with { Messages = MessagesMost } };
    }

    string MethodText(string faults)
    {
        var step = string.Concat(_entry.Options
            .Where(o => o.IsRequired && o.Type == typeof(StepSchedule)).Select(o => $", {o.Name}: 0.05"));
        // So many that faults do not pass them by.
        var tokens = _entry.Options.Any(o => o.Name == "tokens") && faults != "none" ? ", tokens: 6" : "";
        return $"{{ name: {Method}{step}{tokens} }}";
    }
}
