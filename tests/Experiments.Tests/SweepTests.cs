using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Tests;

public class SweepTests
{
    const string File = """
        workers: 4
        method: { name: async-sgd, step: 0.1 }
        problem: { name: quadratic, dimension: 3 }
        compute: { per-task: 1ms }
        stop: { updates: 10 }
        sample-every: 1s
        seeds: 5
        sweep:
          grid: { method.step: [0.01, 0.1, 1], method.batch-size: [1, 8] }
          seeds: 3
          best: { metric: loss, at: end }
        """;

    static readonly LoadOptions Sweeping = new() { Sweep = true };

    [Fact]
    public void A_sweep_without_best_hides_nothing_of_its_grid()
    {
        var e = Assert.Throws<Core.InputException>(() => Parsing.Load(
            File.Replace("method.batch-size: [1, 8]", "method.stepp: [1]", StringComparison.Ordinal)
                .Replace("best: { metric: loss, at: end }", "", StringComparison.Ordinal), Sweeping));

        Assert.Contains("missing key 'best'", e.Message);
        Assert.Contains("'stepp'", e.Message);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("infinity")]
    public void A_step_that_is_no_number_is_not_taken_for_a_name(string step)
    {
        var e = Assert.Throws<Core.InputException>(
            () => Parsing.Load(File.Replace("step: 0.1 }", $"step: {step} }}", StringComparison.Ordinal), new LoadOptions()));

        Assert.Contains($"expected a finite number or a name out of schedules, got '{step}'", e.Message);
    }

    [Fact]
    public void The_grid_becomes_arms_named_after_their_values()
    {
        var experiment = Parsing.Load(File, Sweeping);

        Assert.Equal(3, experiment.Seeds);
        Assert.Equal(
            ["method.step=0.01,method.batch-size=1", "method.step=0.01,method.batch-size=8",
             "method.step=0.1,method.batch-size=1", "method.step=0.1,method.batch-size=8",
             "method.step=1,method.batch-size=1", "method.step=1,method.batch-size=8"],
            experiment.Arms.Select(a => a.Name));
        var method = experiment.Arms[1].Specification["method"]!;
        Assert.Equal(8, (int)method["batch-size"]!);
        Assert.Equal(0.01, (double)method["step"]!["value"]!);
    }

    [Fact]
    public void Every_arm_of_the_file_is_swept_by_itself()
    {
        var experiment = Parsing.Load(
            File + "\narms: { a: {}, b: { method: { name: minibatch-sgd, step: 1 } } }", Sweeping);

        Assert.Equal(12, experiment.Arms.Count);
        Assert.Equal(["a", "b"], experiment.Arms.Select(a => a.Base).Distinct());
        Assert.Equal("b,method.step=0.1,method.batch-size=8", experiment.Arms[9].Name);
        Assert.Equal("minibatch-sgd", experiment.Arms[9].Method.Name);
    }

    [Theory]
    [InlineData("accuracy", true)]
    [InlineData("loss", false)]
    public void A_sweep_knows_whether_more_of_its_metric_is_better(string metric, bool isBetterAbove)
    {
        var file = File.Replace("loss", metric).Replace("quadratic, dimension: 3", "logistic-regression, data: "
            + "{ name: synthetic-classification, samples: 20, dimension: 2 }, split: { train: 0.5, test: 0.5 }");

        var sweep = Parsing.Load(file, Sweeping).Sweep!;

        Assert.Equal(isBetterAbove ? 0.9 : -0.9, sweep.Value(-0.9));
    }

    [Fact]
    public void The_plan_of_each_arm_is_built_once()
    {
        var speeds = Path.GetTempFileName();
        System.IO.File.WriteAllText(speeds, "1\n2\n1\n2\n");

        Assert.Equal(6 * Located(Sweeping with { Sweep = false }), Located(Sweeping));
        System.IO.File.Delete(speeds);

        // Each plan looks for the file again.
        int Located(LoadOptions options)
        {
            var times = 0;
            Experiment.Parse(
                File.Replace("per-task: 1ms", "per-task: 1ms, speeds: { name: file, file: speeds.csv }"), "test.yaml",
                Path.GetTempPath(), options with { Locate = _ => Counted() });
            return times;

            string Counted()
            {
                times++;
                return speeds;
            }
        }
    }

    [Fact]
    public void A_sweep_may_have_seeds_of_its_own_with_the_data_of_the_file()
    {
        var file = File.Replace("seeds: 3", "seeds: 3\n  seed: 101") + "\nseed: { base: 1, topology: 7, run: 5 }";
        var swept = Parsing.Load(file, Sweeping).Arms[0];

        Assert.Equal(new Seeds(1, 7, 101, 101), swept.SeedsOf(0));
        Assert.Equal(new Seeds(1, 7, 103, 103), swept.SeedsOf(2));
        Assert.Equal(101ul, (ulong)swept.SpecificationOf(0)["seed"]!["run"]!);
        Assert.Equal(new Seeds(1, 7, 1, 5), Parsing.Load(file).Arms[0].SeedsOf(0));
        Assert.Equal(9ul, Parsing.Load(file, Sweeping with { Seed = 9 }).Arms[0].SeedsOf(0).Run);
    }

    [Fact]
    public void A_broken_value_of_the_grid_is_reported_where_it_stands() => Assert.Equal(
        ["test.yaml:9:36: sweep.grid.method.step[2]: unknown name in schedules: 'fast'; "
            + $"expected one of {Parsing.Schedules} "
            + "(arms method.step=fast,method.batch-size=1, method.step=fast,method.batch-size=8)"],
        Parsing.Problems(File.Replace("0.1, 1]", "0.1, fast]"), Sweeping));

    [Fact]
    public void A_sweep_needs_a_grid_and_a_metric_that_exists()
    {
        Assert.Contains("missing key 'sweep'", Parsing.Problems(Parsing.Workers, Sweeping)[0]);
        Assert.Contains(
            "did you mean 'loss'?", Assert.Single(Parsing.Problems(File.Replace("metric: loss", "metric: los"), Sweeping)));
        Assert.EndsWith(
            "sweep.best.at: expected one of end, min, time-to-target, got 'begin'",
            Assert.Single(Parsing.Problems(File.Replace("at: end", "at: begin"), Sweeping)), StringComparison.Ordinal);
        Assert.Contains(
            "got an empty list", Assert.Single(Parsing.Problems(File.Replace("[0.01, 0.1, 1]", "[]"), Sweeping)));
        Assert.Contains(
            "sweep.best: time-to-target needs stop.target",
            Assert.Single(Parsing.Problems(File.Replace("at: end", "at: time-to-target"), Sweeping)));
    }

    [Theory]
    [InlineData("method.step: [0.1, 0.2, 0.1]", "9:35: sweep.grid.method.step[2]: the value '0.1' of 'method.step' stands twice")]
    [InlineData("method.step: [0.1, 1e-1]", "9:30: sweep.grid.method.step[1]: the value '1e-1' of 'method.step' stands twice")]
    [InlineData("links.delay: [1s, 1000ms]", "links.delay[1]: the value '1000ms' of 'links.delay' stands twice")]
    [InlineData("method.step: [{ name: power, exponent: 1 }, { exponent: 1.0, name: power }]",
        "sweep.grid.method.step[1]: the value a mapping of 'method.step' stands twice")]
    [InlineData("method.step: [0.1, 0.2], method: [{ name: async-sgd, step: 1 }]",
        "9:36: sweep.grid: 'method' sets anew what 'method.step' has set; put it before that")]
    [InlineData("seeds: [1, 2]", "9:11: sweep.grid: 'seeds' concerns all arms: its values cannot be tried")]
    [InlineData("arms.a.method.step: [1, 2]", "sweep.grid: 'arms.a.method.step' concerns all arms")]
    public void A_grid_whose_points_are_not_what_they_are_called_is_refused(string grid, string expected) =>
        Assert.Contains(expected, Assert.Single(Parsing.Problems(
            File.Replace("method.step: [0.01, 0.1, 1], method.batch-size: [1, 8]", grid), Sweeping)));

    [Fact]
    public void A_grid_may_set_a_thing_and_then_an_option_of_it() => Assert.Equal(
        [0.1, 0.2, 0.1, 0.2],
        Parsing.Load(File.Replace("method.step: [0.01, 0.1, 1], method.batch-size: [1, 8]",
                "method: [{ name: async-sgd, step: 1 }, { name: minibatch-sgd, step: 1 }], method.step: [0.1, 0.2]"), Sweeping)
            .Arms.Select(a => (double)a.Specification["method"]!["step"]!["value"]!));

    [Theory]
    [InlineData("", "test.yaml:9:9: sweep.grid: expected at least one key path with a list of values to try")]
    [InlineData("conditions: { links.delay: [1ms, 2ms] }",
        "test.yaml:9:9: sweep.grid: expected at least one key path with a list of values to try")]
    public void A_grid_without_a_key_is_refused_with_conditions_and_without(string conditions, string expected) =>
        Assert.Equal([expected], Parsing.Problems(File.Replace(
            "grid: { method.step: [0.01, 0.1, 1], method.batch-size: [1, 8] }", $"grid: {{}}\n  {conditions}"), Sweeping));

    [Theory]
    [InlineData("conditions: { method.step: [1, 2] }", "'method' sets anew what the condition 'method.step' has set")]
    [InlineData("conditions: { seeds: [1, 2] }", "sweep.conditions: 'seeds' concerns all arms")]
    public void A_condition_that_does_nothing_is_refused(string conditions, string expected) =>
        Assert.Contains(expected, Assert.Single(Parsing.Problems(File.Replace(
            "grid: { method.step: [0.01, 0.1, 1], method.batch-size: [1, 8] }",
            $"grid: {{ method: [{{ name: async-sgd, step: 3 }}] }}\n  {conditions}"), Sweeping)));

    [Fact]
    public void A_grid_does_not_set_anew_what_a_condition_has_set()
    {
        static string With(string conditions) => File.Replace(
            "grid: { method.step: [0.01, 0.1, 1], method.batch-size: [1, 8] }",
            $"grid: {{ method.step: [0.1, 0.2] }}\n  conditions: {{ method: [{conditions}] }}");

        Assert.Equal(
            ["test.yaml:10:34: sweep.conditions.method[0].step: the condition 'method' sets 'method.step', which the grid "
                + "sets anew; leave it out here, or do not tune it"],
            Parsing.Problems(With("{ step: 0.3 }"), Sweeping));
        Assert.Equal(
            [0.1, 0.2], Parsing.Load(With("{ name: minibatch-sgd }"), Sweeping).Arms
                .Select(a => (double)a.Specification["method"]!["step"]!["value"]!));
    }

    [Theory]
    [InlineData("seed: [1, 2]", true)]
    [InlineData("seed.run: [5, 1, 7]", true)]
    [InlineData("seed: [1, 4]", false)]
    [InlineData("seed.topology: [1, 2]", false)]
    public void Conditions_of_other_seeds_share_none(string conditions, bool refused)
    {
        var text = File.Replace("  seeds: 3", $"  seeds: 3\n  conditions: {{ {conditions} }}");

        if (refused)
            Assert.Contains(
                "conditions share seeds: each has 3, counted from its value of", Assert.Single(Parsing.Problems(text, Sweeping)));
        else
            Assert.Equal(12, Parsing.Load(text, Sweeping).Arms.Count);
    }

    [Theory]
    [InlineData("problem.targets: [[[1], [2], [3], [5]], [[2], [2], [2], [2]]]",
        "problem.targets=1+2+3+5", "problem.targets=2+2+2+2")]
    [InlineData("method: [{ step: 0.3 }, { step: 0.4, batch-size: 2 }]",
        "method=step=0.3", "method=step=0.4+batch-size=2")]
    [InlineData("method.step: [{ name: power, exponent: 0.5, scale: 1 }, { name: power, exponent: 1, scale: 1 }]",
        "method.step=power+exponent=0.5+scale=1", "method.step=power+exponent=1+scale=1")]
    [InlineData("method: [{ name: async-sgd, step: 1 }, { name: minibatch-sgd, step: 1 }]",
        "method=async-sgd", "method=minibatch-sgd")]
    public void Mappings_and_lists_are_named_by_what_they_are(string grid, string first, string second) => Assert.Equal(
        [first, second],
        Parsing.Load(File.Replace("method.step: [0.01, 0.1, 1], method.batch-size: [1, 8]", grid)
            .Replace("quadratic, dimension: 3", grid[0] == 'p' ? "quadratic" : "quadratic, dimension: 3"),
            Sweeping).Arms.Select(a => a.Name));

    [Theory]
    [InlineData("consensus-distance", "is of agents whose mean is the estimate")]
    [InlineData("gap-worst", "is of several agents that are each an estimate")]
    public void The_best_is_judged_by_a_metric_that_the_runs_have(string metric, string why) => Assert.EndsWith(
        $"sweep.best: metric '{metric}' {why}, and this run has none; expected one of loss, gap, squared-error, "
            + "gradient-norm",
        Assert.Single(Parsing.Problems(File.Replace("metric: loss", $"metric: {metric}"), Sweeping)));

    static RunRecord Run(Outcome outcome, double? toTarget, params (string Metric, double Value)[] points) => new()
    {
        Outcome = outcome,
        Reason = "",
        Hash = 0,
        VirtualTime = 0,
        Counts = new RunCounts(),
        Traffic = [],
        Metrics = [.. points.Select((p, i) => new MetricPoint(i, 0, 0, 0, 0, p.Metric, p.Value))],
        Staleness = new StalenessRecord([], 0, 0, 0, 0, []),
        TimeToTarget = toTarget,
    };

    [Fact]
    public void Scores_are_least_for_the_best()
    {
        var run = Run(Outcome.BudgetSpent, 4.5, ("loss", 3), ("accuracy", 0.5), ("loss", 1), ("loss", 2));

        Assert.Equal(2, new Sweep(new BestOptions { At = BestAt.End }).Score(run));
        Assert.Equal(1, new Sweep(new BestOptions { At = BestAt.Min }).Score(run));
        Assert.Equal(4.5, new Sweep(new BestOptions { At = BestAt.TimeToTarget }).Score(run));
        var accuracy = new Sweep(new BestOptions { Metric = "accuracy" }, isBetterAbove: true);
        Assert.Equal(-0.5, accuracy.Score(run));
        Assert.Equal(0.5, accuracy.Value(accuracy.Score(run)));
    }

    [Fact]
    public void A_run_that_diverged_or_has_no_value_is_worst()
    {
        Assert.Equal(double.PositiveInfinity, new Sweep(new BestOptions()).Score(Run(Outcome.Diverged, null, ("loss", 1))));
        Assert.Equal(double.PositiveInfinity, new Sweep(new BestOptions()).Score(Run(Outcome.Completed, null)));
        Assert.Equal(double.PositiveInfinity, new Sweep(new BestOptions { At = BestAt.TimeToTarget })
            .Score(Run(Outcome.Completed, null, ("loss", 1))));
    }

    static SweepScore Score(string step, params double[] scores)
    {
        var value = new GridValue("step", step, new SpecScalar(step, true, new Place("f", 1, 1), "step"));
        return new SweepScore($"step={step}", [value], scores);
    }

    [Fact]
    public void The_least_mean_over_seeds_wins_and_an_edge_is_flagged()
    {
        var inner = Sweep.Pick([Score("0.01", 3, 3), Score("0.1", 0, 4), Score("1", 2, 3)])!;
        var edge = Sweep.Pick([Score("0.01", 3, 3), Score("0.1", 2, 2), Score("1", 1, 1)])!;
        var failed = Sweep.Pick([Score("0.01", 3, 3), Score("0.1", 2, 2), Score("1", 1, double.PositiveInfinity)])!;

        Assert.Equal(("step=0.1", 2.0), (inner.Score.Arm, inner.Score.Mean));
        Assert.Empty(inner.EdgeKeys);
        Assert.Equal(["step"], edge.EdgeKeys);
        Assert.Equal("step=0.1", failed.Score.Arm);
        Assert.Null(Sweep.Pick([Score("1", double.PositiveInfinity)]));
    }

    [Fact]
    public void Words_have_no_edge() =>
        Assert.Empty(Sweep.Pick([Score("ring", 1), Score("star", 2)])!.EdgeKeys);

    [Fact]
    public void Equals_are_said_and_where_all_are_equal_no_edge_is()
    {
        var sweep = new Sweep(new BestOptions());

        var two = Sweep.Pick([Score("0.01", 3), Score("0.1", 2), Score("1", 2), Score("10", 4)])!;
        var all = Sweep.Pick([Score("0.01", 2), Score("0.1", 2), Score("1", 2)])!;
        var one = Sweep.Pick([Score("0.1", 2)])!;

        Assert.EndsWith(" 2; the first of 2 equal ones, such as step=1", sweep.Describe(two));
        Assert.EndsWith(" 2; all 3 points of the grid are equal: this is the first", sweep.Describe(all));
        Assert.EndsWith(" 2", sweep.Describe(one));
    }

    [Theory]
    [InlineData("seed: [1, 2]", "sweep.grid: 'seed' is no setting to tune: the best of some seeds is luck; remove it")]
    [InlineData("seed.run: [1, 2]", "sweep.grid: 'seed.run' is no setting to tune")]
    [InlineData("stop.time: [1s, 2s]", "sweep.grid: 'stop.time' is no setting to tune: the longest run would be best; "
        + "study it under 'conditions'")]
    public void A_grid_that_tunes_nothing_is_refused(string grid, string expected) => Assert.Contains(
        expected,
        Assert.Single(Parsing.Problems(Parsing.Workers + $"\nsweep: {{ grid: {{ {grid} }}, best: {{ metric: gap }} }}",
            new LoadOptions { Sweep = true })));

    [Fact]
    public void A_time_to_stop_may_be_studied() => Assert.Equal(2, Parsing.Load(
        Parsing.Workers + "\nsweep: { conditions: { stop.time: [1s, 2s] }, grid: { method.step: [0.1] }, best: { metric: gap } }",
        new LoadOptions { Sweep = true }).Arms.Count);
}
