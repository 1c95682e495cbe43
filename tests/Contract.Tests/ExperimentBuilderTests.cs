using System.Reflection;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Experiments;
using AsyncOpt.Experiments.Specification;
using AsyncOpt.Simulation;
using Examples;

namespace AsyncOpt.Contract.Tests;

/// <summary>Experiments in C# are those of files: the same resolved specification, the same bits, the same checks.</summary>
public class ExperimentBuilderTests
{
    const string File = """
        name: both
        seeds: 2
        topology: { name: ring, nodes: 8 }
        problem: { name: quadratic, dimension: 5, heterogeneity: 1, conditioning: 10, noise: 0.1 }
        links: { delay: { name: shifted-exponential, shift: 1ms, mean: 5ms }, fifo: true }
        compute:
          per-task: 20ms
          speeds: { name: drawn, law: { name: log-normal, median: 1, sigma: 0.5 } }
        faults: [{ name: drop, probability: 0.03 }]
        service: [{ role: node, time: 1ms }]
        stop: { time: 2s }
        samples: 4
        seed: { run: 7 }
        arms:
          one: { method: { name: ad-psgd, step: 0.05 } }
          two: { method: { name: ad-psgd, step: { name: power, scale: 0.1, exponent: 0.5 } }, faults: [] }
        """;

    static ExperimentFile One => new()
    {
        Topology = new RingTopology(new() { Nodes = 8 }),
        Method = new AdPsgd(new() { Step = 0.05 }),
        Problem = new Quadratic(new() { Dimension = 5, Heterogeneity = 1, Conditioning = 10, Noise = 0.1 }),
        Links = new()
        {
            Delay = new LawLink(new() { Law = new ShiftedExponential(new() { Shift = 1e-3, Mean = 5e-3 }) }),
            Fifo = true,
        },
        Compute = new()
        {
            PerTask = Seconds(0.02),
            Speeds = new DrawnSpeeds(new() { Law = new LogNormal(new() { Median = 1, Sigma = 0.5 }) }),
        },
        Faults = [new DropFault(new() { Probability = 0.03 })],
        Service = [new() { Role = "node", Time = new Constant(new() { Value = 1e-3 }) }],
        Stop = new() { Time = Seconds(2) },
        Samples = 4,
        Seed = new() { Run = 7 },
    };

    static ulong HashOf(Arm arm) => Simulator.Run(arm.PlanWithoutOptimum(1)).Hash;

    [Fact]
    public void It_resolves_to_the_specification_of_the_file_and_runs_to_its_bits()
    {
        var written = Experiment.Parse(File, "both.yaml", ".");

        var built = new ExperimentBuilder("both", seeds: 2)
            .Arm("one", One)
            .Arm("two", One with
            {
                Method = new AdPsgd(new()
                {
                    Step = new PowerSchedule(new() { Scale = 0.1, Exponent = 0.5 }),
                }),
                Faults = [],
            })
            .Build();

        Assert.Equal((written.Name, written.Seeds), (built.Name, built.Seeds));
        Assert.Equal(written.Arms.Select(a => a.Name), built.Arms.Select(a => a.Name));
        foreach (var (file, code) in written.Arms.Zip(built.Arms))
        {
            Assert.Equal(file.SpecificationOf(1).ToJsonString(), code.SpecificationOf(1).ToJsonString());
            Assert.Equal(HashOf(file), HashOf(code));
        }
    }

    [Fact]
    public void A_class_of_the_program_needs_no_plug_in_and_is_an_input_of_the_run()
    {
        var keys = One with
        {
            Topology = null,
            Workers = 5,
            Method = new TinyAsyncSgd(new() { Step = 0.1 }),
            Service = [],
        };

        var arms = new ExperimentBuilder("own")
            .Arm("tiny", keys)
            .Arm("real", keys with { Method = new AsyncSgd(new() { Step = 0.1 }) })
            .Build().Arms;

        Assert.Equal(HashOf(arms[1]), HashOf(arms[0]));
        Assert.Contains(arms[0].Inputs, i => i.Path == typeof(TinyAsyncSgd).Assembly.Location);
    }

    [Fact]
    public void What_is_wrong_is_said_with_the_place_where_it_is_built()
    {
        var here = new ExperimentBuilder("wrong").Arm("far", One with
        {
            Method = new AdPsgd(new() { Step = -0.05 }),
            Stop = new(),
            Samples = null,
            SampleEvery = Seconds(0.5),
        });

        var lines = Assert.Throws<InputException>(() => here.Build()).Message.Split('\n');

        Assert.Equal(2, lines.Length);
        Assert.Matches(
            @"^ExperimentBuilderTests\.cs:\d+:1: arms\.far\.method\.step\.value: expected a number from 0 to 1e\+?6, got '-0\.05'$",
            lines[0]);
        Assert.Matches(@"^ExperimentBuilderTests\.cs:\d+:1: arms\.far\.stop: nothing ends the run", lines[1]);
    }

    [Fact]
    public void An_experiment_without_arms_and_arms_of_one_name_are_refused()
    {
        Assert.EndsWith(
            "the experiment 'empty' has no arm; add one with Arm(\"NAME\", keys)",
            Assert.Throws<InputException>(() => new ExperimentBuilder("empty").Build()).Message);
        Assert.EndsWith(
            "two arms are named 'a'; rename one",
            Assert.Throws<InputException>(() => new ExperimentBuilder("twice").Arm("a", One).Arm("a", One).Build()).Message);
    }

    [Law("forgetful")]
    sealed class Forgetful(Forgetful.Options options) : Law
    {
        public sealed record Options
        {
            public double Value { get; init; }
        }

        public override double Floor { get; } = options.Value;

        public override double Mean => Floor;

        public override double Sample(in Core.Numerics.Draw draw) => Floor;
    }

    [Fact]
    public void A_class_that_does_not_keep_its_options_is_told_so() => Assert.Contains(
        "Forgetful keeps its Options in no field, so that they cannot be read from it; let the class use its constructor's "
            + "parameter in a method",
        Assert.Throws<InputException>(() => (Choice<Law>)new Forgetful(new())).Message);

    /// <summary>Everything that takes options.</summary>
    public static TheoryData<string, string> Entries =>
        [.. Catalogue.Load().Entries.Where(e => e.OptionsType is not null).Select(e => (e.Kind.Plural, e.Name))];

    [Theory]
    [MemberData(nameof(Entries))]
    public void Every_entry_keeps_its_options(string kind, string name)
    {
        var entry = Catalogue.Load().Entries.Single(e => e.Kind.Plural == kind && e.Name == name);

        var fields = new List<FieldInfo>();
        for (var type = entry.Type; type is not null; type = type.BaseType)
            fields.AddRange(type.GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance));

        Assert.Contains(fields, f => f.FieldType != typeof(object) && f.FieldType.IsAssignableFrom(entry.OptionsType));
    }

    [Theory]
    [MemberData(nameof(ShippedExperimentsTests.Names), MemberType = typeof(ShippedExperimentsTests))]
    public void Shipped_experiments_are_the_same_written_in_code(string name)
    {
        foreach (var arm in Experiment.Load(ShippedExperimentsTests.PathOf(name), new LoadOptions { Build = false }).Arms)
        {
            // As code has them: objects, and no word of how they were written.
            var keys = arm.File with
            {
                Method = arm.File.Method.Create(),
                Problem = arm.File.Problem.Create(),
                Topology = arm.File.Topology?.Create(),
                Links = arm.File.Links with { Delay = arm.File.Links.Delay?.Create() },
                Faults = [.. arm.File.Faults.Select(f => (Choice<Fault>)f.Create())],
            };

            var built = new ExperimentBuilder("again").Arm("arm", keys).Build(new LoadOptions { Build = false });

            Assert.True(JsonNode.DeepEquals(arm.Specification, built.Arms[0].Specification),
                $"{arm.Specification}\n{built.Arms[0].Specification}");
        }
    }
}
