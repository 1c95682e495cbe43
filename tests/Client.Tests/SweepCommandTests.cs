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
        Assert.Matches(@"async,method\.step=0\.4 +2 of 2 failed", _shell.Out);
        Assert.Matches(@"async,method\.step=0\.2 +0\.5000 +best", _shell.Out);
        var lines = File.ReadAllLines(Path.Combine(_out, "sweep.csv"));
        Assert.Equal("arm,method.step,repetition,value,outcome", lines[0]);
        Assert.Equal("async,0.1,0,1,budget spent", lines[1]);
        Assert.Equal("minibatch,0.4,1,NaN,diverged", lines[12]);
        Assert.True(RunFolder.IsWhole(RunFolder.PathOf(_out, "async,method.step=0.1", 1)));
    }

    [Fact]
    public void An_arm_of_which_every_point_failed_makes_the_exit_code_1()
    {
        _shell.Runs = (plan, _) => FakeRecord.Of(plan) with { Outcome = Outcome.Diverged };

        Assert.Equal(1, _shell.Run("sweep", _file, "--out", _out, "--quiet"));
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
