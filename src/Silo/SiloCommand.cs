using System.CommandLine;
using AsyncOpt.Core;
using AsyncOpt.Reporting;
using AsyncOpt.Silo.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AsyncOpt.Silo;

/// <summary>The command line of the silo: starts the host, says where it listens, waits for its end.</summary>
static class SiloCommand
{
    const int Ok = 0, Failed = 1, BadInput = 2;

    const string StoreKey = $"{Settings.Section}:{nameof(SiloOptions.Store)}";

    /// <summary>Runs a silo until it is stopped.</summary>
    /// <returns>0 once it was stopped, 1 if it failed, 2 for settings that are wrong.</returns>
    public static async Task<int> Run(IReadOnlyList<string> args)
    {
        var parsed = Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (Client.ParseSentences.Of(parsed, "asyncopt-silo") is { Count: > 0 } wrong)
        {
            Console.Error.WriteLine(string.Join(Environment.NewLine, wrong));
            return BadInput;
        }
        // The host handles Ctrl-C itself, and takes the time it needs to hand over what runs.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    static RootCommand Create()
    {
        var root = new RootCommand(
            "Starts a silo of AsyncOpt with its gateway over HTTP. Without options it is a cluster of its own.");
        var switches = Settings.All.Select(s => (Setting: s, Switch: SwitchOf(s))).ToList();
        foreach (var (_, option) in switches)
            root.Options.Add(option);
        var create = new Option<bool>("--create-schema")
        {
            Description = "Makes the tables in PostgreSQL that are not there, and ends; can be done again at any time.",
        };
        root.Options.Add(create);
        root.SetAction((parsed, cancellation) => Run(
            [.. switches.SelectMany(s => s.Setting.Entries(parsed.GetValue(s.Switch) ?? []))],
            parsed.GetValue(create), cancellation));
        return root;
    }

    static Option<string[]> SwitchOf(Setting setting)
    {
        var given = setting.Option.DefaultText is { Length: > 0 } text and not "none" ? $" Default: {text}" : "";
        var option = new Option<string[]>(setting.Switch)
        {
            Description = $"{setting.Option.Summary}{given}",
            HelpName = setting.Option.Expected,
            Arity = ArgumentArity.OneOrMore,
        };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (setting.Wrong(token.Value) is { } wrong)
                    result.AddError($"{setting.Switch}: {wrong}");
        });
        return option;
    }

    static async Task<int> Run(
        IReadOnlyList<KeyValuePair<string, string?>> settings, bool createSchema, CancellationToken cancellation)
    {
        try
        {
            await using var app = SiloHost.Build(createSchema ? InPostgres(settings) : settings);
            if (app.Services.GetService<NpgsqlDataSource>() is { } database)
                await PostgresSource.Check(database, createSchema, cancellation);
            if (createSchema)
            {
                Console.WriteLine("the tables are there");
                return Ok;
            }
            await SiloStart.Start(app, Console.Error.WriteLine, SiloStart.Patience, cancellation);
            Console.WriteLine(Welcome(app));
            await app.WaitForShutdownAsync(cancellation);
            return Ok;
        }
        catch (Exception e)
        {
            var (text, code) = Explained(e);
            Console.Error.WriteLine(text);
            return code;
        }
    }

    static IReadOnlyList<KeyValuePair<string, string?>> InPostgres(
        IEnumerable<KeyValuePair<string, string?>> settings) =>
        [.. settings.Where(s => s.Key != StoreKey), KeyValuePair.Create(StoreKey, (string?)nameof(Store.PostgreSql))];

    static string Welcome(WebApplication app)
    {
        var (address, version) = (app.Urls.First(), Code.Version(typeof(SiloCommand).Assembly));
        var options = app.Services.GetRequiredService<IOptions<SiloOptions>>().Value;
        var grains = app.Services.GetRequiredService<IOptions<Grains.GrainsOptions>>().Value;
        var key = options.ApiKey is null ? "" : " (with the key in ASYNCOPT_API_KEY)";
        var kept = options.Store == Store.PostgreSql ? "PostgreSQL" : Path.GetFullPath(grains.StoreFolder);
        return $"""
            asyncopt-silo {version}: cluster '{options.Cluster}', silo port {options.SiloPort}
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
