using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Grains.Virtual;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace AsyncOpt.Grains.Tests.Virtual;

/// <summary>Silos in this process that run plans in virtual time.</summary>
sealed class VirtualCluster : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    VirtualCluster() => Store = new HeldStore(new FileRunStore(_folder));

    public InProcessTestCluster Silos { get; private set; } = null!;

    public HeldStore Store { get; }

    public static async Task<VirtualCluster> Start(short silos, Action<ISiloBuilder>? more = null)
    {
        var cluster = new VirtualCluster();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<IRunStore>(cluster.Store);
            // A silo that is lost is known to be so soon.
            silo.Configure<ClusterMembershipOptions>(o =>
            {
                (o.ProbeTimeout, o.NumMissedProbesLimit, o.NumVotesForDeathDeclaration) = (TimeSpan.FromSeconds(1), 2, 1);
                o.TableRefreshTimeout = TimeSpan.FromSeconds(1);
            });
            silo.AddAsyncOpt(o => o.StoreFolder = cluster._folder);
            more?.Invoke(silo);
        });
        cluster.Silos = builder.Build();
        await cluster.Silos.DeployAsync();
        await cluster.UntilAllKnowAll();
        return cluster;
    }

    /// <summary>Runs are spread over the silos that their leader knows of: a silo may learn of the last one late.</summary>
    async Task UntilAllKnowAll()
    {
        var end = DateTime.UtcNow + Patience;
        while (Silos.Silos.Any(silo => Silos.GetSiloServiceProvider(silo.SiloAddress)
            .GetRequiredService<ISiloStatusOracle>().GetApproximateSiloStatuses(onlyActive: true).Count < Silos.Silos.Count))
        {
            Assert.True(DateTime.UtcNow < end, "the silos did not find each other");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

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
        var end = DateTime.UtcNow + Patience;
        while (true)
        {
            RunStatus? status = null;
            try
            {
                status = await Run(id).Status();
            }
            catch (Exception e) when (e is OrleansException or TimeoutException)
            {
                // Its silo was just lost.
            }
            if (status is not null && isSo(status))
                return status;
            Assert.True(DateTime.UtcNow < end, $"it did not come to pass; last: {status}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
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
