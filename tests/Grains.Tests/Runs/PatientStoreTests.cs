using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Grains.Tests.Virtual;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation;

namespace AsyncOpt.Grains.Tests.Runs;

/// <summary>A store that is gone for a while, as a database that is started again.</summary>
public sealed class PatientStoreTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
    readonly ImpatientTime _time = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_fails_for_twenty_seconds_is_written_then()
    {
        var store = Failing(until: TimeSpan.FromSeconds(20), mayPass: true);

        await store.Write("run", "name", new byte[] { 7 }, Token);

        Assert.Equal([7], await store.Read("run", "name", Token));
        Assert.InRange(_time.Elapsed, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(26));
    }

    [Fact]
    public async Task What_fails_for_minutes_is_told()
    {
        var store = Failing(until: TimeSpan.MaxValue, mayPass: true);

        await Assert.ThrowsAsync<StorageException>(() => store.Write("run", "name", new byte[] { 7 }, Token));

        Assert.InRange(_time.Elapsed, PatientStore.Limit, PatientStore.Limit + TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task What_does_not_pass_is_told_at_once()
    {
        var store = Failing(until: TimeSpan.MaxValue, mayPass: false);

        await Assert.ThrowsAsync<StorageException>(() => store.Write("run", "name", new byte[] { 7 }, Token));

        Assert.Equal(TimeSpan.Zero, _time.Elapsed);
    }

    [Fact]
    public async Task A_run_that_ends_while_the_store_is_gone_keeps_its_record()
    {
        await using var cluster = await VirtualCluster.Start(1);
        var failures = 0;
        cluster.Store.BeforeWrite = (_, name) => name != KeptRun.File && ++failures <= 4
            ? throw Gone(mayPass: true)
            : Task.CompletedTask;
        var arm = ContractTests.For("async-sgd").Arm("none");

        var record = await cluster.RunToEnd("gone", arm, r => r with { CheckpointEvery = 0.7 });

        Assert.True(failures > 4);
        Assert.Equal(Simulator.Run(arm.Plan(0, cancellation: Token)).Hash, record.Hash);
        var status = (await cluster.Run("gone").Status())!;
        Assert.Equal((RunState.Ended, 1), (status.State, status.Attempts));
    }

    PatientStore Failing(TimeSpan until, bool mayPass) => new(
        new WatchedStore(new FileRunStore(_folder))
        {
            BeforeWrite = (_, _) => _time.Elapsed < until ? throw Gone(mayPass) : Task.CompletedTask,
        },
        _time);

    static StorageException Gone(bool mayPass) => new("the database is gone") { MayPass = mayPass };
}
