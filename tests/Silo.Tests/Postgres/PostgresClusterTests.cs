using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AsyncOpt.Silo.Tests.Postgres;

/// <summary>Silos as a user starts them, each a process of its own.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class PostgresClusterTests(PostgresServer server) : IDisposable
{
    // Orleans' words for the state of a silo.
    const int Active = 3, Dead = 6;

    readonly List<Process> _silos = [];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var silo in _silos)
        {
            silo.Kill();
            silo.WaitForExit();
            silo.Dispose();
        }
    }

    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task Three_silos_form_a_cluster_and_notice_when_one_of_them_is_killed()
    {
        var connection = await server.NewDatabase(Cancellation);
        Assert.Equal(2, Start(connection, FreePort()).Exit());
        Assert.Equal(0, Start(connection, FreePort(), "--create-schema").Exit());
        await using var source = NpgsqlDataSource.Create(connection);
        int[] ports = [FreePort(), FreePort(), FreePort()];

        foreach (var port in ports)
            Start(connection, port);
        await Until(source, ports.Select(p => (p, Active)));
        _silos[^2].Kill();

        await Until(source, [(ports[0], Active), (ports[1], Dead), (ports[2], Active)]);
    }

    Process Start(string connection, int port, params string[] more)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "asyncopt"),
            ["silo", "--clustering", "PostgreSql", "--store", "PostgreSql", "--silo-port", $"{port}", "--http",
                "http://127.0.0.1:0", .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASYNCOPT_CONNECTION_STRING"] = connection;
        // A process that is killed leaves the sockets of its diagnostics behind.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        var silo = Process.Start(start)!;
        silo.OutputDataReceived += (_, line) => TestContext.Current.TestOutputHelper?.WriteLine($"{port}: {line.Data}");
        silo.ErrorDataReceived += (_, line) => TestContext.Current.TestOutputHelper?.WriteLine($"{port}: {line.Data}");
        silo.BeginOutputReadLine();
        silo.BeginErrorReadLine();
        _silos.Add(silo);
        return silo;
    }

    static async Task Until(NpgsqlDataSource source, IEnumerable<(int Port, int Status)> expected)
    {
        var wanted = expected.Order().ToList();
        List<(int, int)> seen = [];
        await Patience.Until(
            async () => (seen = await Members(source)).SequenceEqual(wanted),
            () => $"expected {string.Join(' ', wanted)}, got {string.Join(' ', seen)}");
    }

    static async Task<List<(int Port, int Status)>> Members(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("SELECT port, status FROM OrleansMembershipTable ORDER BY port");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var members = new List<(int, int)>();
        while (await reader.ReadAsync(Cancellation))
            members.Add((reader.GetInt32(0), reader.GetInt32(1)));
        return members;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

static class ProcessExtensions
{
    /// <summary>Waits for the end of a process.</summary>
    public static int Exit(this Process process)
    {
        process.WaitForExit();
        return process.ExitCode;
    }
}
