using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;

namespace AsyncOpt.Contract.Tests;

/// <summary>
/// What every file of the folder <c>experiments</c> owes: it is valid and warns of nothing that it does not say itself,
/// and its optimum is shipped and right. A new file is tested without an edit here; one whose data are not here is
/// skipped, and says what it needs.
/// </summary>
public class ShippedExperimentsTests
{
    // Beyond this many parameters, solving anew takes longer than all other tests.
    const int SmallProblem = 1000;

    static readonly Catalogue Catalogue = Catalogue.Load();
    static readonly string Folder = FindFolder();

    /// <summary>The files, by name.</summary>
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Folder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_valid_and_says_what_it_is(string name)
    {
        var experiment = Load(name);

        Assert.Equal(name, experiment.Name);
        Assert.NotEmpty(experiment.Description);
        Assert.All(experiment.Arms, arm =>
        {
            var unmet = arm.Warnings.Where(w => w.Contains(": NOT met: ", StringComparison.Ordinal)).ToList();
            Assert.Empty(arm.Warnings.Except(unmet));
            // A prediction whose conditions are not met may be shown beside what is measured, but not silently.
            Assert.True(unmet.Count == 0 || experiment.Description.Contains("NOT met", StringComparison.Ordinal),
                $"the description must say what is NOT met: {string.Join("; ", unmet)}");
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_steps_are_those_that_its_sweep_tries(string name)
    {
        var experiment = Load(name);
        if (!File.ReadAllText(PathOf(name)).Contains("\nsweep:", StringComparison.Ordinal))
            return; // its steps are those of a theorem
        var swept = Load(name, new LoadOptions { Sweep = true });

        foreach (var arm in experiment.Arms)
        {
            var tried = swept.Arms.Where(a => a.Base == arm.Name).ToList();
            foreach (var key in tried[0].Point.Select(value => value.Key))
            {
                var steps = tried.Select(a => ValueOf(a, key)).Order().ToList();
                var step = ValueOf(arm, key);
                Assert.Contains(step, steps);
                Assert.True(
                    steps[0] < step && step < steps[^1], $"{arm.Name}: {key} = {step} is on the edge of the grid");
            }
            // What is tuned on the reported seeds is flattered.
            Assert.DoesNotContain(swept.Arms[0].SeedsOf(0).Run, Repetitions(experiment, arm));
            Assert.Equal(arm.SeedsOf(0).Data, swept.Arms[0].SeedsOf(0).Data);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_optimum_is_shipped_and_certified(string name)
    {
        foreach (var problem in Problems(name))
        {
            var shipped = Shipped(problem);
            var again = OptimumSolver.Certify(problem, shipped.Point);

            Assert.True(again.GapBound <= OptimumSolver.GapTolerance, $"the gap may be {again.GapBound:G3}");
            Assert.Equal(shipped.Value, again.Value, 1e-12 * Math.Abs(shipped.Value));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_optimum_is_found_again_from_zero(string name)
    {
        foreach (var problem in Problems(name).Where(p => p.Parameters <= SmallProblem))
        {
            var shipped = Shipped(problem);
            var found = OptimumSolver.Solve(problem, cancellation: TestContext.Current.CancellationToken);

            Assert.Equal(shipped.Value, found.Value, 1e-10);
        }
    }

    static IEnumerable<ulong> Repetitions(Experiment experiment, Arm arm) =>
        Enumerable.Range(0, experiment.Seeds).Select(k => arm.SeedsOf(k).Run);

    // The number at a path of keys; a constant schedule stands for its value.
    static double ValueOf(Arm arm, string path)
    {
        var node = path.Split('.').Aggregate((JsonNode)arm.Specification, (at, key) => at[key]!);
        return (node as JsonObject)?["value"]?.GetValue<double>() ?? node.GetValue<double>();
    }

    // Those that arms share once; those whose optimum is known in closed form, or not at all, are left out.
    static IEnumerable<Problem> Problems(string name) => Load(name).Arms
        .Select(arm => Unsolved(arm))
        .OfType<Problem>()
        .DistinctBy(problem => problem.Fingerprint);

    static RunPlan PlanOf(Arm arm, int repetition) =>
        arm.Plan(repetition, cancellation: TestContext.Current.CancellationToken);

    static Problem? Unsolved(Arm arm)
    {
        var problem = PlanOf(arm, 0).Problem;
        if (problem.Optimum is { GapBound: 0 } || problem.StrongConvexity <= 0)
            return null;
        problem.Optimum = null;
        return problem;
    }

    static Optimum Shipped(Problem problem)
    {
        var path = Path.Combine(Folder, "optima", OptimumFile.Hash(problem.Fingerprint) + ".json");
        return OptimumFile.Read(path, problem)
            ?? throw new FileNotFoundException($"no optimum is shipped for {problem.Fingerprint}", path);
    }

    internal static string PathOf(string name) => Path.Combine(Folder, name + ".yaml");

    internal static Experiment Load(string name, LoadOptions? options = null)
    {
        try
        {
            return Experiment.Load(PathOf(name), (options ?? new LoadOptions()) with
            {
                Catalogue = Catalogue,
                OptimumFolder = Path.Combine(Path.GetTempPath(), "asyncopt-none"),
            });
        }
        catch (InputException e) when (Regex.Match(e.Message, "the data set '([^']+)' is not here") is { Success: true } m)
        {
            Assert.Skip($"{name} needs {m.Groups[1]}: set ASYNCOPT_DATA, or 'asyncopt data get {m.Groups[1]}'");
            throw;
        }
    }

    static string FindFolder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "experiments");
            if (File.Exists(Path.Combine(folder, "quickstart.yaml")))
                return folder;
        }
        throw new DirectoryNotFoundException("the folder experiments is not above " + AppContext.BaseDirectory);
    }
}
