using AsyncOpt.Core;
using AsyncOpt.Silo;

namespace AsyncOpt.Client.Remote;

/// <summary>Starts silos in this process. Nothing of Orleans is loaded before.</summary>
static class OwnSilosStart
{
    /// <summary>Starts silos.</summary>
    /// <param name="settings">How they are set up.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <returns>What speaks to them, and stops them when it is disposed of.</returns>
    /// <exception cref="InputException">Something of the settings is wrong.</exception>
    /// <exception cref="GatewayException">They cannot be started.</exception>
    public static GatewayClient Start(OwnSilosSettings settings, CancellationToken cancellation)
    {
        try
        {
            var silos = OwnSilos.Start(
                new OwnSilosOptions
                {
                    Count = settings.Count,
                    ExperimentsFolder = settings.ExperimentsFolder,
                    DataFolder = settings.DataFolder,
                    Plugins = settings.Plugins,
                    Telemetry = settings.Telemetry,
                },
                cancellation).GetAwaiter().GetResult();
            return new GatewayClient(silos.Gateway, silos.Key, new SocketsHttpHandler())
            {
                Silo = Counted.Of(settings.Count, "silo") + " in this process",
                Silos = new Stop(silos),
            };
        }
        catch (OwnSilosException e)
        {
            throw new GatewayException(e.Message, e);
        }
    }

    sealed class Stop(OwnSilos silos) : IDisposable
    {
        public void Dispose() => silos.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
