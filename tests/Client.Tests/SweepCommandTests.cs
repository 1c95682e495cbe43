using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Tests;

public sealed class SweepCommandTests : IDisposable
{
    readonly FakeShell _shell = new();
    readonly string _file;
    readonly string _out;

    public SweepCommandTests()
    {
        _file = _shell.Experiment();
        _out = Path.Combine(_shell.Folder, "out");
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void The_best_of_each_arm_is_told_and_diverging_points_are_no_failure()
    {
        // The rank of a run tells its step: 3 steps for each of 2 arms, with 2 seeds each, one after the other.
        var run = 0;
        _shell.Runs = (plan, _) =>
        {
            var step = run++ / 2 % 3;
            return FakeRecord.Of(plan) with
            {
                Metrics = [new(2, 1, 1, 1, 1, "gap", step == 1 ? 0.5 : 1)],
                Outcome = step == 2 ? Outcome.Diverged : Outcome.BudgetSpent,
            };
        };

        Assert.Equal(0, _shell.Run("sweep", _file, "--out", _out, "--jobs", "1", "--quiet"));

        Assert.Contains("best: async,method.step=0.2: gap at the end 0.5", _shell.Out, StringComparison.Ordinal);
        Assert.Contains("best: minibatch,method.step=0.2: gap at the end 0.5", _shell.Out, StringComparison.Ordinal);
        Assert.Matches(@"\n *arm +method\.step +gap +\n", _shell.Out.ReplaceLineEndings("\n"));
        Assert.Matches(@"async +0\.4 +2 of 2 failed", _shell.Out);
        Assert.Matches(@"async +0\.2 +0\.5000 +best", _shell.Out);
        var lines = File.ReadAllLines(Path.Combine(_out, "sweep.csv"));
        Assert.Equal("arm,method.step,seed,value,best,outcome", lines[0]);
        Assert.Equal("async,0.1,0,1,no,budget spent", lines[1]);
        Assert.Equal("async,0.2,1,0.5,yes,budget spent", lines[4]);
        Assert.Equal("minibatch,0.4,1,NaN,no,diverged", lines[12]);
        Assert.Equal(13, File.ReadAllLines(Path.Combine(_out, "runs.csv")).Length);
        Assert.True(RunFolder.IsWhole(RunFolder.PathOf(_out, "async,method.step=0.1", 1)));
    }

    [Fact]
    public void An_arm_of_which_every_point_failed_makes_the_exit_code_1()
    {
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with { Outcome = Outcome.Diverged };

        Assert.Equal(1, _shell.Run("sweep", _file, "--out", _out, "--quiet"));
    }

    [Fact]
    public void An_arm_whose_points_have_nothing_to_judge_makes_the_exit_code_1()
    {
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with { Metrics = [new(2, 1, 1, 1, 1, "loss", 1)] };

        Assert.Equal(1, _shell.Run("sweep", _file, "--out", _out, "--quiet"));
        Assert.Contains("async: every point of the grid failed", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_point_is_marked_as_best_where_all_are_equal()
    {
        Assert.Equal(0, _shell.Run("sweep", _file, "--out", _out, "--quiet"));

        Assert.Contains("all 3 points of the grid are equal: this is the first", _shell.Out, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"async +0\.[124] .*best", _shell.Out);
    }

    [Fact]
    public void A_run_that_did_not_reach_its_target_in_its_time_is_not_called_failed()
    {
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with { TimeToTarget = null };

        _shell.Run(
            "sweep", _file, "--out", _out, "--quiet", "--set", "sweep.best={metric: gap, at: time-to-target}", "--set",
            "stop.target={metric: gap, value: 1e-9}");

        Assert.Matches(@"async +0\.1 +2 of 2 did not reach it", _shell.Out);
    }

    [Fact]
    public void Each_arm_has_a_best_under_each_condition_told_in_a_matrix()
    {
        Conditions("links.delay: [1ms, 50ms]");
        // One run after the other: 2 arms, 2 delays, 3 steps, 2 seeds. The best step is the second on fast links and
        // the first on slow ones.
        var run = 0;
        _shell.Runs = (plan, _) =>
        {
            var (step, delay) = (run / 2 % 3, run / 6 % 2);
            run++;
            var gap = step == 1 - delay ? 0.5 : 1;
            return FakeRecord.Of(plan) with { Metrics = [new(2, 1, 1, 1, 1, "gap", gap)] };
        };

        Assert.Equal(0, _shell.Run("sweep", _file, "--out", _out, "--jobs", "1", "--quiet"));

        Assert.Contains("best: async,links.delay=1ms,method.step=0.2: gap at the end 0.5", _shell.Out,
            StringComparison.Ordinal);
        Assert.Contains("best: async,links.delay=50ms,method.step=0.1: gap at the end 0.5", _shell.Out,
            StringComparison.Ordinal);
        Assert.Matches(@"links\.delay +async", _shell.Out);
        Assert.Matches(@"1ms +0\.5000[^\n]*\n +method\.step 0\.2", _shell.Out);
        Assert.Matches(@"50ms +0\.5000[^\n]*\n +method\.step 0\.1", _shell.Out);
        var lines = File.ReadAllLines(Path.Combine(_out, "sweep.csv"));
        Assert.Equal("arm,links.delay,method.step,seed,value,best,outcome", lines[0]);
        Assert.Equal("async,0.001,0.2,0,0.5,yes,budget spent", lines[3]);
        Assert.Equal("async,0.05,0.1,0,0.5,yes,budget spent", lines[7]);
        Assert.Equal(8, lines.Count(line => line.Contains(",yes,", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_key_is_studied_or_tuned_not_both()
    {
        Conditions("method.step: [1, 2]");

        Assert.Equal(2, _shell.Run("sweep", _file, "--out", _out, "--quiet"));
        Assert.Contains("'method.step' is tuned in the grid", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_sweep_names_what_is_missing_and_no_best_and_the_same_command_goes_on()
    {
        var made = 0;
        _shell.Runs = (plan, _) =>
        {
            if (++made == 3)
                _shell.PressControlC();
            return FakeRecord.Of(plan) with { Outcome = made == 3 ? Outcome.Cancelled : Outcome.BudgetSpent };
        };

        Assert.Equal(1, _shell.Run("sweep", _file, "--out", _out, "--jobs", "1", "--quiet"));
        Assert.DoesNotContain("best: ", _shell.Out, StringComparison.Ordinal);
        Assert.Contains(
            "no best is named: 10 of 12 runs are missing (async,method.step=0.2 seed-0; async,method.step=0.2 seed-1; ",
            _shell.Error, StringComparison.Ordinal);
        Assert.Contains("\n10 of 12 runs are missing; the same command makes them",
            _shell.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("failed", _shell.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(",yes,", File.ReadAllText(Path.Combine(_out, "sweep.csv")), StringComparison.Ordinal);

        using var again = new FakeShell();
        var more = 0;
        again.Runs = (plan, _) =>
        {
            Interlocked.Increment(ref more);
            return FakeRecord.Of(plan);
        };
        Assert.Equal(0, again.Run("sweep", _file, "--out", _out, "--quiet"));
        Assert.Equal(10, more);
        Assert.Contains("2 of 12 runs are there already", again.Out, StringComparison.Ordinal);
        Assert.Contains("best: async,", again.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_arm_of_a_file_without_arms_is_its_method()
    {
        var lines = File.ReadAllLines(_file).ToList();
        File.WriteAllLines(_file, lines.Where(l => l[0] != ' ' && !l.StartsWith("arms", StringComparison.Ordinal)));

        Assert.Equal(0, _shell.Run("sweep", _file, "--out", _out, "--quiet"));
        Assert.StartsWith("async-sgd,0.1,0,", File.ReadAllLines(Path.Combine(_out, "sweep.csv"))[1],
            StringComparison.Ordinal);
    }

    void Conditions(string conditions)
    {
        var text = File.ReadAllText(_file);
        File.WriteAllText(_file, text.Replace("sweep: { ", $"sweep: {{ conditions: {{ {conditions} }}, "));
    }

    [Fact]
    public void A_file_without_a_sweep_is_wrong_input()
    {
        var others = File.ReadAllLines(_file).Where(l => !l.StartsWith("sweep", StringComparison.Ordinal));
        File.WriteAllLines(_file, others);

        Assert.Equal(2, _shell.Run("sweep", _file, "--out", _out));
        Assert.Contains("missing key 'sweep'", _shell.Error, StringComparison.Ordinal);
    }
}
