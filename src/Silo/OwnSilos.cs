using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using AsyncOpt.Core;
using AsyncOpt.Grains;
using Microsoft.Extensions.Logging.Console;

namespace AsyncOpt.Silo;

/// <summary>How the silos of a process's own runs are set up.</summary>
public sealed record OwnSilosOptions
{
    /// <summary>How many silos, at least 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The folder of data sets; null for the default.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The folder whose <c>optima</c> holds known optima; null for the default.</summary>
    public string? ExperimentsFolder { get; init; }

    /// <summary>Paths of plug-ins.</summary>
    public IReadOnlyList<string> Plugins { get; init; } = [];

    /// <summary>The address of an OTLP collector; null for that of the environment, if any.</summary>
    public string? Telemetry { get; init; }
}

/// <summary>
/// A cluster within this process, for its own runs: silos and a gateway on free ports that only this machine reaches,
/// with a key that only this process knows, members and runs kept only as long as it lives.
/// </summary>
public sealed class OwnSilos : IAsyncDisposable
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    readonly string _store;
    readonly List<IHost> _hosts = [];

    OwnSilos(string store) => _store = store;

    /// <summary>The address of the gateway.</summary>
    public Uri Gateway { get; private set; } = null!;

    /// <summary>The key that requests must bear.</summary>
    public string Key { get; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>Starts the silos; all of them know each other then.</summary>
    /// <param name="options">How they are set up.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="InputException">An option or a variable of the environment is wrong.</exception>
    /// <exception cref="OwnSilosException">They cannot be started.</exception>
    public static async Task<OwnSilos> Start(OwnSilosOptions options, CancellationToken cancellation = default)
    {
        var silos = new OwnSilos(Store());
        try
        {
            await silos.StartAll(options, cancellation);
            return silos;
        }
        catch (Exception e)
        {
            await silos.DisposeAsync();
            cancellation.ThrowIfCancellationRequested();
            var (text, code) = SiloProgram.Explained(e);
            throw code == SiloProgram.BadInput ? new InputException(text, e) : new OwnSilosException(text, e);
        }
    }

    static string Store()
    {
        try
        {
            return Directory.CreateTempSubdirectory("asyncopt-").FullName;
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Writing(Path.GetTempPath(), e);
        }
    }

    async Task StartAll(OwnSilosOptions options, CancellationToken cancellation)
    {
        var ports = FreePorts(options.Count);
        var first = SiloHost.Build(
            SettingsOf(options, ports[0], primary: null), builder => Quieten(builder.Services));
        _hosts.Add(first);
        await first.StartAsync(cancellation);
        // One after the other: those that join at once get in each other's way, and wait for seconds.
        foreach (var port in ports.Skip(1))
        {
            var host = SiloHost.BuildWithoutGateway(
                SettingsOf(options, port, ports[0]), builder => Quieten(builder.Services));
            _hosts.Add(host);
            await host.StartAsync(cancellation);
        }
        while (_hosts.Any(host => Members(host) < _hosts.Count))
            await Task.Delay(BetweenLooks, cancellation);
        Gateway = new Uri(first.Urls.First());
    }

    // Whatever the environment and the files say of a cluster is not of this one.
    IReadOnlyList<KeyValuePair<string, string?>> SettingsOf(OwnSilosOptions options, int port, int? primary) =>
    [
        Of(nameof(SiloOptions.Http), "http://127.0.0.1:0"),
        Of(nameof(SiloOptions.ApiKey), Key),
        Of(nameof(SiloOptions.Clustering), nameof(Clustering.Localhost)),
        Of(nameof(SiloOptions.Store), nameof(Silo.Store.File)),
        Of(nameof(SiloOptions.Cluster), $"asyncopt-{Text(Environment.ProcessId)}"),
        Of(nameof(SiloOptions.SiloAddress), "127.0.0.1"),
        Of(nameof(SiloOptions.SiloPort), Text(port)),
        Of(nameof(SiloOptions.PrimaryPort), primary is { } first ? Text(first) : null),
        Of(nameof(GrainsOptions.StoreFolder), _store),
        .. Given(nameof(SiloOptions.Telemetry), options.Telemetry),
        .. Given(nameof(GrainsOptions.DataFolder), options.DataFolder),
        .. Given(nameof(GrainsOptions.ExperimentsFolder), options.ExperimentsFolder),
        .. options.Plugins.SelectMany((path, i) => Given($"{nameof(GrainsOptions.Plugins)}:{Text(i)}", path)),
        KeyValuePair.Create("Logging:LogLevel:AsyncOpt", (string?)nameof(LogLevel.Warning)),
    ];

    static IEnumerable<KeyValuePair<string, string?>> Given(string name, string? value) =>
        value is null ? [] : [Of(name, value)];

    static KeyValuePair<string, string?> Of(string name, string? value) => new($"{Settings.Section}:{name}", value);

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // What the process itself writes to its output is the result.
    static void Quieten(IServiceCollection services) =>
        services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);

    static int Members(IHost host) =>
        host.Services.GetRequiredService<ISiloStatusOracle>().GetApproximateSiloStatuses(onlyActive: true).Count;

    // All are held at once, so that they differ.
    static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            listeners.ForEach(l => l.Start());
            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(l => l.Dispose());
        }
    }

    /// <summary>Stops the silos, the one with the list of members last, and deletes what they kept.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.AsEnumerable().Reverse())
            await Stop(host);
        _hosts.Clear();
        try
        {
            Directory.Delete(_store, recursive: true);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            // What cannot be deleted keeps nothing from ending.
        }
    }

    static async Task Stop(IHost host)
    {
        try
        {
            await host.StopAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or AggregateException or OrleansException)
        {
            // Nothing of it is needed any more.
        }
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}

/// <summary>The silos of a process's own runs cannot be started, though nothing was given wrong.</summary>
/// <param name="message">One message for the user.</param>
/// <param name="inner">What it came from.</param>
public sealed class OwnSilosException(string message, Exception inner) : Exception(message, inner);
