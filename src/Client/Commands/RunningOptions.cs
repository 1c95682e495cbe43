using System.CommandLine;
using System.CommandLine.Parsing;
using AsyncOpt.Client.Running;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Client.Commands;

/// <summary>The options of commands that make many runs.</summary>
sealed class RunningOptions
{
    readonly Option<string?> _out = new("--out") { HelpName = "DIR" };

    readonly Option<int?> _jobs = Switches.Count(
        "--jobs", "How many runs go side by side; one per processor by default.");
    readonly Option<int?> _threads = Switches.Count(
        "--threads", "Threads per run, for its partitions and its computations; same hash.");
    readonly Option<bool> _fresh = new("--fresh")
    {
        Description = "Deletes the runs and tables in the folder first; without it, runs that are there are not made "
            + "again, and those of another experiment are moved aside.",
    };

    readonly Option<bool> _quiet = new("--quiet") { Description = "No progress." };

    /// <summary>Adds the options to a command.</summary>
    public RunningOptions(Command command, string where = "Where results go; runs/NAME by default.")
    {
        _out.Description = where;
        command.Options.Add(_out);
        command.Options.Add(_jobs);
        command.Options.Add(_threads);
        command.Options.Add(Device);
        command.Options.Add(_fresh);
        command.Options.Add(_quiet);
    }

    /// <summary>Where computations are evaluated.</summary>
    public Option<DeviceChoice?> Device { get; } = ExperimentOptions.DeviceOption();

    /// <summary>The folder for results.</summary>
    public string Output(ParseResult parsed, string name) => parsed.GetValue(_out) ?? Path.Combine("runs", name);

    /// <summary>How runs are made.</summary>
    public RunSettings Settings(ParseResult parsed) => new()
    {
        Jobs = parsed.GetValue(_jobs),
        Threads = parsed.GetValue(_threads),
        Device = parsed.GetValue(Device),
        Fresh = parsed.GetValue(_fresh),
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
