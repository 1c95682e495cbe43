using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AsyncOpt.Silo.Tests.Postgres;

/// <summary>
/// A PostgreSQL of the tests' own, in a temporary folder, where its programs are: <c>ASYNCOPT_POSTGRES</c> names their
/// folder; without it, Debian's and those on the path are looked for.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    const string Variable = "ASYNCOPT_POSTGRES", Debian = "/usr/lib/postgresql", User = "asyncopt";

    // PostgreSQL does not run as root; Debian's package brings a user of this name.
    const string Unprivileged = "postgres";

    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-pg-").FullName;
    readonly int _port = FreePort();
    int _databases;

    /// <summary>Whether there is a PostgreSQL that tests can start.</summary>
    public static bool IsPresent { get; } =
        Programs() is not null && (!IsRoot || Run("id", Unprivileged).Code == 0);

    /// <summary>Why tests are skipped.</summary>
    public const string Missing = "needs PostgreSQL: initdb and pg_ctl in ASYNCOPT_POSTGRES or on the path";

    static bool IsRoot => Environment.UserName == "root";

    string Data => Path.Combine(_folder, "data");

    public ValueTask InitializeAsync()
    {
        if (!IsPresent)
            return ValueTask.CompletedTask;
        if (IsRoot)
            Check(Run("chown", Unprivileged, _folder));
        Check(Postgres("initdb", "-D", Data, "-U", User, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"));
        Start();
        return ValueTask.CompletedTask;
    }

    /// <summary>Starts the server, and waits until it answers.</summary>
    public void Start()
    {
        Check(Postgres(
            "pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "start", "-o",
            $"-p {_port} -k {_folder} -c listen_addresses=127.0.0.1 -c fsync=off"));
    }

    /// <summary>Stops the server as if it were killed; it can be started again.</summary>
    public void Stop() => Postgres("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");

    public ValueTask DisposeAsync()
    {
        if (Directory.Exists(Data))
            Stop();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A new, empty database.</summary>
    /// <returns>How to connect to it.</returns>
    public async Task<string> NewDatabase(CancellationToken cancellation)
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await using var source = NpgsqlDataSource.Create(Connection("postgres"));
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync(cancellation);
        return Connection(name);
    }

    string Connection(string database) =>
        $"Host=127.0.0.1;Port={_port};Username={User};Database={database};Include Error Detail=true";

    static (int Code, string Output) Postgres(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs()!, program);
        return IsRoot
            ? Run("setpriv", ["--reuid", Unprivileged, "--regid", Unprivileged, "--clear-groups", path, .. arguments])
            : Run(path, arguments);
    }

    static string? Programs()
    {
        IEnumerable<string> folders =
        [
            .. Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? [given] : Array.Empty<string>(),
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator),
            .. Directory.Exists(Debian)
                ? Directory.GetDirectories(Debian).OrderDescending().Select(version => Path.Combine(version, "bin"))
                : [],
        ];
        return folders.FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "pg_ctl")));
    }

    static (int Code, string Output) Run(string program, params string[] arguments)
    {
        // A server that pg_ctl starts keeps what it inherits: pipes would never end, so output goes to a file.
        var output = Path.GetTempFileName();
        string[] shell = ["-c", "exec \"$0\" \"$@\" > \"$OUTPUT\" 2>&1 < /dev/null", program, .. arguments];
        var start = new ProcessStartInfo("/bin/sh", shell) { WorkingDirectory = "/" };
        start.Environment["OUTPUT"] = output;
        using var process = Process.Start(start)!;
        process.WaitForExit();
        var text = File.ReadAllText(output);
        File.Delete(output);
        return (process.ExitCode, text);
    }

    static void Check((int Code, string Output) result)
    {
        if (result.Code != 0)
            throw new InvalidOperationException(result.Output);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
