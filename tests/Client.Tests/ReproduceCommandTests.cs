using System.Text.Json.Nodes;
using AsyncOpt.Client.Running;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments.Claims;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Claims;

namespace AsyncOpt.Client.Tests;

public sealed class ReproduceCommandTests : IDisposable
{
    const string Small = """
        claim: minibatch is better than async.
        source: a paper
        experiment: small.yaml
        seeds: 4
        seed: 100
        contrasts:
          - name: gap at the end
            of: { arm: minibatch, metric: gap }
            to: { arm: async, metric: gap }
            effect: ratio
            expect: { at-most: 0.8 }

        """;

    const string Tune = """
        tune: { grid: { compute.per-task: [1ms, 2ms, 4ms] }, seeds: 2, seed: 7, best: { metric: gap } }

        """;

    readonly FakeShell _shell = new() { Width = 140 };
    readonly string _out;

    public ReproduceCommandTests()
    {
        _shell.Experiment();
        _out = Path.Combine(_shell.Folder, "out");
    }

    public void Dispose() => _shell.Dispose();

    string Claim(string text, string name = "small-claim")
    {
        var path = Path.Combine(_shell.Folder, name + ".yaml");
        File.WriteAllText(path, text);
        return path;
    }

    JsonNode Json(string name = "small-claim") =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(_out, name, ClaimReport.JsonFile)))!;

    // Ends at the given gap, times 1 + seed mod 10, so that seeds differ and pairs do not.
    void Gaps(Func<RunPlan, double> gap) => _shell.Runs = (plan, _) =>
        FakeRecord.Of(plan) with
        {
            Metrics = [new(0, 0, 0, 0, 0, "gap", 1), new(2, 10, 10, 100, 3_000, "gap", gap(plan) * (1 + plan.Seeds.Run % 10))],
        };

    static bool IsMinibatch(RunPlan plan) => plan.Method.GetType().Name.StartsWith("Minibatch", StringComparison.Ordinal);

    [Fact]
    public void A_claim_is_run_and_judged_and_everything_is_kept()
    {
        Gaps(plan => IsMinibatch(plan) ? 0.1 : 0.2);

        var code = _shell.Run("reproduce", Claim(Small), "--out", _out, "--quiet");

        Assert.Equal(0, code);
        Assert.Equal("", _shell.Error);
        Assert.Contains("verdict: reproduced", _shell.Out, StringComparison.Ordinal);
        Assert.Contains("minibatch is better than async.", _shell.Out, StringComparison.Ordinal);
        Assert.Contains("0.5 [0.5, 0.5]", _shell.Out, StringComparison.Ordinal);
        Assert.Equal("reproduced", (string?)Json()["verdict"]);
        Assert.Equal(0.5, (double)Json()["contrasts"]![0]!["estimate"]!, 12);
        Assert.Equal(Small, File.ReadAllText(Path.Combine(_out, "small-claim", ClaimRunner.ClaimFileName)));
        Assert.StartsWith("# small-claim: reproduced\n",
            File.ReadAllText(Path.Combine(_out, "small-claim", ClaimReport.PageFile)), StringComparison.Ordinal);
        Assert.Equal(102UL, StoredRun.Read(
            RunFolder.PathOf(Path.Combine(_out, "small-claim", "runs"), "async", 2)).Seed);
    }

    [Theory]
    [InlineData(0.18, "direction only")]
    [InlineData(0.3, "not reproduced")]
    public void A_verdict_that_is_not_what_the_paper_says_is_no_failure(double gap, string verdict)
    {
        Gaps(plan => IsMinibatch(plan) ? gap : 0.2);

        Assert.Equal(0, _shell.Run("reproduce", Claim(Small), "--out", _out, "--quiet"));
        Assert.Contains($"verdict: {verdict}", _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_verdict_can_be_had_again_from_the_run_folders_alone()
    {
        _shell.RunForReal();
        _shell.Run("reproduce", Claim(Small + "cases: { near: {}, far: { links.delay: 30ms } }\n"), "--out", _out, "--quiet");
        var folder = Path.Combine(_out, "small-claim");
        File.Delete(Path.Combine(_shell.Folder, "small.yaml"));

        var text = File.ReadAllText(Path.Combine(folder, ClaimRunner.ClaimFileName));
        var report = ClaimRunner.JudgeFolder(
            ClaimTerms.Read(text, ClaimRunner.ClaimFileName), "small-claim", folder);
        var again = report.Results;

        var told = Json()["contrasts"]!.AsArray();
        Assert.Equal(["near", "far"], again.Select(r => r.Case));
        for (var i = 0; i < again.Count; i++)
        {
            Assert.Equal(Words.Of(again[i].Verdict), (string?)told[i]!["verdict"]);
            Assert.Equal(again[i].Estimate.Value, (double)told[i]!["estimate"]!);
            Assert.Equal(again[i].Estimate.Low, (double)told[i]!["low"]!);
            Assert.Equal(again[i].Values[0].PerSeed, told[i]!["values"]![0]!["per_seed"]!.AsArray().Select(v => (double)v!));
        }
        Assert.NotEqual(again[0].Estimate.Value, again[1].Estimate.Value);
        Assert.Equal((string?)Json()["conditions"], report.Conditions);
        Assert.Equal((string?)Json()["hash"], AsyncOpt.Reporting.Text.Hash(report.Hash));
    }

    [Fact]
    public void It_is_said_what_the_intervals_are_conditional_on_and_what_is_not_there()
    {
        Gaps(plan => (IsMinibatch(plan) ? 0.1 : 0.2) * (1 + Math.Abs(Math.Log(plan.Compute.PerTask.Seconds / 2e-3))));
        var contrast = Small[Small.IndexOf("  - name", StringComparison.Ordinal)..];
        var text = Small + contrast.Replace("name: gap", "name: again gap")
            + contrast.Replace("name: gap", "role: control\n    name: as a control gap")
            + Tune + "looks: 2\nnot-covered: deep nets\n";

        Assert.Equal(0, _shell.Run("reproduce", Claim(text), "--out", _out, "--quiet"));

        const string conditions = "95 % for all headlines together: 98.75 % each, for 2 headlines looked at 2 times; over run "
            + "seeds 100 to 103; conditional on the data, splits and shards of seed 7, and on what tuning chose on seeds 7 to 8.";
        Assert.Equal(conditions, (string?)Json()["conditions"]);
        var page = File.ReadAllText(Path.Combine(_out, "small-claim", ClaimReport.PageFile));
        Assert.Contains($"Intervals: {conditions}", page, StringComparison.Ordinal);
        Assert.Contains("Not there: deep nets", page, StringComparison.Ordinal);
        Assert.Contains("| control: as a control gap at the end |", page, StringComparison.Ordinal);
        Assert.Contains("not there: deep nets", _shell.Out, StringComparison.Ordinal);
        Assert.Equal(["headline", "headline", "control"], Json()["contrasts"]!.AsArray().Select(c => (string?)c!["role"]));
    }

    [Fact]
    public void Repetitions_may_draw_their_data_anew()
    {
        _shell.RunForReal();
        var file = Path.Combine(_shell.Folder, "small.yaml");
        File.WriteAllText(file, File.ReadAllText(file).Replace("seed: 7", "seed: { base: 7, vary-data: true }"));

        Assert.Equal(0, _shell.Run("reproduce", Claim(Small), "--out", _out, "--quiet"));

        Assert.Equal("95 %; over run and data seeds 100 to 103.", (string?)Json()["conditions"]);
    }

    [Fact]
    public void A_control_that_does_not_hold_is_named()
    {
        Gaps(plan => IsMinibatch(plan) ? 0.1 : 0.2);
        var contrast = Small[Small.IndexOf("  - name", StringComparison.Ordinal)..];
        var control = contrast.Replace("name: gap", "role: control\n    name: the same gap").Replace("0.8", "0.4");

        Assert.Equal(0, _shell.Run("reproduce", Claim(Small + control), "--out", _out, "--quiet"));

        Assert.Contains("verdict: undecided (the control 'control: the same gap at the end' does not hold)",
            _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_arm_is_measured_at_its_best_point()
    {
        // Best at the middle of the grid for both.
        Gaps(plan => (IsMinibatch(plan) ? 0.1 : 0.2) * (1 + Math.Abs(Math.Log(plan.Compute.PerTask.Seconds / 2e-3))));

        Assert.Equal(0, _shell.Run("reproduce", Claim(Small + Tune), "--out", _out, "--quiet"));

        Assert.Contains("tuned: async compute.per-task 2ms of 3", _shell.Out, StringComparison.Ordinal);
        Assert.Equal(["2ms", "2ms"], Json()["tuned"]!.AsArray().Select(t => (string?)t!["best"]!["compute.per-task"]));
        Assert.Equal(2 * 3 * 2 + 2 * 4, (int?)Json()["runs"]);
        var run = StoredRun.Read(RunFolder.PathOf(Path.Combine(_out, "small-claim", "runs"), "async", 0));
        Assert.Equal(2e-3, (double?)run.Specification["compute"]!["per-task"]);
    }

    [Fact]
    public void An_optimum_on_the_edge_is_an_error_that_names_arm_key_and_value_unless_the_edge_is_natural()
    {
        Gaps(plan => plan.Compute.PerTask.Seconds is var task && IsMinibatch(plan)
            ? task
            : 0.2 * (1 + Math.Abs(Math.Log(task / 2e-3))));

        Assert.Equal(2, _shell.Run("reproduce", Claim(Small + Tune), "--out", _out, "--quiet"));
        Assert.StartsWith("small-claim: tune: arm 'minibatch': the best compute.per-task is 1ms, on the edge of the grid",
            _shell.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("async", _shell.Error, StringComparison.Ordinal);

        var natural = Tune.Replace("best:", "natural-edges: [ { key: compute.per-task, value: 1e-3, reason: so } ], best:");
        Assert.Equal(0, _shell.Run("reproduce", Claim(Small + natural), "--out", _out, "--quiet"));
    }

    [Fact]
    public void Runs_that_are_there_already_are_not_made_again_unless_something_differs()
    {
        var made = 0;
        _shell.Runs = (plan, _) =>
        {
            Interlocked.Increment(ref made);
            return FakeRecord.Of(plan);
        };
        _shell.Run("reproduce", Claim(Small), "--out", _out, "--quiet");
        Assert.Equal(8, made);

        _shell.Run("reproduce", Claim(Small), "--out", _out, "--quiet");
        Assert.Equal(8, made);
        Assert.Equal(8, (int?)Json()["runs_reused"]);

        _shell.Run("reproduce", Claim(Small.Replace("seeds: 4", "seeds: 5")), "--out", _out, "--quiet");
        Assert.Equal(10, made);

        _shell.Run("reproduce", Claim(Small + "set: { arms.async.method.step: 0.3 }\n"), "--out", _out, "--quiet");
        Assert.Equal(14, made);
    }

    [Fact]
    public void A_cancelled_run_is_not_taken_for_a_result()
    {
        _shell.Runs = (plan, _) =>
        {
            _shell.PressControlC();
            return FakeRecord.Of(plan) with { Outcome = Outcome.Cancelled };
        };

        Assert.Equal(1, _shell.Run("reproduce", Claim(Small), "--out", _out, "--quiet"));
        Assert.Contains("cancelled", _shell.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_out, "small-claim", ClaimReport.JsonFile)));
    }

    [Fact]
    public void Missing_data_are_a_verdict()
    {
        var code = _shell.Run(
            "reproduce", Claim(Small + "needs: [wikivote-889]\n"), "--out", _out, "--quiet", "--data", _shell.Folder);

        Assert.Equal(0, code);
        Assert.Contains("verdict: not run (needs data wikivote-889)", _shell.Out, StringComparison.Ordinal);
        Assert.Equal("not run (needs data wikivote-889)", (string?)Json()["verdict"]);
    }

    [Fact]
    public void The_full_size_is_another_claim_of_the_same_file()
    {
        Gaps(plan => IsMinibatch(plan) ? 0.1 : 0.2);

        _shell.Run("reproduce", Claim(Small + "full: { seeds: 5 }\n"), "--out", _out, "--quiet", "--full");

        Assert.Equal((5, true), ((int)Json()["seeds"]!, (bool)Json()["full"]!));
        Assert.Contains("small-claim, full size", _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_with_a_file_is_told_and_nothing_runs()
    {
        _shell.Runs = (_, _) => throw new InvalidOperationException("it ran");
        var file = Claim(Small.Replace("arm: async", "arm: asinc").Replace("at-most", "at-mst"));

        Assert.Equal(2, _shell.Run("reproduce", file, "--out", _out));
        Assert.Contains("small-claim.yaml:11:15: contrasts[0].expect: unknown key 'at-mst'; did you mean 'at-most'?",
            _shell.Error, StringComparison.Ordinal);

        Assert.Equal(2, _shell.Run("reproduce", Claim(Small.Replace("arm: async", "arm: asinc")), "--out", _out));
        Assert.Contains("small-claim.yaml:7:5: contrasts[0]: unknown arm 'asinc'; did you mean 'async'?",
            _shell.Error, StringComparison.Ordinal);
        Assert.Equal(2, _shell.Run("reproduce", "asyncbeats"));
        Assert.Contains("no claim 'asyncbeats'", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_argument_the_claims_are_listed()
    {
        Assert.Equal(0, _shell.Run("reproduce"));
        Assert.Contains("async-beats-waiting (", _shell.Out, StringComparison.Ordinal);
    }
}
