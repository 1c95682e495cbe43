using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Silo;

/// <summary>
/// A silo cannot start, though nothing of its settings is wrong in itself: a port is taken, or nobody answers.
/// </summary>
/// <param name="message">The setting, the cause and the remedy.</param>
/// <param name="inner">What it came from.</param>
sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Starts a silo, after what its host would find out late or not at all.</summary>
static class SiloStart
{
    /// <summary>How long the first silo is waited for.</summary>
    public static TimeSpan Patience => TimeSpan.FromSeconds(30);

    static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    /// <summary>Starts a silo.</summary>
    /// <param name="app">Its host.</param>
    /// <param name="say">Told what is waited for.</param>
    /// <param name="patience">How long the first silo is waited for.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StartException">A port is taken, or the first silo does not answer.</exception>
    public static async Task Start(
        WebApplication app, Action<string> say, TimeSpan patience, CancellationToken cancellation)
    {
        var options = app.Services.GetRequiredService<IOptions<SiloOptions>>().Value;
        CheckSiloPort(options);
        if (options.PrimaryPort is { } primary)
            await WaitForPrimary(primary, say, patience, cancellation);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new StartException(
                $"--http: {options.Http} is taken: another program listens there; choose another port", e);
        }
    }

    // Two silos of Orleans listen on one port without a word, and who connects gets either.
    static void CheckSiloPort(SiloOptions options)
    {
        try
        {
            using var socket = new TcpListener(IPAddress.Parse(options.SiloAddress), options.SiloPort);
            socket.Start();
        }
        catch (SocketException e)
        {
            var port = $"--silo-port: port {options.SiloPort} of {options.SiloAddress}";
            throw new StartException(
                e.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"{port} is taken: another silo or program listens there; choose another port, and to join a "
                        + "silo that runs on this machine, name its port with --primary-port"
                    : $"{port} cannot be listened on: {e.Message}; choose another port, or another --silo-address", e);
        }
    }

    static async Task WaitForPrimary(
        int port, Action<string> say, TimeSpan patience, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        for (var tries = 0; !await Listens(port, limit.Token); tries++)
        {
            if (tries == 0)
                say($"no silo answers on port {port} of this machine, the --primary-port; waiting for it for "
                    + $"{patience.TotalSeconds:0} s");
            try
            {
                await Task.Delay(BetweenTries, limit.Token);
            }
            catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
            {
                throw new StartException(
                    $"--primary-port: no silo answers on port {port} of this machine; start the first silo, with "
                    + $"--silo-port {port}, or name the port that it has", e);
            }
        }
    }

    static async Task<bool> Listens(int port, CancellationToken cancellation)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            return false; // who waits finds out why
        }
    }
}
