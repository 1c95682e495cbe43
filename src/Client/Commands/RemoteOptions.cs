using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AsyncOpt.Client.Remote;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Client.Commands;

/// <summary>The options of runs on silos: those of a cluster, or this process's own.</summary>
sealed class RemoteOptions
{
    // Each takes threads and memory of this machine.
    const int SilosMax = 32;

    readonly Option<string?> _silo = new("--silo")
    {
        Description = "Runs on a silo of a cluster, by the address of its gateway, instead of in this process; several "
            + "addresses of one cluster, with commas between, are asked in turn where one cannot be reached.",
        HelpName = "URL",
    };

    readonly Option<RunMode?> _mode = Switches.OneOf<RunMode>(
        "--mode", "In virtual time (the default), or live: every agent a grain, real messages and delays.");

    readonly Option<int?> _silos = Switches.Count(
        "--silos", "Live without --silo: how many silos of Orleans in this process; 1 by default.");

    readonly Option<string?> _telemetry = new("--telemetry")
    {
        Description = "Live without --silo: the address of an OTLP collector that gets traces and metrics.",
        HelpName = "URL",
    };

    readonly Option<double?> _timeFactor = Switches.Number(
        "--time-factor", "F",
        "Live: seconds on the wall for each second of delays; 1 by default, 0 is as fast as it goes.",
        "a number of at least 0", f => f >= 0);

    readonly Option<bool> _replayLog = new("--replay-log")
    {
        Description = "Live: logs the order of each agent's events in the run folder, for 'asyncopt replay'.",
    };

    readonly Option<double?> _checkpointEvery = Switches.Number(
        "--checkpoint-every", "S",
        "With --silo, virtual: virtual seconds between checkpoints, from which a run goes on when a silo is lost.",
        "a number above 0", s => s > 0);

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="experiment">Its options on the experiment.</param>
    /// <param name="running">Its options on how runs are made.</param>
    /// <param name="partitions">Its option on partitions.</param>
    public RemoteOptions(
        Command command, ExperimentOptions experiment, RunningOptions running, Option<int?> partitions)
    {
        Option[] options = [_silo, _mode, _silos, _timeFactor, _replayLog, _telemetry, _checkpointEvery];
        foreach (var option in options)
            command.Options.Add(option);
        command.Validators.Add(result => Refuse(result, experiment, running, partitions));
    }

    /// <summary>Whether silos make the runs.</summary>
    public bool IsRemote(ParseResult parsed) =>
        parsed.GetValue(_silo) is not null || parsed.GetValue(_mode) == RunMode.Live;

    /// <summary>What speaks to the silos; those of this process are up then.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="session">What starts them.</param>
    /// <param name="experiment">What of the experiment they need.</param>
    /// <exception cref="Core.InputException">The address is none, or the silos have a wrong setting.</exception>
    /// <exception cref="GatewayException">The silos cannot be started.</exception>
    public GatewayClient Gateway(ParseResult parsed, Session session, ExperimentOptions experiment) =>
        parsed.GetValue(_silo) is not null
            ? SiloOption.Gateway(parsed, _silo, session)
            : session.Services.OwnSilos(
                experiment.ForSilos(parsed, parsed.GetValue(_silos) ?? 1, parsed.GetValue(_telemetry)),
                session.Cancellation);

    /// <summary>How silos make runs.</summary>
    public RemoteSettings Settings(ParseResult parsed) => new()
    {
        Mode = parsed.GetValue(_mode) ?? RunMode.Virtual,
        TimeFactor = parsed.GetValue(_timeFactor) ?? 1,
        ReplayLog = parsed.GetValue(_replayLog),
        CheckpointEvery = parsed.GetValue(_checkpointEvery),
    };

    void Refuse(
        CommandResult result, ExperimentOptions experiment, RunningOptions running, Option<int?> partitions)
    {
        var isLive = result.GetResult(_mode)?.Tokens is [{ Value: "live" }];
        if (isLive)
            RefuseAll(result, [partitions, _checkpointEvery], "is for virtual time; a live run has none");
        else
            RefuseAll(
                result, [_timeFactor, _replayLog, _silos, _telemetry], "is for live runs: it needs --mode live");
        if (isLive || Has(result, _silo))
            RefuseAll(result, running.OfInterruption, "is for runs in virtual time in this process");
        if (!Has(result, _silo))
        {
            if (isLive)
                foreach (var option in running.OnlyHere(result))
                    result.AddError($"{option} cannot be had with --mode live: live agents compute on the processor");
            else
                RefuseAll(result, [_checkpointEvery], "is for runs on a silo: it needs --silo URL; in this "
                    + "process it is --checkpoint virtual:TIME");
            if (result.GetResult(_silos)?.Tokens is [var count]
                && int.TryParse(count.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var many)
                && many > SilosMax)
                result.AddError($"--silos expects at most {SilosMax}; got '{count.Value}'");
            return;
        }
        foreach (var option in experiment.OnlyHere(result))
            result.AddError($"{option} cannot be had with --silo: a silo has plug-ins and data of its own, "
                + "by its settings");
        foreach (var option in running.OnlyHere(result))
            result.AddError($"{option} cannot be had with --silo: the experiment says it, as in --set device=cuda");
        if (isLive)
            RefuseAll(result, [_silos, _telemetry], "is for silos of this process: leave it out, or --silo");
    }

    static void RefuseAll(CommandResult result, IEnumerable<Option> options, string why)
    {
        foreach (var option in options.Where(option => Has(result, option)))
            result.AddError($"{option.Name} {why}");
    }

    static bool Has(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
