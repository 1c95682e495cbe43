using AsyncOpt.Experiments;
using AsyncOpt.Grains;
using AsyncOpt.Testing;
using Orleans.TestingHost;

namespace Examples;

public sealed class TinyAsyncSgdTests : IDisposable
{
    readonly string _store = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_store, recursive: true);

    [Fact]
    public async Task It_finds_the_mean_of_the_targets_on_two_silos_and_replays_bit_for_bit()
    {
        var mine = typeof(TinyAsyncSgd).Assembly.Location;
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) => silo.AddAsyncOpt(o => (o.StoreFolder, o.Plugins) = (_store, [mine])));
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        var arm = Experiment.Parse("""
            workers: 4
            method: { name: tiny-async-sgd, step: 0.005 }
            problem: { name: quadratic, targets: [[1, 0], [3, 0], [1, 4], [3, 4]] }
            compute: { per-task: 10ms }
            stop: { updates: 1000 }
            sample-every: 0.1s
            """, "mine.yaml", ".", new LoadOptions { Plugins = [mine] }).Arms[0];
        var (run, replay) = await LiveTest.Run(cluster.Silos[0].ServiceProvider, arm, cancellation: TestContext.Current.CancellationToken);
        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
        Assert.Equal([2, 2], run.Estimate.Select(x => Math.Round(x)));
    }
}
