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
        ]);

        Assert.Equal(
            [
                "async: 18 runs stalled: nobody is left (seeds 0 to 3, 5, 7 to 19)",
                "async seed-4: stalled: another",
                "minibatch seed-0: stalled: nobody is left",
            ], lines);
    }
}
