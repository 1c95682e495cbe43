using System.Text.Json;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Kernels;
using AsyncOpt.Reporting;
using AsyncOpt.Simulation;

namespace AsyncOpt.Contract.Tests;

/// <summary>
/// What a plug-in can bring, each in one file of <c>docs/plugin-doors</c>, which is built outside of the project and
/// loaded as a user's: a fault in bursts, a split by the clock, a bandwidth law, a codec, a metric of events, an output
/// format, a problem with a fast oracle.
/// </summary>
public sealed class DoorsTests(DoorsTests.Plugin plugin) : IClassFixture<DoorsTests.Plugin>
{
    const string Base = """
        workers: 4
        method: { name: async-sgd, step: 0.1 }
        problem: { name: quadratic, dimension: 5, heterogeneity: 1 }
        links: { delay: { name: shifted-exponential, shift: 1ms, mean: 4ms }, send-rate: 1e5 }
        compute: { per-task: 5ms }
        stop: { time: 4s }
        samples: 2
        """;

    [Fact]
    public void Each_door_is_one_short_file_and_the_catalogue_shows_what_is_behind_it()
    {
        var files = Directory.GetFiles(Path.Combine(PluginBuild.ProjectFolder(), "docs", "plugin-doors"), "*.cs");

        var own = Catalogue.Load([plugin.Path]).Entries.Where(e => e.Type.Assembly.GetName().Name == "Mine").ToList();

        Assert.All(files, file => Assert.InRange(File.ReadAllLines(file).Length, 20, 80));
        Assert.Equal(
            files.Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal),
            own.Select(e => e.Type.Name).Order(StringComparer.Ordinal));
        Assert.All(own, entry => Assert.NotEqual("", entry.Summary));
    }

    [Fact]
    public void A_fault_in_bursts_loses_its_share_of_messages_in_bursts_of_its_length()
    {
        var fault = Plan("faults: [ { name: blackouts, enter: 0.05, leave: 0.2 } ]").Faults[0];
        var lost = Enumerable.Range(0, 100_000).Select(k =>
        {
            var draw = new Draw(7, Purpose.LinkFault, 3, (ulong)k);
            return fault.Judge(new MessageContext { Sequence = k }, in draw).Kind == VerdictKind.Drop;
        }).ToList();
        var bursts = lost.Where((isLost, k) => isLost && (k == 0 || !lost[k - 1])).Count();

        // The chain is out for 0.05 / (0.05 + 0.2) of the messages, for 1 / 0.2 each time.
        Assert.InRange(lost.Count(l => l) / 100_000.0, 0.19, 0.21);
        Assert.InRange(lost.Count(l => l) / (double)bursts, 4.8, 5.2);
    }

    [Fact]
    public void A_split_by_the_clock_holds_messages_between_its_sides_until_it_is_over()
    {
        var plan = Plan("faults: [ { name: curfew, every: 1s } ]");
        Verdict At(double seconds, int from, int to)
        {
            var draw = default(Draw);
            return plan.Faults[0].Judge(new MessageContext { Now = Seconds(seconds), From = from, To = to }, in draw);
        }

        Assert.Equal(VerdictKind.Pass, At(3.4, 0, 1).Kind);
        Assert.Equal(VerdictKind.Pass, At(3.7, 1, 3).Kind);
        Assert.Equal((VerdictKind.Hold, Seconds(4)), (At(3.7, 1, 2).Kind, At(3.7, 1, 2).Time));
        Assert.InRange(Simulator.Run(plan).Faults[0].Fired, 1, long.MaxValue);
    }

    [Fact]
    public void A_bandwidth_law_shares_cards_by_its_weights()
    {
        var law = Plan(sharing: "{ name: express, bytes: 100, weight: 3 }").Links.Sharing!;

        Assert.Equal(3, law.Weight(new Transfer(true, 0, 1, new MessageKind("small"), 100)));
        Assert.Equal(1, law.Weight(new Transfer(true, 0, 1, new MessageKind("large"), 101)));
        AssertSameBits(Plan(sharing: "{ name: express, bytes: 0 }"), Plan(sharing: "fair"));
        Assert.NotEqual(Simulator.Run(Plan(sharing: "fair")).Hash, Simulator.Run(Plan(sharing: "null")).Hash);
    }

    [Fact]
    public void A_codec_says_what_arrives_and_how_many_bytes_it_takes()
    {
        var plan = Plan("messages: { compress: { name: steps, step: 0.5 } }");
        double[] vector = [0.2, 0.3, -1.1, 100];

        Assert.Equal(4, plan.Compress!.Encode(vector, 8, new(7, 0, 0)));
        Assert.Equal([0, 0.5, -1, 63.5], vector);
        var (plain, packed) = (Simulator.Run(Plan()), Simulator.Run(plan));
        Assert.InRange(
            packed.Traffic[1].Bytes / (double)packed.Traffic[1].Messages, 1,
            (plain.Traffic[1].Bytes / (double)plain.Traffic[1].Messages) - 1);
    }

    [Fact]
    public void A_metric_of_events_is_measured_beside_the_others()
    {
        var record = Simulator.Run(Plan("metrics: [ price ]"));

        // A gradient and a model, of 5 numbers and a header each, for each update.
        var price = record.Metrics.Last(m => m.Metric == "bytes-per-update").Value;
        Assert.Equal((double)record.Counts.Bytes / record.Counts.Updates, price, price * 0.02);
    }

    [Fact]
    public void An_output_format_writes_every_table_of_a_run()
    {
        var plan = Plan("output: { formats: [json-lines, parquet] }");
        var record = Simulator.Run(plan);
        var folder = Path.Combine(plugin.Folder, "run");
        RunFolder.Write(
            folder, RunFacts.Of(("x", "x", 0), plan, new System.Text.Json.Nodes.JsonObject(), []), record);

        var rows = File.ReadAllLines(Path.Combine(folder, "tables", "metrics.jsonl"));
        Assert.Equal(record.Metrics.Count, rows.Length);
        using var last = JsonDocument.Parse(rows[^1]);
        Assert.Equal(record.Metrics[^1].Value, last.RootElement.GetProperty("value").GetDouble());
        Assert.Equal(record.Metrics[^1].Metric, last.RootElement.GetProperty("metric").GetString());
        Assert.True(File.Exists(Path.Combine(folder, "tables", "model.parquet")));
        Assert.True(RunFolder.IsWhole(folder));
    }

    [Fact]
    public void A_problem_brings_a_fast_oracle_of_its_own()
    {
        var plan = Plan(problem: "bowl");
        var (fast, plain) = (new OracleTable<double>(plan.Problem), plan.Problem.Oracles[0]);
        double[] x = [1.5, 0, -2, 3], expected = new double[4], actual = new double[4];

        Assert.True(fast.IsFast(Oracle.Gradient));
        fast[Oracle.Gradient].Evaluate(new OracleCall<double> { Input = x, Output = actual });
        plain.Evaluate(new OracleCall<double> { Input = x, Output = expected });
        Assert.Equal([0.125, -1, -27, 8], expected);
        Assert.Equal(expected, actual);
        // Elsewhere it is not looked for.
        Assert.False(new OracleTable<double>(new NoForms(plan.Problem)).IsFast(Oracle.Gradient));
        Assert.InRange(Simulator.Run(plan with { Precision = Precision.Float32 }).Metrics[^1].Value, 0, 1);
    }

    static void AssertSameBits(RunPlan expected, RunPlan actual) =>
        Assert.Equal(Simulator.Run(expected).Hash, Simulator.Run(actual).Hash);

    RunPlan Plan(string more = "", string problem = "", string sharing = "") => Experiment.Parse(
        Base.Replace("send-rate: 1e5", sharing.Length > 0 ? $"send-rate: 1e5, sharing: {sharing}" : "send-rate: 1e5")
            .Replace("{ name: quadratic, dimension: 5, heterogeneity: 1 }", problem.Length > 0 ? problem
                : "{ name: quadratic, dimension: 5, heterogeneity: 1 }") + "\n" + more,
        "doors.yaml", plugin.Folder, new LoadOptions { Plugins = [plugin.Path] }).Arms[0].PlanWithoutOptimum(0);

    /// <summary>The same problem, of another type.</summary>
    sealed class NoForms(Problem problem) : Problem
    {
        public override int Parameters => problem.Parameters;

        public override int Places => problem.Places;

        public override string Fingerprint => "no forms";

        public override IReadOnlyList<OracleForm> Oracles => problem.Oracles;

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient) =>
            problem.Objective(x, gradient);
    }

    /// <summary>The plug-in, built once.</summary>
    public sealed class Plugin : IAsyncLifetime
    {
        /// <summary>A folder for it and for what tests write.</summary>
        public string Folder { get; } = Directory.CreateTempSubdirectory("asyncopt-").FullName;

        /// <summary>Its assembly.</summary>
        public string Path { get; private set; } = "";

        /// <inheritdoc/>
        public async ValueTask InitializeAsync() => Path = await PluginBuild.Build(
            "docs/plugin-doors", Folder, "Mine", TestContext.Current.CancellationToken);

        /// <inheritdoc/>
        public ValueTask DisposeAsync()
        {
            Directory.Delete(Folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
