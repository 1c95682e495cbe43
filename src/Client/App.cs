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
        var parsed = Root(new Session(services, terminal, cancellation)).Parse(
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
                Output = terminal.Console.Profile.Out.Writer,
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

    static RootCommand Root(Session app)
    {
        var root = new RootCommand(
            "Simulates asynchronous distributed optimization: one experiment file in, a reproducible run out.")
        {
            NewCommand.Create(app),
            RunCommand.Create(app),
            SweepCommand.Create(app),
            CompareCommand.Create(app),
            RunsCommand.Create(app),
            CancelCommand.Create(app),
            ReproduceCommand.Create(app),
            PageCommand.Create(app),
            ListCommand.Create(app),
            DescribeCommand.Create(app),
            ValidateCommand.Create(app),
            SchemaCommand.Create(app),
            VerifyCommand.Create(app),
            ReplayCommand.Create(app),
            DataCommand.Create(app),
            BenchCommand.Create(app),
            DevicesCommand.Create(app),
            VersionCommand.Create(app),
        };
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
