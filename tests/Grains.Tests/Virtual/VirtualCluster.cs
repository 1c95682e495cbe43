using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Grains.Tests.Runs;
using AsyncOpt.Grains.Virtual;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace AsyncOpt.Grains.Tests.Virtual;

/// <summary>Silos in this process that run plans in virtual time.</summary>
sealed class VirtualCluster : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    VirtualCluster() => Store = new WatchedStore(new FileRunStore(_folder));

    public InProcessTestCluster Silos { get; private set; } = null!;

    public WatchedStore Store { get; }

    public static async Task<VirtualCluster> Start(short silos, Action<ISiloBuilder>? more = null)
    {
        var cluster = new VirtualCluster();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.LiveOnBusyMachines();
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<IRunStore>(cluster.Store);
            silo.AddAsyncOpt(o => o.StoreFolder = cluster._folder);
            more?.Invoke(silo);
        });
        cluster.Silos = builder.Build();
        await cluster.Silos.DeployAsync();
        await cluster.UntilAllKnowAll();
        return cluster;
    }

    /// <summary>Runs are spread over the silos that their leader knows of: a silo may learn of the last one late.</summary>
    Task UntilAllKnowAll() => Patience.Until(
        () => Task.FromResult(Silos.Silos.All(silo => Silos.GetSiloServiceProvider(silo.SiloAddress)
            .GetRequiredService<ISiloStatusOracle>().GetApproximateSiloStatuses(onlyActive: true).Count == Silos.Silos.Count)),
        () => "the silos did not find each other");

    public IRunGrain Run(string id) => Silos.Client.GetGrain<IRunGrain>(id);

    /// <summary>Submits an arm's first repetition.</summary>
    public Task<RunStatus> Submit(string id, Arm arm, Func<RunRequest, RunRequest> change) => Run(id).Submit(change(
        new RunRequest { Name = "test", Arm = arm.Name, Specification = arm.SpecificationOf(0).ToJsonString() }));

    /// <summary>Runs an arm to its end.</summary>
    public async Task<RunRecord> RunToEnd(string id, Arm arm, Func<RunRequest, RunRequest> change)
    {
        await Submit(id, arm, change);
        return await End(id);
    }

    /// <summary>Waits for the end of a run.</summary>
    public async Task<RunRecord> End(string id)
    {
        var status = await Until(id, s => s.IsOver);
        Assert.True(status.HasRecord, $"{status.State}: {status.Reason}");
        var bytes = await Store.Read(id, KeptRun.RecordFile, TestContext.Current.CancellationToken);
        return RecordJson.Read(bytes);
    }

    /// <summary>Waits until a run is as it is expected to be.</summary>
    public async Task<RunStatus> Until(string id, Func<RunStatus, bool> isSo)
    {
        RunStatus? status = null;
        await Patience.Until(
            async () => (status = await TestSilos.Asked(() => Run(id).Status())) is not null && isSo(status),
            () => $"{status}");
        return status!;
    }

    /// <summary>The silo that a grain is on.</summary>
    public InProcessSiloHandle SiloOf(IAddressable grain) =>
        Silos.TryGetGrainContext(grain.GetGrainId(), out var context)
            ? Silos.GetSiloForAddress(context.Address.SiloAddress!)!
            : throw new InvalidOperationException("the grain is nowhere");

    /// <summary>The silo that a partition of a run's first attempt is on.</summary>
    public InProcessSiloHandle SiloOf(string run, int partition) =>
        SiloOf(Silos.Client.GetGrain<IPartitionGrain>($"{run}/0.0/{partition}"));

    public async ValueTask DisposeAsync()
    {
        await Silos.StopAllSilosAsync();
        await Silos.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
