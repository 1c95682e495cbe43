using System.Text.RegularExpressions;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Experiments.Claims;

namespace AsyncOpt.Experiments.Tests.Claims;

public sealed partial class ClaimTests : IDisposable
{
    const string Small = """
        claim: >
          b is
          better than a.
        source: a paper
        experiment:
          workers: 2
          problem: { name: quadratic, targets: [[1], [3]] }
          method: { name: async-sgd, step: 0.1 }
          compute: { per-task: 10ms }
          stop: { time: 2s }
          sample-every: 1s
          seeds: 9
          arms:
            a.1: {}
            b: { method: { name: minibatch-sgd, step: 0.1 } }
            unused: {}
        seeds: 5
        contrasts:
          - name: gap
            of: { arm: b, metric: gap }
            to: { arm: a.1, metric: gap }
            effect: ratio
            expect: { at-most: 0.5 }

        """;

    static readonly Catalogue Catalogue = Catalogue.Load();

    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    Claim Load(string text, bool full = false)
    {
        var path = Path.Combine(_folder, "small.yaml");
        File.WriteAllText(path, text);
        return Claim.Load(path, Options, full);
    }

    LoadOptions Options => new() { Catalogue = Catalogue, OptimumFolder = _folder, DataFolder = _folder };

    string[] Problems(string text, bool full = false) =>
        Assert.Throws<InputException>(() => Load(text, full)).Message.Split('\n');

    static double StepOf(Arm arm) => arm.Specification["method"]!["step"]!["value"]!.GetValue<double>();

    [Fact]
    public void A_claim_makes_an_experiment_of_the_arms_that_it_names_with_its_own_seeds()
    {
        var claim = Load(Small + "seed: 40\n");

        Assert.Equal(("small", "b is better than a.", "a paper"), (claim.Name, claim.Statement, claim.File.Source));
        Assert.Equal([""], claim.Cases);
        Assert.True(claim.Prepare());
        var experiment = claim.Measuring("", []);
        Assert.Equal(["a.1", "b"], experiment.Arms.Select(a => a.Name));
        Assert.Equal(5, experiment.Seeds);
        Assert.Equal((1UL, 42UL), (experiment.Arms[0].SeedsOf(2).Data, experiment.Arms[0].SeedsOf(2).Run));
        Assert.Equal(0, experiment.Arms[0].File.TimelineAgents);
        Assert.Equal(0.95, claim.File.Confidence);
    }

    [Fact]
    public void Changes_win_over_arms_those_of_one_arm_over_those_of_all_and_those_of_a_case_over_both()
    {
        var claim = Load(Small + """
            set: { method.step: 0.2, arms.a.1.method.step: 0.3, arms: { b: { method.batch-size: 7 } } }
            cases:
              one: {}
              two: { arms.b.method.step: 0.4, stop.time: 5s }
            """);

        var one = claim.Measuring("one", []).Arms;
        var two = claim.Measuring("two", []).Arms;
        Assert.Equal([0.3, 0.2], one.Select(StepOf));
        Assert.Equal([0.3, 0.4], two.Select(StepOf));
        Assert.Equal(Seconds(5), two[0].File.Stop.Time);
        Assert.Equal(7, (int?)two[1].Specification["method"]!["batch-size"]);
    }

    [Fact]
    public void A_grid_of_cases_is_every_combination()
    {
        var claim = Load(Small + "cases: { grid: { links.send-rate: [1e6, 2e6], links.delay: [1ms, 2ms] } }\n");

        Assert.Equal(
            [
                "links.send-rate=1e6,links.delay=1ms", "links.send-rate=1e6,links.delay=2ms",
                "links.send-rate=2e6,links.delay=1ms",
                "links.send-rate=2e6,links.delay=2ms",
            ], claim.Cases);
        Assert.Equal(2e-3, claim.Measuring("links.send-rate=1e6,links.delay=2ms", []).Arms[0]
            .Specification["links"]!["delay"]!["law"]!["value"]!.GetValue<double>());
    }

    [Fact]
    public void Tuning_tries_the_grid_for_each_arm_and_the_best_values_are_measured()
    {
        var claim = Load(Small + """
            seed: 100
            tune:
              grid: { method.step: [0.1, 0.2, 0.4] }
              arms: { b: { method.batch-size: [1, 2] } }
              seeds: 2
              seed: 50
              best: { metric: gap }
            """);

        var tuning = claim.Tuning("");
        Assert.Equal(3 + 6, tuning.Arms.Count);
        Assert.Equal((2, 51UL), (tuning.Seeds, tuning.Arms[0].SeedsOf(1).Run));
        var best = tuning.Arms.Single(a => a.Name == "b,method.step=0.2,method.batch-size=2");
        Assert.Equal("b", best.Base);
        var measured = claim.Measuring("", [new Tuned("", "b", best.Point)]).Arms;
        Assert.Equal([0.1, 0.2], measured.Select(StepOf));
        Assert.Equal(2, (int?)measured[1].Specification["method"]!["batch-size"]);
    }

    [Fact]
    public void One_case_may_be_tuned_for_all_and_one_arm_alone()
    {
        var claim = Load(Small + """
            seed: 100
            cases: { x: {}, y: {} }
            tune: { grid: { method.step: [0.1, 0.2] }, only: [b], seeds: 1, seed: 9, best: { metric: gap }, case: y }
            """);

        Assert.Equal(["y"], claim.TunedCases);
        var tuning = claim.Tuning("y");
        Assert.Equal(["b", "b"], tuning.Arms.Select(a => a.Base));
        Assert.Equal(0.2, StepOf(claim.Measuring("x", [new Tuned("y", "b", tuning.Arms[1].Point)]).Arms[1]));
    }

    [Fact]
    public void The_full_size_is_laid_over_the_file_key_by_key()
    {
        const string text = Small + """
            set: { stop.time: 3s, workers: 2 }
            full: { seeds: 20, set: { stop.time: 30s } }
            """;

        Assert.Equal((5, 3.0), Of(Load(text)));
        Assert.Equal((20, 30.0), Of(Load(text, full: true)));
        Assert.Equal(2, Load(text, full: true).Measuring("", []).Arms[0].File.Workers);

        static (int, double) Of(Claim claim) =>
            (claim.File.Seeds, claim.Measuring("", []).Arms[0].File.Stop.Time!.Value.Seconds);
    }

    [Fact]
    public void An_experiment_of_another_file_is_found_from_the_claims_folder()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "claims"));
        File.WriteAllText(Path.Combine(_folder, "one.yaml"), """
            workers: 2
            problem: { name: quadratic, targets: [[1], [3]] }
            method: { name: async-sgd, step: 0.1 }
            compute: { per-task: 10ms }
            stop: { time: 2s }
            sample-every: 1s
            """);
        var path = Path.Combine(_folder, "claims", "c.yaml");
        File.WriteAllText(path, """
            claim: it comes close
            source: a paper
            experiment: ../one.yaml
            seeds: 4
            contrasts: [ { name: gap, of: { arm: async-sgd, metric: gap }, expect: { at-most: 0.5 } } ]
            """);

        var claim = Claim.Load(path, Options);

        Assert.True(claim.Prepare());
        Assert.Equal(["async-sgd"], claim.Measuring("", []).Arms.Select(a => a.Name));
    }

    [Fact]
    public void Everything_wrong_with_the_keys_is_said_at_once_with_line_and_key()
    {
        var problems = Problems("""
            claim: x
            source: y
            experimnt: z
            seeds: 1
            contrasts:
              - name: a
                of: { arm: a }
                expect: { at-least: 1, at-most: 2 }
              - name: b
                of: { arm: a, metric: gap }
                to: 3
                expect: { at-least: 1 }
              - name: c
                of: { arm: a, metric: gap, at: { time: 1s, updates: 3 } }
                expect: { between: [2, 1] }
              - name: d
                of: { metric: gap }
                slope: [ { arm: a } ]
                expect: { at-least: 1 }
            """);

        Assert.Equal(
            [
                "small.yaml:1:1: missing key 'experiment': expected a mapping",
                "small.yaml:3:1: unknown key 'experimnt'; did you mean 'experiment'?",
                "small.yaml:4:8: seeds: expected a whole number from 4 to 1e4, got '1'",
                "small.yaml:7:9: contrasts[0].of: missing key 'metric': expected the name of a metric or count, or a number "
                    + "in place of all",
                "small.yaml:8:13: contrasts[0].expect: expected exactly one of at-least, at-most, between",
                "small.yaml:9:5: contrasts[1]: missing key 'effect': expected difference, ratio or ratio-of-means",
                "small.yaml:14:36: contrasts[2].of.at: expected exactly one of time, updates, gradients, samples, bytes",
                "small.yaml:15:13: contrasts[2].expect: between: expected two numbers, the lower one first",
                "small.yaml:18:14: contrasts[3].slope[0]: missing key 'x': expected the number on the horizontal axis",
            ], problems.Select(Parsing.WithoutLists));
    }

    [Fact]
    public void Unknown_arms_and_cases_and_seeds_that_are_tuned_on_are_mistakes()
    {
        Assert.Equal(
            [
                "small.yaml:19:5: contrasts[0]: unknown arm 'bb'; did you mean 'b'?",
                "small.yaml:19:5: contrasts[0]: unknown case 'three': the claim has no cases",
            ], Problems(Small.Replace("of: { arm: b,", "cases: [three]\n    of: { arm: bb,"))[..2].Select(Parsing.WithoutLists));
        Assert.Equal(
            ["small.yaml:24:7: tune: seed 1 is tuned on and judged: what is tuned on the seeds that are judged is flattered; "
                + "give tune.seed or seed another value"],
            Problems(Small + "tune: { grid: { method.step: [1, 2] }, seeds: 1, seed: 1, best: { metric: gap } }\n"));
        Assert.Equal(
            ["small.yaml:24:8: set.arms.unsued.method.step: unknown arm 'unsued'; did you mean 'unused'? (there are a.1, b, unused)"],
            Problems(Small + "set: { arms.unsued.method.step: 1 }\n"));
    }

    [Fact]
    public void Mistakes_of_the_experiment_in_any_case_are_said_once()
    {
        var problems = Problems(Small + """
            cases: { one: { method.stepp: 1 }, two: { method.stepp: 1 }, three: { workers: none } }
            """);

        // The two arms take their method from two places of the file.
        Assert.Equal(5, problems.Length);
        Assert.All(problems[..4],
            p => Assert.Contains("unknown key 'stepp'; did you mean 'step'?", p, StringComparison.Ordinal));
        Assert.StartsWith("small.yaml:24:80: cases.three.workers: expected a whole number", problems[4],
            StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_metrics_and_roles_are_found_before_anything_runs()
    {
        var claim = Load(Small.Replace("of: { arm: b, metric: gap }", "of: { arm: b, metric: gapp }")
            .Replace("to: { arm: a.1, metric: gap }", "to: { arm: a.1, metric: bytes.severr }"));

        var e = Assert.Throws<InputException>(() => claim.Prepare());

        Assert.Equal(
            """
            small.yaml:19:5: contrasts[0]: unknown role 'severr'; did you mean 'server'?
            small.yaml:19:5: contrasts[0]: unknown metric 'gapp'; did you mean 'gap'?
            """, Lines().Replace(Parsing.WithoutLists(e.Message), "small.yaml:19:5:"));
    }

    [Theory]
    [InlineData("to: 0", "ratio", "nothing has a ratio to 0")]
    [InlineData("to: 0", "ratio-of-means", "nothing has a ratio to 0")]
    [InlineData("to: -2", "ratio", "a ratio to a number below 0 has no geometric mean")]
    [InlineData("to: { arm: b, metric: gap }", "ratio", "'of' and 'to' are the same quantity, so that nothing is compared")]
    [InlineData("order: [a.1, b, a.1]", "ratio", "arm 'a.1' stands twice in 'order'")]
    [InlineData("to: 0", "difference", null)]
    [InlineData("to: -2", "ratio-of-means", null)]
    [InlineData("to: { arm: b, metric: gap, at: { time: 1s } }", "ratio", null)]
    public void A_contrast_compares_two_things(string to, string effect, string? why)
    {
        var text = Small.Replace("to: { arm: a.1, metric: gap }", to).Replace("effect: ratio", $"effect: {effect}")
            .Replace("of: { arm: b, metric", to.StartsWith("order", StringComparison.Ordinal) ? "of: { metric" : "of: { arm: b, metric");

        if (why is null)
            Assert.Equal(["gap"], Load(text).File.Contrasts.Select(c => c.Name));
        else
            Assert.StartsWith($"small.yaml:19:5: contrasts[0]: {why}", Assert.Single(Problems(text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("cases: [one], ", "", true)]
    [InlineData("cases: [one], ", "cases: [one, two], ", true)]
    [InlineData("cases: [one], ", "cases: [two], ", false)]
    public void Two_contrasts_of_a_case_have_two_names(string first, string second, bool refused)
    {
        var text = Small.Split("  - name: gap")[0]
            + string.Concat(new[] { first, second }.Select(cases =>
                $"  - {{ {cases}name: gap, of: {{ arm: b, metric: gap }}, expect: {{ at-most: 0.5 }} }}\n"))
            + "cases: { one: {}, two: { method.step: 0.2 } }\n";

        if (refused)
            Assert.Equal(
                ["small.yaml:20:5: contrasts[1]: two contrasts are named 'gap'; give one of them another name"], Problems(text));
        else
            Assert.Equal(2, Load(text).File.Contrasts.Count);
    }

    [Fact]
    public void A_count_of_the_whole_run_has_no_instant() =>
        Assert.Contains("'staleness-mean' is a count of the whole run: it has no at, tail, take or reach",
            Problems(Small.Replace("of: { arm: b, metric: gap }", "of: { arm: b, metric: staleness-mean, tail: 0.1 }"))[0],
            StringComparison.Ordinal);

    [Fact]
    public void Data_that_are_known_but_not_here_are_missing_and_others_are_mistakes()
    {
        const string quadratic = "{ name: quadratic, targets: [[1], [3]] }";
        const string regression = "{ name: logistic-regression, regularization: 0.1, data: { name: libsvm, file: FILE } }";

        var missing = Load(Small.Replace(quadratic, regression.Replace("FILE", "a9a")));
        Assert.False(missing.Prepare());
        Assert.Equal(["a9a"], missing.Missing);

        var declared = Load(Small + "needs: [ijcnn1]\n");
        Assert.False(declared.Prepare());
        Assert.Equal(["ijcnn1"], declared.Missing);

        var wrong = Load(Small.Replace(quadratic, regression.Replace("FILE", "nowhere.libsvm")));
        Assert.Contains("nowhere.libsvm", Assert.Throws<InputException>(() => wrong.Prepare()).Message,
            StringComparison.Ordinal);
    }

    [GeneratedRegex(@"small\.yaml:\d+:\d+:")]
    private static partial Regex Lines();
}
