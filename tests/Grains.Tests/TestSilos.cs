using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace AsyncOpt.Grains.Tests;

/// <summary>Silos of tests, whose machine may be busy with other things.</summary>
static class TestSilos
{
    // An answer that is lost with its silo is asked for again after this time, so it bounds what tests of losses take.
    static readonly TimeSpan AnswerMax = TimeSpan.FromMinutes(2);

    /// <summary>However long a silo does not get to answer, no other takes it for lost.</summary>
    public static void LiveOnBusyMachines(this InProcessTestClusterBuilder cluster)
    {
        cluster.ConfigureSilo((_, silo) =>
        {
            silo.Configure<ClusterMembershipOptions>(o => o.ProbeTimeout = Patience.Limit);
            silo.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = AnswerMax);
        });
        cluster.ConfigureClient(client => client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = AnswerMax));
    }

    /// <summary>
    /// Kills silos, and tells one of the others, which tells the rest. How they would notice by themselves is a matter
    /// of time.
    /// </summary>
    public static async Task Lose(this InProcessTestCluster cluster, params IReadOnlyList<InProcessSiloHandle> lost)
    {
        foreach (var silo in lost)
            await cluster.KillSiloAsync(silo);
        await cluster.Tell(lost);
    }

    /// <summary>Tells one of the silos that are left that others are lost; it tells the rest.</summary>
    public static async Task Tell(this InProcessTestCluster cluster, params IReadOnlyList<InProcessSiloHandle> lost)
    {
        var witness = cluster.GetSiloServiceProvider(cluster.Silos.First(s => !lost.Contains(s)).SiloAddress)
            .GetRequiredService<IClusterMembershipService>();
        foreach (var silo in lost)
            await witness.TryKill(silo.SiloAddress);
    }

    /// <summary>What a grain answers; null where its silo was just lost.</summary>
    public static async Task<T?> Asked<T>(Func<Task<T?>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            return null;
        }
    }
}
