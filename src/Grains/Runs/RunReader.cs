using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Reporting.Gateway;
using Microsoft.Extensions.Options;

namespace AsyncOpt.Grains.Runs;

/// <summary>Reads requests as experiment files are read, with the data and plug-ins of this silo.</summary>
/// <param name="options">Plug-ins, and where known optima are.</param>
/// <param name="data">The silo's data.</param>
/// <param name="devices">The silo's devices.</param>
sealed class RunReader(IOptions<GrainsOptions> options, SiloData data, IDeviceChooser devices)
{
    const string File = "specification";

    const int KeyMax = 100;

    readonly Lazy<Catalogue> _catalogue = new(() => Catalogue.Load([.. options.Value.Plugins]));

    // Known optima of the project's experiments, unless the options name others.
    string Folder => options.Value.ExperimentsFolder
        ?? (data.ProjectFolder is { } folder ? Path.Combine(folder, "..", "experiments") : data.UserFolder);

    /// <summary>Loads plug-ins and finds the data folders.</summary>
    /// <exception cref="InputException">They are not as the options say.</exception>
    public void Open() => _ = _catalogue.Value;

    /// <summary>Reads a request and builds what it names: data, graph, problem.</summary>
    /// <param name="request">The request.</param>
    /// <param name="locate">Finds its files.</param>
    /// <param name="cache">What was built for others.</param>
    /// <exception cref="InputException">Everything that is wrong with it, a line each.</exception>
    public Experiment Read(RunRequest request, Func<string, string> locate, ResourceCache cache)
    {
        if (Violations(request).ToList() is { Count: > 0 } wrong)
            throw new InputException(string.Join('\n', wrong));
        var experiment = Experiment.Parse(request.Specification, File, Folder, new LoadOptions
        {
            Catalogue = _catalogue.Value,
            Plugins = options.Value.Plugins,
            Locate = locate,
            Cache = cache,
        });
        if (experiment.Arms.Count != 1)
        {
            throw new InputException($"{File}: expected one arm, got {experiment.Arms.Count}: "
                + "submit each arm as a run of its own, as 'asyncopt run --silo' does");
        }
        if (experiment.Arms[0].File.Device is var device and (DeviceChoice.Cuda or DeviceChoice.Opencl))
        {
            if (request.Mode == RunMode.Live)
            {
                var name = device.ToString().ToLowerInvariant();
                throw new InputException($"{File}: device: {name} is for runs in virtual time: the agents of a live "
                    + "run evaluate on the processors of their silos; set device: cpu");
            }
            if (devices.Problem(device) is { } problem)
                throw new InputException($"{File}: device: {problem}");
        }
        if (request.Mode == RunMode.Live
            && RunRequest.TooFast(request.TimeFactor, experiment.Arms[0].File.Stop.Time?.Seconds) is { } tooFast)
            throw new InputException($"timeFactor: {tooFast}");
        return experiment;
    }

    /// <summary>The plan of a request, as an executor takes it.</summary>
    /// <param name="plan">The plan of its specification.</param>
    /// <param name="request">The request.</param>
    public static RunPlan Applied(RunPlan plan, RunRequest request) => plan.OfRepetition(request.Repetition) with
    {
        Partitions = request.Partitions ?? plan.Partitions,
        Threads = request.Threads ?? plan.Threads,
        Metrics = request.Metrics && plan.Metrics,
    };

    static IEnumerable<string> Violations(RunRequest request)
    {
        foreach (var (name, text) in new[] { ("name", request.Name), ("arm", request.Arm) })
        {
            // These become names of folders on the machine that fetches the run.
            if (string.IsNullOrWhiteSpace(text) || text.Length > 200 || text.AsSpan().ContainsAny("/\\\0\n\r")
                || text is "." or "..")
                yield return $"{name}: expected up to 200 characters without slashes and line breaks, got '{text}'";
        }
        if (request.Repetition is < 0 or > 1_000_000)
            yield return $"repetition: expected 0 to 1000000, got {request.Repetition}";
        if (request.Partitions is < 1 or > 1024)
            yield return $"partitions: expected 1 to 1024, got {request.Partitions}";
        if (request.Threads is < 1 or > 1024)
            yield return $"threads: expected 1 to 1024, got {request.Threads}";
        if (!(request.TimeFactor is >= 0 and <= 1e6))
            yield return $"timeFactor: expected 0 to 1e6, got {request.TimeFactor}";
        if (request.Key is { Length: 0 or > KeyMax } key)
            yield return $"key: expected 1 to {KeyMax} characters, got {key.Length}";
        if (request.CheckpointEvery is { } every && !(every is >= 1e-9 and <= 9e9))
            yield return $"checkpointEvery: expected virtual seconds from 1e-9 to 9e9, got {every}";
        if (request.Mode == RunMode.Live && request.CheckpointEvery is not null)
            yield return "checkpointEvery: a live run has no checkpoints; leave it out, or choose mode virtual";
    }
}
