using System.Globalization;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Simulation;
using AsyncOpt.Testing;

namespace AsyncOpt.Contract.Tests;

/// <summary>
/// How many passes over vectors of d coordinates an update costs where vectors are long: the page has the figures, and
/// ASYNCOPT_REWRITE=1 writes them anew.
/// </summary>
public class VectorPassesTests
{
    const string Page = "docs/scale.md", Begin = "<!-- passes -->", End = "<!-- end of passes -->";

    static readonly RunHooks Moving = new() { MovingLeast = 0, RestingLeast = 0, OneByOne = true };

    // A worker hashes the model (1) and computes (1 read, 1 written); its gradient is hashed (1); the server reads model
    // and gradient and writes the next model (2 read, 1 written). Nothing is copied.
    [Fact]
    public void An_asynchronous_update_reads_five_vectors_and_writes_two()
    {
        var (read, written) = PassesOf(ContractTests.For("async-sgd").Plan("none"));

        Assert.Equal(5, read, 0.1);
        Assert.Equal(2, written, 0.1);
    }

    [Fact]
    public void The_page_says_what_an_update_costs_with_each_method()
    {
        var lines = ContractTests.Methods
            .Select(name => (Name: name, Plan: ContractTests.For(name).Plan("none")))
            .Where(m => m.Plan.Problem is Quadratic)
            .Select(m => (m.Name, Passes: PassesOf(m.Plan)))
            .Select(m => string.Create(CultureInfo.InvariantCulture,
                $"| `{m.Name}` | {m.Passes.Read:0.0} | {m.Passes.Written:0.0} |"));
        string[] table = ["| method | read | written |", "| --- | ---: | ---: |", .. lines];
        var path = Path.Combine(Root(), Page);
        var text = File.ReadAllText(path);
        var (first, last) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        var expected = text[..first] + Begin + "\n" + string.Join('\n', table) + "\n" + text[last..];
        if (Environment.GetEnvironmentVariable("ASYNCOPT_REWRITE") == "1")
            File.WriteAllText(path, expected);

        Assert.Equal(expected, File.ReadAllText(path));
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "AsyncOpt.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    // Of the second half of a run: the first holds what agents do once.
    static (double Read, double Written) PassesOf(RunPlan plan)
    {
        var (half, whole) = (CountsAt(plan, 0.5), CountsAt(plan, 1));
        var updates = (double)(whole.Updates - half.Updates) * ((Quadratic)plan.Problem).Parameters;
        return ((whole.Read - half.Read) / updates, (whole.Written - half.Written) / updates);
    }

    static (long Read, long Written, long Updates) CountsAt(RunPlan plan, double share)
    {
        var end = VirtualTime.FromSeconds(plan.Stop.Time!.Value.Seconds * share);
        plan = plan with { Metrics = false, Stop = plan.Stop with { Time = end }, Partitions = 1, Precision = Precision.Float64 };
        using var engine = new Engine<double>(plan, Moving);
        var record = engine.Run();
        var passes = engine.PartitionOf(0).Snapshots.Passes;
        return (passes.Read, passes.Written, record.Counts.Updates);
    }
}
