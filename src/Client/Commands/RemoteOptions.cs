using System.CommandLine;
using System.CommandLine.Parsing;
using AsyncOpt.Client.Remote;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Client.Commands;

/// <summary>The options of a run on a silo.</summary>
sealed class RemoteOptions
{
    readonly Option<string?> _silo = new("--silo")
    {
        Description = "Runs on a silo, by the address of its gateway, instead of here.",
        HelpName = "URL",
    };

    readonly Option<RunMode?> _mode = Switches.OneOf<RunMode>(
        "--mode", "How the silo runs: in virtual time (the default), or live, every agent a grain.");

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
        "Virtual: virtual seconds between checkpoints, from which a run goes on when a silo is lost.",
        "a number above 0", s => s > 0);

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="experiment">Its options on the experiment.</param>
    /// <param name="running">Its options on how runs are made.</param>
    /// <param name="partitions">Its option on partitions.</param>
    public RemoteOptions(
        Command command, ExperimentOptions experiment, RunningOptions running, Option<int?> partitions)
    {
        Option[] options = [_silo, _mode, _timeFactor, _replayLog, _checkpointEvery];
        foreach (var option in options)
            command.Options.Add(option);
        command.Validators.Add(result => Refuse(result, experiment, running, partitions));
    }

    /// <summary>Whether runs are made on a silo.</summary>
    public bool IsRemote(ParseResult parsed) => parsed.GetValue(_silo) is not null;

    /// <summary>What speaks to the silo.</summary>
    /// <exception cref="Core.InputException">Its address is none.</exception>
    public GatewayClient Gateway(ParseResult parsed, Session session) => SiloOption.Gateway(parsed, _silo, session);

    /// <summary>How the silo makes runs.</summary>
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
        if (!Has(result, _silo))
        {
            foreach (var option in (Option[])[_mode, _timeFactor, _replayLog, _checkpointEvery])
                if (Has(result, option))
                    result.AddError($"{option.Name} is for runs on a silo: it needs --silo URL");
            return;
        }
        foreach (var option in experiment.OnlyHere(result))
            result.AddError($"{option} cannot be had with --silo: a silo has plug-ins and data of its own, "
                + "by its settings");
        foreach (var option in running.OnlyHere(result))
            result.AddError($"{option} cannot be had with --silo: silos evaluate on their processors");
        var isLive = result.GetResult(_mode)?.Tokens is [{ Value: "live" }];
        foreach (var option in isLive ? (Option[])[partitions, _checkpointEvery] : [_timeFactor, _replayLog])
            if (Has(result, option))
                result.AddError(isLive
                    ? $"{option.Name} is for virtual time; a live run has none"
                    : $"{option.Name} is for live runs: it needs --mode live");
    }

    static bool Has(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
