using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace AsyncOpt.Grains.Tests;

public class NumericsGuardTests
{
    [Fact]
    public async Task A_silo_of_another_numerics_class_does_not_join()
    {
        var other = NumericsClass.Here(Precision.Float64) with { VectorBits = 4096 };
        await using var cluster = await RunCluster.Start(numerics: name => name.EndsWith('1') ? other : null);

        var refused = await Assert.ThrowsAnyAsync<Exception>(cluster.Silos.StartAdditionalSiloAsync);

        var cause = Causes(refused).OfType<InputException>().First();
        Assert.StartsWith("this silo cannot join: its numerics class is 'x64, 4096 bits", cause.Message);
        Assert.True(await cluster.Directory.HasRoom());
        Assert.Single(cluster.Silos.GetActiveSilos());
        await Forget(cluster.Silos);
    }

    /// <summary>
    /// Tells that a silo that was refused is gone: nobody probes it here, and a silo that stops waits for its answer.
    /// </summary>
    static async Task Forget(InProcessTestCluster cluster)
    {
        var membership = cluster.Silos[0].ServiceProvider.GetRequiredService<IClusterMembershipService>();
        await membership.Refresh();
        foreach (var silo in membership.CurrentSnapshot.Members.Values.Where(m => m.Status == SiloStatus.Joining))
            await membership.TryKill(silo.SiloAddress);
    }

    [Fact]
    public async Task Silos_of_one_numerics_class_join()
    {
        var other = NumericsClass.Here(Precision.Float64) with { VectorBits = 4096 };
        await using var cluster = await RunCluster.Start(silos: 2, numerics: _ => other);

        await cluster.Silos.StartAdditionalSiloAsync();

        Assert.Equal(3, cluster.Silos.GetActiveSilos().Count());
    }

    static IEnumerable<Exception> Causes(Exception e) => e switch
    {
        AggregateException many => many.InnerExceptions.SelectMany(Causes).Prepend(e),
        { InnerException: { } inner } => Causes(inner).Prepend(e),
        _ => [e],
    };
}
