using AsyncOpt.Core;
using AsyncOpt.Reporting;
using AsyncOpt.Silo.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AsyncOpt.Silo;

/// <summary>A silo as a program: starts the host, says where it listens, waits for its end.</summary>
static class SiloProgram
{
    /// <summary>The exit code of settings that are wrong.</summary>
    public const int BadInput = 2;

    const int Ok = 0, Failed = 1;

    const string StoreKey = $"{Settings.Section}:{nameof(SiloOptions.Store)}";

    /// <summary>Runs a silo until it is cancelled, or makes the tables that it needs.</summary>
    /// <param name="settings">What the command line sets.</param>
    /// <param name="createSchema">Whether tables in PostgreSQL are made, and nothing else.</param>
    /// <param name="say">Told what the user should know.</param>
    /// <param name="complain">Told what is wrong, or waited for.</param>
    /// <param name="cancellation">Stops the silo, which takes the time it needs to hand over what runs.</param>
    /// <returns>0 once it was stopped, 1 if it failed, 2 for settings that are wrong.</returns>
    public static async Task<int> Run(
        IReadOnlyList<KeyValuePair<string, string?>> settings, bool createSchema, Action<string> say,
        Action<string> complain, CancellationToken cancellation)
    {
        try
        {
            await using var app = SiloHost.Build(createSchema ? InPostgres(settings) : settings);
            if (app.Services.GetService<NpgsqlDataSource>() is { } database)
                await PostgresSource.Check(database, createSchema, cancellation);
            if (createSchema)
            {
                say("the tables are there");
                return Ok;
            }
            await SiloStart.Start(app, complain, SiloStart.Patience, cancellation);
            say(Welcome(app));
            await app.WaitForShutdownAsync(cancellation);
            return Ok;
        }
        catch (Exception e)
        {
            var (text, code) = Explained(e);
            complain(text);
            return code;
        }
    }

    static IReadOnlyList<KeyValuePair<string, string?>> InPostgres(
        IEnumerable<KeyValuePair<string, string?>> settings) =>
        [.. settings.Where(s => s.Key != StoreKey), KeyValuePair.Create(StoreKey, (string?)nameof(Store.PostgreSql))];

    static string Welcome(WebApplication app)
    {
        var (address, version) = (app.Urls.First(), Code.Version(typeof(SiloProgram).Assembly));
        var options = app.Services.GetRequiredService<IOptions<SiloOptions>>().Value;
        var grains = app.Services.GetRequiredService<IOptions<Grains.GrainsOptions>>().Value;
        var key = options.ApiKey is null ? "" : " (with the key in ASYNCOPT_API_KEY)";
        var kept = options.Store == Store.PostgreSql ? "PostgreSQL" : Path.GetFullPath(grains.StoreFolder);
        return $"""
            asyncopt silo {version}: cluster '{options.Cluster}', silo port {options.SiloPort}
            The gateway listens on {string.Join(", ", app.Urls)}; runs are kept in {kept}
            Now, in another terminal{key}: asyncopt run experiments/quickstart.yaml --silo {address}
            Ctrl-C stops it; runs that are not over go on when it is started again.
            """;
    }

    /// <summary>What the user is told of a failure, and the exit code.</summary>
    public static (string Text, int Code) Explained(Exception e)
    {
        foreach (var cause in Causes(e))
        {
            switch (cause)
            {
                case InputException:
                    return (cause.Message, BadInput);
                case StorageException or StartException:
                    return (cause.Message, Failed);
                case OptionsValidationException options:
                    return (string.Join('\n', options.Failures), BadInput);
                case System.Net.Sockets.SocketException:
                    return ($"{cause.Message}: choose other ports with --http and --silo-port", Failed);
                case OperationCanceledException when e == cause:
                    return ("stopped before it was up", Failed);
            }
        }
        return ($"the silo cannot run: {e.GetType().Name}: {e.Message}", Failed);
    }

    // Hosts wrap what goes wrong in their parts.
    static IEnumerable<Exception> Causes(Exception e) => e switch
    {
        AggregateException many => many.InnerExceptions.SelectMany(Causes).Prepend(e),
        { InnerException: { } inner } => Causes(inner).Prepend(e),
        _ => [e],
    };
}
