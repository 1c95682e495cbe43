namespace AsyncOpt.Swarm.Tests;

public class SwarmRunTests
{
    static readonly List<string> Told = [];

    /// <summary>The short swarm of every test run; a longer one is 'asyncopt swarm'.</summary>
    [Fact]
    public void In_the_first_worlds_of_a_seed_everything_holds()
    {
        var report = SwarmRun.Run(new SwarmSettings { Seed = 1, Worlds = 150 }, Told.Add, TestContext.Current.CancellationToken);

        Assert.Empty(report.Cases.Select(c => $"{c.Check}: {c.Message}\n{c.Text}"));
        Assert.Equal(150, report.Coverage.Worlds);
        Assert.True(report.Coverage.Liveness > 0);
    }

    [Fact]
    public void The_same_seed_makes_the_same_worlds_for_any_number_of_threads()
    {
        static string Of(int threads) => SwarmRun.Run(
            new SwarmSettings { Seed = 3, Worlds = 12, Threads = threads }, Told.Add,
            TestContext.Current.CancellationToken).Coverage.Text();

        Assert.Equal(Of(1), Of(3));
    }
}
