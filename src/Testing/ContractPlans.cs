using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;

namespace AsyncOpt.Testing;

/// <summary>
/// A small run of every method of the catalogue, with and without faults, for what every method owes on every host.
/// </summary>
public static class ContractPlans
{
    static readonly Catalogue Catalogue = Catalogue.Load();

    // Each method runs on the first of these that offers the oracles it asks for.
    static readonly string[] Problems =
    [
        "{ name: quadratic, dimension: 5, heterogeneity: 1, conditioning: 10, noise: 0.1 }",
        "{ name: quadratic-bilevel, dimension: 5, lower: 3, noise: 0.1, matrix-noise: 0.05 }",
    ];

    /// <summary>Every method, under each of these: none, drop, duplicate, crash.</summary>
    /// <param name="faults">Some of these.</param>
    public static IEnumerable<(string Method, string Faults)> MethodsUnder(params string[] faults) =>
        Catalogue.OfKind(typeof(Method)).SelectMany(entry => faults.Select(fault => (entry.Name, fault)));

    /// <summary>The plan of a method under faults.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="faults">none, drop, duplicate or crash.</param>
    /// <param name="more">Further lines of the experiment file.</param>
    public static RunPlan Plan(string method, string faults, string more = "") => Arm(method, faults, more).Plan(0);

    /// <summary>
    /// A live run, which must not end before the machine gets to it, however busy that is: after as many updates as the
    /// simulated one makes in its time, 60 at most, or, where faults come at set times, after those.
    /// </summary>
    /// <param name="method">Its name.</param>
    /// <param name="faults">none, drop, duplicate or crash.</param>
    /// <param name="more">Further lines of the experiment file.</param>
    public static Arm Live(string method, string faults, string more = "")
    {
        if (faults == "crash")
            return Arm(method, faults, more);
        // Where an update takes dozens of computations, one after the other, fewer of them are as long a run.
        var updates = Math.Clamp(Simulator.Run(Plan(method, faults)).Counts.Updates, 1, 60);
        return Arm(method, faults, more, stop: $"stop: {{ updates: {updates} }}\nsample-every: 0.2s");
    }

    /// <summary>
    /// Wall seconds per virtual second of a live run: slower where faults come at set times, before which something
    /// should have happened.
    /// </summary>
    /// <param name="faults">none, drop, duplicate or crash.</param>
    public static double Factor(string faults) => faults == "crash" ? 0.2 : 0.1;

    /// <summary>The arm of a method under faults.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="faults">none, drop, duplicate or crash.</param>
    /// <param name="more">Further lines of the experiment file.</param>
    /// <param name="stop">When it ends, and how often it is sampled.</param>
    public static Arm Arm(
        string method, string faults, string more = "", string stop = "stop: { time: 3s }\nsamples: 6")
    {
        var entry = Catalogue.OfKind(typeof(Method)).Single(e => e.Name == method);
        var step = string.Concat(entry.Options
            .Where(o => o.IsRequired && o.Type == typeof(StepSchedule)).Select(o => $", {o.Name}: 0.05"));
        // So many that faults do not pass them by.
        var tokens = entry.Options.Any(o => o.Name == "tokens") && faults != "none" ? ", tokens: 6" : "";
        var where = entry.Type.GetCustomAttributes(false).OfType<MethodAttribute>().Single().Needs == Needs.Workers
            ? "workers: 12"
            : "topology: { name: torus, rows: 3, columns: 4 }";
        var fault = faults switch
        {
            "none" => "[]",
            "drop" => "[{ name: drop, probability: 0.03 }]",
            "duplicate" => "[{ name: duplicate, probability: 0.05 }]",
            "crash" => "[{ name: crash, place: 5, at: 0.4s, for: 0.3s }, "
                + "{ name: crash, place: 2, at: 1.1s, for: 0.6s }]",
            _ => throw new ArgumentOutOfRangeException(nameof(faults)),
        };
        string Text(string problem) => $$"""
            name: contract
            {{where}}
            method: { name: {{method}}{{step}}{{tokens}} }
            problem: {{problem}}
            links: { delay: { name: shifted-exponential, shift: 1ms, mean: 5ms } }
            compute: { per-task: 20ms, speeds: { name: drawn, law: { name: log-normal, median: 1, sigma: 0.5 } } }
            faults: {{fault}}
            {{stop}}
            {{more}}
            """;
        foreach (var problem in Problems)
        {
            try
            {
                return Experiment.Parse(Text(problem), "contract.yaml", AppContext.BaseDirectory).Arms[0];
            }
            catch (InputException e)
                when (problem != Problems[^1] && e.Message.Contains("does not offer", StringComparison.Ordinal))
            {
                // The method asks for oracles that this problem lacks: the next one.
            }
        }
        throw new InvalidOperationException("not reached");
    }
}
