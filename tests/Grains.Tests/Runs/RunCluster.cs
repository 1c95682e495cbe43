using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace AsyncOpt.Grains.Tests.Runs;

/// <summary>A cluster in this process whose silos share a folder and an executor.</summary>
sealed class RunCluster : IAsyncDisposable
{
    readonly string _folder;
    InProcessTestCluster? _cluster;

    RunCluster(string folder) => _folder = folder;

    public FakeExecutor Executor { get; } = new();

    public InProcessTestCluster Silos => _cluster!;

    public IRunStore Store => new FileRunStore(_folder);

    public IRunDirectory Directory => Silos.Client.GetGrain<IRunDirectory>(0);

    public static async Task<RunCluster> Start(
        short silos = 1, string? folder = null, Action<GrainsOptions>? configure = null,
        Func<string, NumericsClass?>? numerics = null)
    {
        var cluster = new RunCluster(folder ?? System.IO.Directory.CreateTempSubdirectory("asyncopt-").FullName);
        var builder = new InProcessTestClusterBuilder(silos);
        builder.LiveOnBusyMachines();
        builder.ConfigureSilo((silo, host) =>
        {
            if (numerics?.Invoke(silo.SiloName) is { } other)
                host.Services.AddSingleton(other);
            host.AddAsyncOpt(options =>
            {
                (options.StoreFolder, options.WatchEvery) = (cluster._folder, 0.2);
                configure?.Invoke(options);
            });
            host.Services.AddSingleton<IRunExecutor>(cluster.Executor); // the last of a mode counts
        });
        cluster._cluster = builder.Build();
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    public IRunGrain Run(string id) => Silos.Client.GetGrain<IRunGrain>(id);

    public async Task<RunStatus> Submit(RunRequest request) =>
        await Directory.Submit(request) ?? throw new InvalidOperationException("there is no room");

    /// <summary>Waits until a run is as it is expected to be.</summary>
    public async Task<RunStatus> Until(string id, Func<RunStatus, bool> isSo)
    {
        RunStatus? status = null;
        await Patience.Until(
            async () => (status = await TestSilos.Asked(() => Run(id).Status())) is not null && isSo(status),
            () => $"{status}");
        return status!;
    }

    /// <summary>The first lines of progress after a cursor, once there are some.</summary>
    public async Task<ProgressPage> Lines(string id, long after)
    {
        ProgressPage? page = null;
        await Patience.Until(
            async () => (page = await Run(id).Follow(after, TimeSpan.FromSeconds(20)))!.Lines.Count > 0, () => "no line");
        return page!;
    }

    /// <summary>Stops the cluster and leaves its folder, for another one to find.</summary>
    public async Task<string> Leave()
    {
        await _cluster!.StopAllSilosAsync();
        await _cluster.DisposeAsync();
        _cluster = null;
        return _folder;
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await Leave();
        System.IO.Directory.Delete(_folder, recursive: true);
    }
}
