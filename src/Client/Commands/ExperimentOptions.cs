using System.CommandLine;
using System.CommandLine.Parsing;
using AsyncOpt.Client.Remote;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Experiments.Data;

namespace AsyncOpt.Client.Commands;

/// <summary>The file and the options that every command on an experiment file has.</summary>
sealed class ExperimentOptions
{
    readonly Argument<string> _file = new("FILE")
    {
        Description = "An experiment file, or the manifest.json of a run to repeat.",
    };

    readonly Option<ulong?> _seed = Switches.Seed("--seed", "The base seed, instead of the file's.");

    readonly Option<int?> _seeds = Switches.Count("--seeds", "How many repetitions, instead of the file's.");

    readonly Option<string[]> _set = new("--set")
    {
        Description = "Changes of the file, for instance method.step=0.1.",
        HelpName = "key=value",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    readonly Option<bool> _changedInputs = new("--changed-inputs")
    {
        Description = "Goes on where files have changed since the run of a manifest.",
    };

    readonly Option<string[]> _plugins = PluginOption();

    readonly Option<string?> _data = DataOption();

    /// <summary>Adds the file and the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="seeds">Whether the command takes a number of repetitions.</param>
    public ExperimentOptions(Command command, bool seeds = true)
    {
        _set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (token.Value.IndexOf('=', StringComparison.Ordinal) < 1)
                    result.AddError($"--set expects key=value, for instance method.step=0.1; got '{token.Value}'");
            foreach (var twice in result.Tokens.CountBy(t => t.Value.Split('=')[0].Trim()).Where(key => key.Value > 1))
                result.AddError($"--set gives {twice.Key} {twice.Value} times; leave one of them");
        });
        command.Arguments.Add(_file);
        command.Options.Add(_seed);
        if (seeds)
            command.Options.Add(_seeds);
        command.Options.Add(_set);
        command.Options.Add(_plugins);
        command.Options.Add(_data);
        command.Options.Add(_changedInputs);
    }

    /// <summary>The experiment file's path.</summary>
    public string File(ParseResult parsed) => parsed.GetRequiredValue(_file);

    /// <summary>Reads the experiment file.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="session">Where its defaults are.</param>
    /// <param name="sweep">Whether the arms are those of its sweep.</param>
    /// <param name="build">Whether its data are here and must be good.</param>
    /// <param name="device">Where its runs are to be evaluated on this machine, as the command line has it; null where
    /// it has no runs here.</param>
    /// <exception cref="Core.InputException">Everything that is wrong with it.</exception>
    public Experiment Load(
        ParseResult parsed, Session session, bool sweep = false, bool build = true,
        Option<DeviceChoice?>? device = null) => Experiment.Load(
        File(parsed),
        session.Services.Defaults with
        {
            Seed = parsed.GetValue(_seed),
            Seeds = parsed.GetValue(_seeds),
            Sets = parsed.GetValue(_set) ?? [],
            Plugins = parsed.GetValue(_plugins) ?? [],
            DataFolder = parsed.GetValue(_data),
            Sweep = sweep,
            ChangedInputs = parsed.GetValue(_changedInputs),
            Build = build,
            Device = device is null ? null : parsed.GetValue(device),
            DeviceProblem = device is null ? null : session.Services.Devices.Problem,
        });

    /// <summary>Finds the files that the experiment names, where an embedded run would.</summary>
    public LocalFiles Files(ParseResult parsed)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(parsed.GetRequiredValue(_file)));
        return new LocalFiles(new DataLocator(DataCatalogue.Default, folder).Resolve);
    }

    /// <summary>What silos in this process need for the experiment.</summary>
    public OwnSilosSettings ForSilos(ParseResult parsed, int count, string? telemetry) => new(
        count, Path.GetDirectoryName(Path.GetFullPath(File(parsed)))!, parsed.GetValue(_data),
        parsed.GetValue(_plugins) ?? [], telemetry);

    /// <summary>The options given that only mean something to a host in this process.</summary>
    public IEnumerable<string> OnlyHere(CommandResult result) =>
        from option in (Option[])[_plugins, _data]
        where result.GetResult(option) is { Implicit: false }
        select option.Name;

    /// <summary>The option that names plug-ins.</summary>
    public static Option<string[]> PluginOption() => new("--plugin")
    {
        Description = "An assembly with methods, problems or laws of one's own.",
        HelpName = "DLL",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The option that names a folder of data sets.</summary>
    public static Option<string?> DataOption() => new("--data")
    {
        Description = "A folder of data sets, instead of ASYNCOPT_DATA or the cache folder.",
        HelpName = "DIR",
    };

    /// <summary>The option that says where computations are evaluated.</summary>
    public static Option<DeviceChoice?> DeviceOption() => Switches.OneOf<DeviceChoice>(
        "--device", "Where computations are evaluated: cpu, cuda, opencl, or auto, the best of them that is here. "
            + "Its own bits: see 'asyncopt devices'.");
}
