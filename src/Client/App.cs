using System.CommandLine;
using System.Diagnostics;
using AsyncOpt.Client.Commands;
using AsyncOpt.Client.Remote;
using AsyncOpt.Core;

namespace AsyncOpt.Client;

/// <summary>What every command gets.</summary>
/// <param name="Services">The other projects, as the commands see them.</param>
/// <param name="Terminal">Where to write.</param>
/// <param name="Cancellation">Set when the user presses Ctrl-C.</param>
sealed record Session(Services Services, Terminal Terminal, CancellationToken Cancellation)
{
    /// <summary>Runs since the command began.</summary>
    public Stopwatch Clock { get; } = Stopwatch.StartNew();

    /// <summary>The command line.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];
}

/// <summary>The command line as a whole: parses, dispatches, turns exceptions into messages and exit codes.</summary>
static class App
{
    static readonly Option<bool> Debug = new("--debug")
    {
        Description = "Show the stack trace of an error.",
        Recursive = true,
    };

    /// <summary>Runs one command.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Run(
        IReadOnlyList<string> args, Services services, Terminal terminal, CancellationToken cancellation = default)
    {
        // Without files of options: a value may begin with @.
        var parsed = Root(new Session(services, terminal, cancellation) { Args = args }).Parse(
            args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (ParseSentences.Of(parsed, "asyncopt") is { Count: > 0 } wrong)
        {
            terminal.Error.WriteLine(string.Join(Environment.NewLine, wrong));
            return ExitCode.BadInput;
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception e)
        {
            return Report(e, terminal, parsed.GetValue(Debug));
        }
    }

    /// <summary>The commands by their names, in the order of the help.</summary>
    internal static readonly (string Name, Func<Session, Command> Create)[] Commands =
    [
        ("new", NewCommand.Create),
        ("run", RunCommand.Create),
        ("resume", ResumeCommand.Create),
        ("sweep", SweepCommand.Create),
        ("plot", PlotCommand.Create),
        ("compare", CompareCommand.Create),
        ("runs", RunsCommand.Create),
        ("cancel", CancelCommand.Create),
        ("reproduce", ReproduceCommand.Create),
        ("page", PageCommand.Create),
        ("list", ListCommand.Create),
        ("describe", DescribeCommand.Create),
        ("validate", ValidateCommand.Create),
        ("schema", SchemaCommand.Create),
        ("verify", VerifyCommand.Create),
        ("swarm", SwarmCommand.Create),
        ("replay", ReplayCommand.Create),
        ("data", DataCommand.Create),
        ("bench", BenchCommand.Create),
        ("devices", DevicesCommand.Create),
        ("silo", SiloCommand.Create),
        ("version", VersionCommand.Create),
    ];

    // A command line that begins with a command needs no other: options take longer to make than to parse.
    static RootCommand Root(Session app)
    {
        var root = new RootCommand(
            "Simulates asynchronous distributed optimization: one experiment file in, a reproducible run out.");
        var asked = Array.FindAll(Commands, command => app.Args is [var first, ..] && command.Name == first);
        foreach (var command in asked.Length > 0 ? asked : Commands)
            root.Subcommands.Add(command.Create(app));
        root.Options.Add(Debug);
        return root;
    }

    static int Report(Exception e, Terminal terminal, bool debug)
    {
        // Runs side by side fail together; the first failure is the one to show.
        if (e is AggregateException { InnerExceptions: [var first, ..] } && !debug)
            return Report(first, terminal, debug);
        switch (e)
        {
            case InputException:
                terminal.Error.WriteLine(debug ? e.ToString() : e.Message);
                return ExitCode.BadInput;
            case StorageException:
            case GatewayException:
                terminal.Error.WriteLine(debug ? e.ToString() : e.Message);
                return ExitCode.Failed;
            case OperationCanceledException:
                terminal.Error.WriteLine("cancelled");
                return ExitCode.Failed;
            case OutOfMemoryException:
                terminal.Error.WriteLine(debug
                    ? e.ToString()
                    : "out of memory: the runs side by side need more than the "
                        + $"{MachineMemory.Text(MachineMemory.Bytes)} of this machine; take fewer at a time "
                        + "(--jobs 1), fewer agents or parameters, or 'precision: float32'");
                return ExitCode.Failed;
            case Exception when StorageException.Is(e) && !debug:
                terminal.Error.WriteLine($"{OneLineOf(e)}: {StorageException.Cause("", e)}");
                return ExitCode.Failed;
            default:
                terminal.Error.WriteLine(debug
                    ? e.ToString()
                    : $"internal error: {OneLine(e)} (--debug shows where)");
                return ExitCode.Failed;
        }
    }

    static string OneLine(Exception e) => $"{e.GetType().Name}: {OneLineOf(e)}";

    static string OneLineOf(Exception e) => string.Join(' ', e.Message.Split('\n', StringSplitOptions.TrimEntries));
}
