namespace AsyncOpt.Grains.Tests.Virtual;

/// <summary>Clusters of one, two and three silos, for tests that lose none.</summary>
public sealed class VirtualClusters : IAsyncLifetime
{
    readonly VirtualCluster[] _clusters = new VirtualCluster[3];

    /// <summary>The cluster of so many silos.</summary>
    internal VirtualCluster this[int silos] => _clusters[silos - 1];

    /// <summary>Starts them.</summary>
    public async ValueTask InitializeAsync()
    {
        for (short silos = 1; silos <= _clusters.Length; silos++)
            _clusters[silos - 1] = await VirtualCluster.Start(silos);
    }

    /// <summary>Stops them.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in _clusters)
            await cluster.DisposeAsync();
    }
}
