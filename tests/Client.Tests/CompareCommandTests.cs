namespace AsyncOpt.Client.Tests;

public sealed class CompareCommandTests : IDisposable
{
    readonly FakeShell _shell = new() { Width = 120 };
    readonly string _a;
    readonly string _b;

    public CompareCommandTests()
    {
        _a = Path.Combine(_shell.Folder, "a");
        _b = Path.Combine(_shell.Folder, "b");
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void Two_experiments_are_shown_side_by_side_arm_by_arm()
    {
        Run(_a, [5, 5]);
        Run(_b, [4, 6]);

        Assert.Equal(0, _shell.Run("compare", _a, _b));

        Assert.Contains("async: total-variation distance of staleness 0.100 (the largest of 2 seeds)", _shell.Out,
            StringComparison.Ordinal);
        Assert.Contains("minibatch: total-variation distance", _shell.Out, StringComparison.Ordinal);
        Assert.Contains("60.0 %  ####################", _shell.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("target", _shell.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', _shell.Out);
    }

    [Theory]
    [InlineData("0.2", 0, "target at most 0.2: reached")]
    [InlineData("0.05", 1, "target at most 0.05: not reached")]
    public void A_target_that_is_not_reached_ends_with_1(string target, int code, string words)
    {
        Run(_a, [5, 5]);
        Run(_b, [4, 6]);

        Assert.Equal(code, _shell.Run("compare", _a, _b, "--target", target));
        Assert.Contains(words, _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_experiment_can_state_the_target_itself()
    {
        Run(_a, [5, 5], "--set", "compare.staleness-distance=0.05");
        Run(_b, [4, 6], "--set", "compare.staleness-distance=0.05");

        Assert.Equal(1, _shell.Run("compare", _a, _b));
        Assert.Contains("target at most 0.05: not reached", _shell.Out, StringComparison.Ordinal);
        Assert.Equal(0, _shell.Run("compare", _a, _b, "--target", "0.2"));
    }

    [Fact]
    public void What_runs_warned_of_is_said_beside_how_they_differ()
    {
        Run(_a, [5, 5]);
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with { Warnings = ["delays were late"] };
        Assert.Equal(0, _shell.Run("run", _shell.Experiment(), "--out", _b, "--quiet"));

        Assert.Equal(0, _shell.Run("compare", _a, _b));

        Assert.Contains("warning: async, B: delays were late" + Environment.NewLine, _shell.Error, StringComparison.Ordinal);
        Assert.Contains("warning: minibatch, B: delays were late", _shell.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(", A: ", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Different_experiments_are_said_to_be_and_in_what()
    {
        Run(_a, [5, 5]);
        Run(_b, [5, 5], "--set", "links.delay=2ms", "--set", "method.step=0.3", "--seed", "40", "--threads", "1");

        Assert.Equal(0, _shell.Run("compare", _a, _b));

        Assert.Contains("async: A and B differ in method.step.value 0.1 / 0.3; links.delay.law.value 0.001 / 0.002\n",
            _shell.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Things_of_two_names_differ_in_nothing_but_their_names()
    {
        Run(_a, [5, 5]);

        Assert.Equal(
            0, _shell.Run("compare", Path.Combine(_a, "async", "seed-0"), Path.Combine(_a, "minibatch", "seed-1")));

        Assert.Contains("async / minibatch: A and B differ in method.name \"async-sgd\" / \"minibatch-sgd\"\n",
            _shell.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_experiments_differ_in_nothing_whatever_their_seeds()
    {
        Run(_a, [5, 5]);
        Run(_b, [5, 5], "--seed", "40", "--threads", "1");

        Assert.Equal(0, _shell.Run("compare", _a, _b));

        Assert.DoesNotContain("differ in", _shell.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_without_updates_reach_no_target()
    {
        Run(_a, [5, 5]);
        Run(_b, []);

        Assert.Equal(1, _shell.Run("compare", _a, _b, "--target", "1"));
        Assert.Contains("a run made no update", _shell.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere", "no such folder")]
    [InlineData(".", "expected a run folder")]
    public void What_cannot_be_compared_is_told_and_ends_with_2(string folder, string words)
    {
        Run(_a, [5, 5]);

        Assert.Equal(2, _shell.Run("compare", Path.Combine(_a, "async", folder), _a));
        Assert.Contains(words, _shell.Error, StringComparison.Ordinal);
    }

    void Run(string output, long[] staleness, params string[] more)
    {
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with
        {
            Staleness = new(staleness, 0, 1, staleness.Length > 1 ? staleness[1] : 0, staleness.Sum(), []),
        };
        _shell.Run(["run", _shell.Experiment(), "--quiet", "--out", output, .. more]);
    }
}
