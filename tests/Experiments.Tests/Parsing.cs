using System.Text.RegularExpressions;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Tests;

/// <summary>Experiments for tests, without files and without the user's folders.</summary>
static class Parsing
{
    public const string Workers = """
        workers: 4
        method: { name: async-sgd, step: 0.1 }
        problem: { name: quadratic, dimension: 3 }
        compute: { per-task: 1ms }
        stop: { updates: 10 }
        sample-every: 1s
        """;

    public const string Nodes = """
        topology: { name: ring, nodes: 6 }
        method: { name: d-sgd, step: 0.1 }
        problem: { name: quadratic, dimension: 3 }
        compute: { per-task: 1ms }
        stop: { time: 10s }
        samples: 4
        """;

    static readonly Catalogue Catalogue = Catalogue.Load();

    /// <summary>The names of all schedules, as messages list them where no plug-in is given.</summary>
    public static string Schedules { get; } =
        string.Join(", ", Catalogue.OfKind(typeof(StepSchedule)).Select(e => e.Name))
        + "; those of a plug-in need --plugin DLL";

    public static Experiment Load(string text, LoadOptions? options = null) => Experiment.Parse(
        text, "test.yaml", Path.GetTempPath(), (options ?? new LoadOptions()) with
        {
            Catalogue = options?.Catalogue ?? Catalogue,
            Locate = options?.Locate ?? (name => throw new InputException($"no file '{name}'")),
            OptimumFolder = options?.OptimumFolder ?? Path.Combine(Path.GetTempPath(), "asyncopt-none"),
        });

    public static string[] Problems(string text, LoadOptions? options = null) =>
        Assert.Throws<InputException>(() => Load(text, options)).Message.Split('\n');

    /// <summary>A message without the lists of valid names, which grow with the catalogue.</summary>
    public static string WithoutLists(string message) =>
        Regex.Replace(message, @" \((expected one of|there are|'asyncopt list) [^)]*\)", "");

    public static RunPlan PlanOf(this Arm arm, int repetition) =>
        arm.Plan(repetition, cancellation: TestContext.Current.CancellationToken);

    public static SpecMapping Read(string text, string file = "test.yaml")
    {
        var diagnostics = new Diagnostics();
        var node = SpecReader.ReadFile(text, file, diagnostics);
        diagnostics.ThrowIfAny();
        return node!;
    }
}
