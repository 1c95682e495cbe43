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

    readonly Option<CheckpointSettings?> _checkpoint = Switches.Value(
        "--checkpoint", "TIME",
        "Keeps checkpoints in the run folders, from which interrupted runs go on: every so often by the clock (60s), "
            + "or by virtual time (virtual:10s); same hash.",
        "a time above 0, for instance 60s, or virtual:10s", CheckpointSettings.Read);
    readonly Option<int?> _checkpointsKept = Switches.Count(
        "--checkpoints-kept", "How many of the last checkpoints of a run stay; 2 by default.");
    readonly Option<double?> _wallMax = Switches.Duration(
        "--max-wall", "Ends the runs when the command has taken so long, as with Ctrl-C.");
    readonly Option<long?> _memoryMax = Switches.Memory(
        "--max-memory", "Ends the runs when the process has more memory than this, as with Ctrl-C.");
    readonly Option<bool> _sameOnly = new("--same-only")
    {
        Description = "Refuses runs of another experiment in the folder, instead of moving them aside.",
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
        command.Options.Add(_sameOnly);
        command.Options.Add(_quiet);
        foreach (var option in OfInterruption)
            command.Options.Add(option);
    }

    /// <summary>Adds to a command those that may be others when its runs go on.</summary>
    public static void AddForResuming(Command command)
    {
        var all = new RunningOptions(new Command("all"));
        command.Options.Add(Partitions());
        foreach (var option in (IEnumerable<Option>)[all._jobs, all._threads, all._quiet, .. all.OfInterruption])
            command.Options.Add(option);
    }

    /// <summary>The option on partitions.</summary>
    public static Option<int?> Partitions() =>
        Switches.Count("--partitions", "Forces the number of partitions; same hash.");

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
        SameOnly = parsed.GetValue(_sameOnly),
        Checkpoints = parsed.GetValue(_checkpoint) is { } when
            ? when with { Kept = parsed.GetValue(_checkpointsKept) ?? when.Kept }
            : null,
    };

    /// <summary>What may end runs before they are over.</summary>
    public Interruption Interruption(ParseResult parsed, Session session) =>
        new(session, parsed.GetValue(_wallMax), parsed.GetValue(_memoryMax));

    /// <summary>The options on how runs are interrupted and go on, which are for runs in this process.</summary>
    public IReadOnlyList<Option> OfInterruption => [_checkpoint, _checkpointsKept, _wallMax, _memoryMax];

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
