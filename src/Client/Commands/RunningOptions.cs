using System.CommandLine;
using System.CommandLine.Parsing;
using AsyncOpt.Client.Running;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Client.Commands;

/// <summary>The options of commands that make many runs.</summary>
sealed class RunningOptions
{
    readonly Option<string?> _out = new("--out") { HelpName = "DIR" };

    readonly Option<int?> _jobs = ExperimentOptions.Count(
        "--jobs", "How many runs go side by side; one per processor by default.");
    readonly Option<int?> _threads = ExperimentOptions.Count(
        "--threads", "Threads per run, for its partitions and its computations; same hash.");
    readonly Option<bool> _quiet = new("--quiet") { Description = "No progress." };

    /// <summary>Adds the options to a command.</summary>
    public RunningOptions(Command command, string where = "Where results go; runs/NAME by default.")
    {
        _out.Description = where;
        command.Options.Add(_out);
        command.Options.Add(_jobs);
        command.Options.Add(_threads);
        command.Options.Add(Device);
        command.Options.Add(_quiet);
    }

    /// <summary>Where computations are evaluated.</summary>
    public Option<DeviceChoice?> Device { get; } = ExperimentOptions.DeviceOption();

    /// <summary>The folder for results, made now: before time is spent on what could not be kept.</summary>
    /// <exception cref="InputException">It cannot be made.</exception>
    public string Output(ParseResult parsed, string name)
    {
        var folder = parsed.GetValue(_out) ?? Path.Combine("runs", name);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"results cannot be written to {folder}: {e.Message} Choose another with --out", e);
        }
        return folder;
    }

    /// <summary>How runs are made.</summary>
    public RunSettings Settings(ParseResult parsed) => new()
    {
        Jobs = parsed.GetValue(_jobs),
        Threads = parsed.GetValue(_threads),
        Device = parsed.GetValue(Device),
    };

    /// <summary>The options given that only mean something to a host in this process.</summary>
    public IEnumerable<string> OnlyHere(CommandResult result) =>
        result.GetResult(Device) is { Implicit: false } ? [Device.Name] : [];

    /// <summary>How progress is shown.</summary>
    public IProgressView View(ParseResult parsed, Session session) => View(parsed.GetValue(_quiet), session);

    /// <summary>How progress is shown.</summary>
    public static IProgressView View(bool quiet, Session session)
    {
        if (quiet)
            return new SilentProgress();
        return session.Terminal.IsInteractive
            ? new LiveProgress(session.Terminal.Console)
            : new PlainProgress(session.Terminal.Error.WriteLine);
    }
}
