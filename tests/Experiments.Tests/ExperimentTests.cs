using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Experiments.Tests;

public class ExperimentTests
{
    [Fact]
    public void A_value_in_place_of_a_mapping_is_told_its_keys() => Assert.Equal(
        ["test.yaml:3:7: stop: expected a mapping, got '10s'; its keys are time, updates, gradients, samples, messages, bytes, "
            + "wall-time, target, divergence-loss"],
        Parsing.Problems("workers: 4\nmethod: { name: async-sgd, step: 0.1 }\nstop: 10s\nproblem: { name: quadratic, "
            + "targets: [[1], [2], [3], [4]] }\ncompute: { per-task: 1ms }\nsample-every: 1s\n"));

    [Fact]
    public void A_target_on_a_part_that_is_not_there_says_how_to_have_it()
    {
        var problems = Parsing.Problems("""
            workers: 4
            method: { name: async-sgd, step: 0.1 }
            problem:
              name: logistic-regression
              regularization: 0.1
              data: { name: synthetic-classification, samples: 40, dimension: 2 }
            compute: { per-task: 1ms }
            stop: { time: 1s, target: { metric: validation-accuracy, value: 0.9 } }
            samples: 4
            """);

        Assert.Equal(
            ["test.yaml:8:27: stop.target: metric 'validation-accuracy' is of the validation part, and there is none; add one, "
                + "for instance 'split: { train: 0.8, validation: 0.2 }' in the problem, or take 'loss'"],
            problems);
    }

    [Theory]
    [InlineData("accuracy, value: 0.9", true)]
    [InlineData("accuracy, value: 0.9, above: false", false)]
    [InlineData("test-loss, value: 0.9", false)]
    public void A_target_is_reached_from_below_where_more_is_better_unless_it_says_otherwise(string target, bool isAbove)
    {
        var experiment = Experiment.Parse($$"""
            workers: 4
            method: { name: async-sgd, step: 0.1 }
            problem:
              name: logistic-regression
              regularization: 0.1
              data: { name: synthetic-classification, samples: 40, dimension: 2 }
              split: { train: 0.8, test: 0.2 }
            compute: { per-task: 1ms }
            stop: { time: 1s, target: { metric: {{target}} } }
            samples: 4
            """, "test.yaml", ".");

        Assert.Equal(isAbove, experiment.Arms[0].PlanWithoutOptimum(0).Stop.Target!.Above);
    }

    [Fact]
    public void Many_mistakes_are_reported_together_sorted_by_place()
    {
        var problems = Parsing.Problems("""
            wrokers: 16
            method: { name: asinc-sgd, step: 0.1 }
            topology: { name: ring, nodes: -3 }
            problem:
              name: softmax-regression
              regularization: none
              data: { name: synthetic-classification, dimension: 2.5 }
              split: { train: 0.8, test: 0.9 }
              sharding: { name: dirichlet, alfa: 1 }
              sampling: with-replacment
            links: { delay: { name: shifted-exponential, mean: 4 days }, fifo: maybe }
            compute: { per-task: -1ms }
            stop: { target: { metric: gap, value: 1e-3 } }
            samples: 10
            precision: float46
            faults: drop
            """);

        Assert.Equal(
            [
                "test.yaml:1:1: unknown key 'wrokers'; did you mean 'workers'?",
                "test.yaml:2:17: method.name: unknown name in methods: 'asinc-sgd'; did you mean 'async-sgd'?",
                "test.yaml:3:32: topology.nodes: expected a whole number, at least 1, got '-3'",
                "test.yaml:6:19: problem.regularization: expected a number from 0 to 1e6, got 'none'",
                "test.yaml:7:54: problem.data.dimension: expected a whole number from 1 to 1e5, got '2.5'",
                "test.yaml:8:10: problem.split: the shares of the split add up to 1.7000000000000002, which is more than 1",
                "test.yaml:9:13: problem.sharding: missing key 'alpha': expected a number from 1e-3 to 1e6",
                "test.yaml:9:32: problem.sharding: unknown key 'alfa'; did you mean 'alpha'?",
                "test.yaml:10:13: problem.sampling: expected one of with-replacement, without-replacement, "
                    + "got 'with-replacment'; did you mean 'with-replacement'?",
                "test.yaml:11:52: links.delay.mean: expected a time such as 5ms, at least 0, got '4 days'; "
                    + "units of time are ns, us, ms, s, m, h",
                "test.yaml:11:68: links.fifo: expected true or false, got 'maybe'",
                "test.yaml:12:22: compute.per-task: expected a time such as 5ms, from 0 to 1e9, got '-1ms'",
                "test.yaml:13:7: stop: nothing ends the run: expected at least one of time, updates, gradients, samples, "
                    + "messages, bytes, wall-time, or a target with 'stop: true'",
                "test.yaml:14:10: samples: samples are spread over stop.time: give stop.time, or sample-every instead",
                "test.yaml:15:12: precision: expected one of float32, float64, got 'float46'; did you mean 'float64'?",
                "test.yaml:16:9: faults: expected a list, each a name out of faults, or a mapping with 'name', got 'drop'; a list of "
                    + "one is written [drop]",
            ],
            problems.Select(Parsing.WithoutLists));
    }

    [Theory]
    [InlineData("workers: 4\n", "", "test.yaml:1:9: method: method 'async-sgd' needs workers: give their number as 'workers: 16'")]
    [InlineData("workers: 4", "workers: 4\nmixing: uniform", "test.yaml:2:9: mixing: method 'async-sgd' does not mix; remove the key")]
    [InlineData("workers: 4", "workers: 4\ntopology: {name: ring, nodes: 4}",
        "test.yaml:2:11: topology: method 'async-sgd' works with workers, not with topology; remove the key")]
    [InlineData("stop: { updates: 10 }\nsample-every: 1s", "stop: { time: 10s }\nsample-every: 1ns",
        "test.yaml:6:15: sample-every: 1e10 sampling instants until stop.time: expected at most 1e6")]
    [InlineData("per-task: 1ms", "per-task: 0",
        "test.yaml:4:10: compute: nothing takes time: expected per-task, per-sample or the links' delay above 0")]
    [InlineData("workers: 4", "workers: 4\noutput: { formats: [parquet, parquet] }",
        "test.yaml:2:9: output: formats 'parquet', 'parquet' all write files that end with '.parquet'; keep one of them")]
    [InlineData("sample-every: 1s", "",
        "test.yaml:1:1: missing key 'sample-every': expected the time between sampling instants, such as 1s, "
        + "or 'samples: 50' for as many over stop.time")]
    [InlineData("sample-every: 1s", "sample-every: 1s\nsamples: 3",
        "test.yaml:7:10: samples: expected either sample-every or samples, got both")]
    [InlineData("updates: 10", "updates: 10, target: { metric: los, value: 1 }",
        "test.yaml:5:30: stop.target: unknown metric 'los'; did you mean 'loss'?")]
    [InlineData("updates: 10", "updates: 10, target: { metric: gap, value: -1 }",
        "test.yaml:5:30: stop.target: the target cannot be reached: gap is never below 0, got -1")]
    [InlineData("updates: 10", "updates: 10, target: { metric: gap, value: .nan }",
        "test.yaml:5:52: stop.target.value: expected a number, got '.nan'")]
    [InlineData("dimension: 3", "targets: [[1e200], [1], [2], [3]]", "test.yaml:3:10: problem: its values are too large: the "
        + "objective or its curvature does not fit in a float64; give them in a larger unit")]
    [InlineData("step: 0.1", "stp: 0.1",
        "test.yaml:2:9: method: missing key 'step': expected a number, a name out of schedules, or a mapping with 'name'\n"
        + "test.yaml:2:28: method: unknown key 'stp'; did you mean 'step'?")]
    [InlineData("step: 0.1", "step: -1", "test.yaml:2:34: method.step: expected a number from 0 to 1e6, got '-1'")]
    [InlineData("per-task: 1ms", "per-task: 1ms, token-speeds: equal",
        "test.yaml:4:10: compute: token-speeds: method 'async-sgd' has no tokens; remove the key")]
    [InlineData("sample-every: 1s", "sample-every: 1s\ndiagnostics: [weight-diversty]",
        "test.yaml:7:15: diagnostics[0]: unknown name in diagnostics: 'weight-diversty'; did you mean 'weight-diversity'?")]
    [InlineData("sample-every: 1s", "sample-every: 1s\ndiagnostics: [weight-diversity]",
        "test.yaml:7:14: diagnostics: diagnostic 'weight-diversity' needs agents that each hold a model, and this method has one "
            + "model only; remove it, or set 'diagnostics: []' in the arm")]
    [InlineData("dimension: 3", "targets: [[1], [2]]", "test.yaml:3:10: problem: ")]
    public void Keys_that_do_not_fit_each_other_are_refused(string old, string changed, string expected)
    {
        var message = Parsing.WithoutLists(
            string.Join('\n', Parsing.Problems(Parsing.Workers.Replace(old, changed))));
        if (expected.EndsWith(' '))
            Assert.StartsWith(expected, message);
        else
            Assert.Equal(expected, message);
    }

    [Fact]
    public void A_graph_that_falls_apart_is_refused_at_its_key() => Assert.StartsWith(
        "test.yaml:1:11: topology: topology 'erdos-renyi' is not connected",
        Parsing.Problems(Parsing.Nodes.Replace("ring, nodes: 6", "erdos-renyi, nodes: 50, mean-degree: 0.5"))[0]);

    [Fact]
    public void A_gap_needs_a_problem_whose_optimum_can_be_certified()
    {
        const string Logistic = """
            workers: 2
            method: { name: async-sgd, step: 0.1 }
            problem: { name: logistic-regression, data: { name: synthetic-classification, samples: 20, dimension: 2 } }
            compute: { per-task: 1ms }
            stop: { time: 1s, target: { metric: gap, value: 0.1 } }
            samples: 2
            """;

        Assert.StartsWith("test.yaml:5:27: stop.target: metric 'gap' needs the optimum", Parsing.Problems(Logistic)[0]);
        Assert.NotEmpty(Parsing.Load(Logistic.Replace("logistic-regression,", "logistic-regression, regularization: 0.1,")).Arms);
    }

    [Fact]
    public void A_plan_has_a_problem_with_its_fast_loss() => Assert.NotNull(Parsing.Load("""
        workers: 2
        method: { name: async-sgd, step: 0.1 }
        problem: { name: logistic-regression, data: { name: synthetic-classification, samples: 20, dimension: 2 } }
        compute: { per-task: 1ms }
        stop: { time: 1s }
        samples: 2
        """).Arms[0].PlanOf(0).Problem.FastLoss);

    [Fact]
    public void A_file_that_is_not_there_is_named() => Assert.Contains(
        "experiment file 'nowhere.yaml': no such file",
        Assert.Throws<InputException>(() => Experiment.Load("nowhere.yaml")).Message);

    [Fact]
    public void A_misspelt_file_is_answered_with_the_nearest_of_those_that_come_with_the_project() => Assert.Matches(
        "^experiment file 'quickstar': no such file; did you mean '.*experiments.quickstart.yaml'\\? \\(looked for .*quickstar\\)$",
        Assert.Throws<InputException>(() => Experiment.Load("quickstar")).Message);

    [Fact]
    public void A_plan_holds_what_the_file_says()
    {
        var arm = Assert.Single(Parsing.Load(Parsing.Workers + """

            links: { delay: { name: shifted-exponential, shift: 1ms, mean: 4ms }, fifo: true, send-rate: 1e8, sharing: fair }
            faults: [ { name: drop, probability: 0.01 }, { name: crash, place: 1, at: 1s, for: 2s } ]
            precision: float32
            initial: { scale: 2 }
            partitions: 3
            output: { formats: [parquet] }
            """).Arms);
        var plan = arm.PlanOf(0);

        Assert.Equal("async-sgd", arm.Name);
        Assert.Equal(4, plan.Places);
        Assert.Equal(Seconds(0.001), plan.Links.Delay.FloorOverall);
        Assert.True(plan.Links.Fifo);
        Assert.Equal(1e8, plan.Links.SendRate);
        Assert.Equal(int.MaxValue, Assert.IsType<Core.Links.FairSharing>(plan.Links.Sharing).AtOnce);
        Assert.Equal(2, plan.Faults.Count);
        Assert.IsType<Core.Outputs.ParquetFormat>(Assert.Single(plan.Formats));
        Assert.Equal(Core.Runs.Precision.Float32, plan.Precision);
        Assert.Equal(3, plan.InitialPoint!.Length);
        Assert.Equal(3, plan.Partitions);
        Assert.Equal([1, 1, 1, 1], plan.Compute.Factors);
        Assert.Equal(10, plan.Stop.Updates);
        Assert.NotNull(plan.Problem.Optimum);
        Assert.NotSame(plan.Method, arm.PlanOf(0).Method);
    }

    [Fact]
    public void Samples_are_spread_over_the_time_and_mixing_has_a_default()
    {
        var arm = Parsing.Load(Parsing.Nodes).Arms[0];
        var plan = arm.PlanOf(0);

        Assert.Equal(Seconds(2.5), plan.SampleEvery);
        Assert.Equal(1.0 / 3, plan.Mixing!.At(0).SelfWeight(0), 12);
        Assert.Equal(2.5, (double)arm.Specification["sample-every"]!);
        Assert.Equal("metropolis-hastings", (string)arm.Specification["mixing"]!["name"]!);
    }

    // 0.0041 * 1e9 is a little more than 4,100,000 in binary: such times must not become a nanosecond longer.
    [Theory]
    [InlineData("4.1ms", 4_100_000)]
    [InlineData("0.0041", 4_100_000)]
    [InlineData("4100us", 4_100_000)]
    [InlineData("1.0000001s", 1_000_000_100)]
    [InlineData("57ns", 57)]
    public void A_declared_time_is_exact_wherever_it_stands(string text, long nanoseconds)
    {
        var plan = Experiment.Parse($$"""
            name: exact
            workers: 2
            method: { name: async-local-sgd, rate: 0.1, outer-rate: 1, grace: { time: {{text}} } }
            problem: { name: quadratic, dimension: 3 }
            links: { delay: {{text}}, quantum: {{text}} }
            compute: { per-task: {{text}}, per-step: {{text}}, per-sample: {{text}} }
            service: [{ role: server, time: {{text}} }]
            faults: [{ name: crash, place: 0, at: {{text}}, for: {{text}} }]
            stop: { time: {{text}} }
            sample-every: {{text}}
            """, "exact.yaml", AppContext.BaseDirectory).Arms[0].PlanOf(0);
        var crash = Assert.Single(plan.Faults[0].Crashes(2, 1, plan.Stop.Time));

        Assert.All(
            (VirtualTime?[])
            [
                plan.Links.Delay.Floor(0, -1), plan.Links.Delay.Sample(0, -1, default), plan.Links.Quantum,
                plan.Compute.PerTask, plan.Compute.PerStep, plan.Compute.PerSample, plan.Service["server"].Duration(default),
                plan.Stop.Time, plan.SampleEvery, crash.At, new VirtualTime(crash.Until!.Value.Nanoseconds - nanoseconds),
            ],
            time => Assert.Equal(new VirtualTime(nanoseconds), time));
        Assert.Equal(3 * nanoseconds, plan.Compute.Duration(1, steps: 1, samples: 1).Nanoseconds);
    }

    [Fact]
    public void Arms_override_and_share_what_is_equal()
    {
        var experiment = Parsing.Load(Parsing.Workers + """

            name: two
            seeds: 3
            arms:
              async: {}
              minibatch: { method: { name: minibatch-sgd, step: 0.5, batch-size: 10 } }
              large: { workers: 8 }
            """);

        Assert.Equal(("two", 3), (experiment.Name, experiment.Seeds));
        Assert.Equal(["async", "minibatch", "large"], experiment.Arms.Select(a => a.Name));
        Assert.Equal(["async-sgd", "minibatch-sgd", "async-sgd"], experiment.Arms.Select(a => a.Method.Name));
        var problem = experiment.Arms[0].PlanOf(0).Problem;
        Assert.Same(problem, experiment.Arms[1].PlanOf(0).Problem);
        Assert.Same(problem, experiment.Arms[0].PlanOf(2).Problem);
        Assert.NotSame(problem, experiment.Arms[2].PlanOf(0).Problem);
    }

    [Fact]
    public void What_is_wrong_in_one_arm_names_it_and_what_is_wrong_in_all_is_said_once()
    {
        var problems = Parsing.Problems(Parsing.Workers.Replace("1ms", "soon") + """

            arms:
              a: {}
              b: { method: { step: fast }, seeds: 3 }
              "c d": { workers: null }
            """);

        Assert.Equal(
            [
                "test.yaml:2:9: method: method 'async-sgd' needs workers: give their number as 'workers: 16' (arm c d)",
                "test.yaml:4:22: compute.per-task: expected a time such as 5ms, from 0 to 1e9, got 'soon'",
                "test.yaml:9:24: arms.b.method.step: unknown name in schedules: 'fast'; "
                    + $"expected one of {Parsing.Schedules} (arm b)",
                "test.yaml:9:32: arms.b: 'seeds' concerns all arms: it cannot be set in one",
                "test.yaml:10:3: arms: 'c d' cannot be the name of an arm and its folder: "
                    + "expected letters, digits, and . , + = - _",
            ],
            problems);
    }

    [Fact]
    public void Overrides_win_over_the_file_and_its_arms()
    {
        var options = new LoadOptions { Sets = ["method.step=0.25", "arms.b.workers=7", "seeds=2"], Seed = 9, Seeds = null };
        var experiment = Parsing.Load(Parsing.Workers + "\narms: { a: {}, b: { method: { step: 0.5 } } }", options);

        Assert.All(experiment.Arms, a => Assert.Equal(0.25, (double)a.Specification["method"]!["step"]!["value"]!));
        Assert.Equal([4, 7], experiment.Arms.Select(a => a.PlanOf(0).Places));
        Assert.Equal(2, experiment.Seeds);
        Assert.Equal(9ul, experiment.Arms[0].PlanOf(0).Seeds.Data);
    }

    [Fact]
    public void A_problem_without_what_the_method_asks_for_is_refused_with_the_reason()
    {
        Assert.Equal(
            ["test.yaml:3:10: problem: method 'bsvrb-v2' is for bilevel problems, which have a lower level, and asks for "
                + "h.directions, which problem 'quadratic' does not offer; it has f.grad"],
            Parsing.Problems(Parsing.Workers.Replace(
                "async-sgd, step: 0.1", "bsvrb-v2, step: 0.1, lower-step: 0.1")));
        Assert.Contains(
            "asks for f.grad, which problem 'quadratic-bilevel' does not offer",
            Assert.Single(Parsing.Problems(
                Parsing.Workers.Replace("{ name: quadratic, dimension: 3 }", "{ name: quadratic-bilevel, dimension: 3 }"))));
    }

    [Fact]
    public void A_broken_override_is_reported_as_it_was_given() => Assert.Equal(
        ["--set method.step=fast: method.step: unknown name in schedules: 'fast'; "
            + $"expected one of {Parsing.Schedules}"],
        Parsing.Problems(Parsing.Workers, new LoadOptions { Sets = ["method.step=fast"] }));

    [Fact]
    public void Repetitions_count_all_seeds_but_the_datas_unless_they_are_given()
    {
        var arm = Parsing.Load(Parsing.Workers + "\nseed: 10").Arms[0];
        Assert.Equal(new Core.Runs.Seeds(10, 12, 12, 12), arm.SeedsOf(2));

        var given = Parsing.Load(Parsing.Workers + "\nseed: { data: 3, topology: 4, run: 5 }").Arms[0];
        Assert.Equal(new Core.Runs.Seeds(3, 4, 3, 7), given.SeedsOf(2));
    }

    [Fact]
    public void A_graph_that_its_seed_does_not_change_is_one_object_for_all_seeds()
    {
        var ring = Parsing.Load(Parsing.Nodes).Arms[0];
        var random = Parsing.Load(Parsing.Nodes.Replace("ring, nodes: 6", "random-regular, nodes: 12, degree: 3")).Arms[0];

        Assert.Same(ring.PlanOf(0).Topology, ring.PlanOf(3).Topology);
        Assert.Same(ring.PlanOf(0).Problem, ring.PlanOf(3).Problem);
        Assert.NotSame(random.PlanOf(0).Topology, random.PlanOf(3).Topology);
        Assert.Same(random.PlanOf(3).Topology, random.PlanOf(3).Topology);
    }

    [Fact]
    public void The_resolved_specification_has_every_default_in_a_fixed_order() => Assert.Equal(
        """
        {"workers":4,"topology":null,"mixing":null,"method":{"name":"async-sgd","step":{"name":"constant","value":0.1},
        "batch-size":1,"adaptive":"none","timeout":null},"problem":{"name":"quadratic","targets":null,"file":null,
        "dimension":3,
        "heterogeneity":0,"conditioning":1,"eigenvalues":null,"noise":0},"links":{"delay":{"name":"law","law":
        {"name":"constant","value":0}},"fifo":false,"quantum":0,"send-rate":null,"receive-rate":null,"sharing":null,
        "buffer":null,"retransmit":null},
        "messages":null,"compute":{"per-task":0.001,"per-step":0,"per-sample":0,"speeds":null,"jitter":null,"slowdowns":[],
        "token-speeds":null},"faults":[],"service":[],"diagnostics":[],"metrics":[],"precision":"float64",
        "initial":"default","stop":{"time":null,"updates":10,"gradients":null,"samples":null,"messages":null,
        "bytes":null,"wall-time":null,"target":null,"divergence-loss":1000000000000},"sample-every":1,"samples":null,"seed":{"base":1,
        "data":null,"vary-data":false,"topology":null,"initialization":null,"run":null},"partitions":"auto","threads":0,"device":"cpu",
        "log-updates":false,"timeline-agents":16,"output":null,"expect":null,"compare":null}
        """.ReplaceLineEndings(""),
        Parsing.Load(Parsing.Workers).Arms[0].Specification.ToJsonString());

    [Theory]
    [InlineData(Parsing.Workers)]
    [InlineData(Parsing.Nodes)]
    [InlineData(Parsing.Nodes + "\nmixing: lazy\ninitial: { scale: 0.1 }\nfaults: [{ name: drop, probability: 0.1 }]")]
    [InlineData(Parsing.Workers + "\nlinks: { delay: 9.3ms }\nseed: { run: 18446744073709551615 }")]
    public void The_resolved_specification_is_an_experiment_that_resolves_to_itself(string text)
    {
        var once = Parsing.Load(text).Arms[0].Specification.ToJsonString();
        var twice = Parsing.Load(once).Arms[0].Specification.ToJsonString();

        Assert.Equal(once, twice);
    }

    [Fact]
    public void The_specification_of_a_repetition_repeats_it()
    {
        var arm = Parsing.Load(Parsing.Nodes + "\nseed: 4").Arms[0];
        var again = Parsing.Load(arm.SpecificationOf(3).ToJsonString()).Arms[0];

        Assert.Equal(arm.SeedsOf(3), again.SeedsOf(0));
        Assert.Equal(new Core.Runs.Seeds(4, 7, 7, 7), again.SeedsOf(0));
    }

    [Fact]
    public void A_specification_is_a_copy()
    {
        var arm = Parsing.Load(Parsing.Workers).Arms[0];
        arm.Specification["workers"] = JsonValue.Create(99);

        Assert.Equal(4, (int)arm.Specification["workers"]!);
    }

    [Fact]
    public void Order_of_keys_in_the_file_does_not_change_the_resolved_specification()
    {
        var reversed = string.Join('\n', Parsing.Workers.Split('\n').Reverse());

        Assert.Equal(
            Parsing.Load(Parsing.Workers).Arms[0].Specification.ToJsonString(),
            Parsing.Load(reversed).Arms[0].Specification.ToJsonString());
    }

    [Fact]
    public void A_plug_ins_entry_can_be_named()
    {
        var options = new LoadOptions
        {
            Catalogue = Core.Catalog.Catalogue.Load([typeof(ExperimentTests).Assembly.Location]),
        };
        var arm = Parsing.Load(Parsing.Workers + "\nlinks: { delay: test-only }", options).Arms[0];

        Assert.Equal(Seconds(7), arm.PlanOf(0).Links.Delay.FloorOverall);
    }

    static readonly Dictionary<string, string> RequiredValues = new()
    {
        ["step"] = "0.1", ["rate"] = "0.1", ["outer-rate"] = "0.5",
    };

    public static TheoryData<string, string> Combinations => new(
        from entry in Catalogue.Load().OfKind(typeof(Method))
        from known in entry.KnownAs
        where known.Known.With is not null
        let left = entry.Options.Where(o => o.IsRequired && !$", {known.Known.With}".Contains($", {o.Name}:"))
        let values = string.Concat(left.Select(o => $", {o.Name}: {RequiredValues[o.Name]}"))
        select ($"name: {known.Known.Name}{values}", $"name: {entry.Name}, {known.Known.With}{values}"));

    [Theory]
    [MemberData(nameof(Combinations))]
    public void A_name_of_the_field_is_the_method_with_its_options_written_out(string shorthand, string written)
    {
        string Specification(string method) => Assert.Single(
            Parsing.Load(Parsing.Workers.Replace("name: async-sgd, step: 0.1", method)).Arms)
            .Specification.ToJsonString();

        Assert.Equal(Specification(written), Specification(shorthand));
    }

    [Theory]
    [InlineData("name: fedbuff, server: { name: buffer, size: 3 }, rate: 0.1, outer-rate: 1", "\"size\":3")]
    [InlineData("name: fedbuff, server: buffer, rate: 0.1, outer-rate: 1", "\"size\":null")]
    [InlineData("name: dc-asgd, staleness: { name: delay-compensation, adaptive: true }, rate: 0.1, outer-rate: 1",
        "\"adaptive\":true")]
    public void What_makes_a_name_may_have_options_of_its_own(string method, string expected) => Assert.Contains(
        expected, Assert.Single(Parsing.Load(Parsing.Workers.Replace("name: async-sgd, step: 0.1", method)).Arms)
            .Specification["method"]!.ToJsonString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("name: fedbuff, server: immediate, rate: 0.1, outer-rate: 1",
        "test.yaml:2:34: method.server: 'fedbuff' is async-local-sgd with server: buffer, staleness: polynomial, outer: sgd, shards: own; "
        + "for another server write 'name: async-local-sgd' and its options")]
    [InlineData("name: fedavg, rate: 0.1, outer-rate: 0.5",
        "test.yaml:2:48: method.outer-rate: 'fedavg' is local-sgd with outer: sgd, outer-rate: 1, weights: samples; for another outer-rate "
        + "write 'name: local-sgd' and its options")]
    [InlineData("name: gossip, step: 0.1", "test.yaml:2:17: method.name: no name in methods: 'gossip'; see ad-psgd: "
        + "asynchronous, in pairs; d-sgd: in iterations, with all neighbours")]
    [InlineData("name: fedprox, step: 0.1", "test.yaml:2:17: method.name: no name in methods: 'fedprox'; see local-sgd: "
        + "without its proximal term, which local steps here do not have")]
    public void A_name_of_the_field_is_never_something_else(string method, string expected) => Assert.Equal(
        [expected], Parsing.Problems(Parsing.Workers.Replace("name: async-sgd, step: 0.1", method)));
}
