using AsyncOpt.Client.Display;
using AsyncOpt.Client.Running;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;

namespace AsyncOpt.Client.Tests;

public sealed class MessagesTests : IDisposable
{
    readonly FakeShell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public void A_line_is_said_once_with_the_arms_it_holds_for()
    {
        var said = new List<string>();

        Messages.Each([("late", "a"), ("slow", "a"), ("late", "b"), ("late", "c"), ("odd", "c"), ("odd", "a"), ("late", "a")],
            3, said.Add);

        Assert.Equal(["late (in all arms)", "slow (arm a)", "odd (arms c, a)"], said);
    }

    [Fact]
    public void Validate_says_a_warning_of_all_arms_once_and_so_does_run_of_a_fault_that_does_nothing()
    {
        string[] idle = ["--set", "faults=[{ name: crash, place: 0, at: 5s }]"];
        _shell.RunForReal();
        Assert.Equal(0, _shell.Run(["validate", _shell.Experiment(), .. idle]));
        const string said = "warning: faults: rule 1, 'crash', does nothing: the crash at 5 s is not before the end of the run "
            + "at 2 s (in all arms)\n";
        Assert.Equal(said, _shell.Error.ReplaceLineEndings("\n"));

        Assert.Equal(0, _shell.Run(
            ["run", _shell.Experiment(), "--out", Path.Combine(_shell.Folder, "out"), "--quiet", .. idle]));
        Assert.Equal(said + said, _shell.Error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Runs_of_an_arm_that_ended_alike_are_one_line()
    {
        var experiment = Experiment.Load(_shell.Experiment(), new LoadOptions { Seeds = 20 });
        Result Ended(int arm, int repetition, string reason) => new(
            new Job(experiment, experiment.Arms[arm], repetition, "x"),
            new RunRecord
            {
                Outcome = Outcome.Stalled,
                Reason = reason,
                Hash = 0,
                VirtualTime = 0,
                Counts = new RunCounts(),
                Traffic = [],
                Metrics = [],
                Staleness = new StalenessRecord([], 0, 0, 0, 0, []),
            });

        var lines = Messages.Endings(
        [
            .. Enumerable.Range(0, 20).Where(k => k is not (4 or 6)).Select(k => Ended(0, k, "nobody is left")),
            Ended(0, 4, "another"), Ended(1, 0, "nobody is left"),
            Ended(1, 1, "node 2 waits since 1.5 s"), Ended(1, 2, "node 2 waits since 3e-05 s"),
        ]);

        Assert.Equal(
            [
                "async: 18 runs stalled: nobody is left (seeds 0 to 3, 5, 7 to 19)",
                "async seed-4: stalled: another",
                "minibatch seed-0: stalled: nobody is left",
                "minibatch: 2 runs stalled (seeds 1, 2), such as seed-1: node 2 waits since 1.5 s",
            ], lines);
    }
}
