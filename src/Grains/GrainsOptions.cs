using System.ComponentModel.DataAnnotations;

namespace AsyncOpt.Grains;

/// <summary>What grains need to know of the place they run at; the same on all silos of a cluster.</summary>
public sealed class GrainsOptions
{
    /// <summary>The folder of the file store, seen by all silos; made where it is not there.</summary>
    [Required]
    public string StoreFolder { get; set; } = Path.Combine("runs", "silo");

    /// <summary>The folder of data sets, as <c>--data</c> of an embedded run; null for the default.</summary>
    public string? DataFolder { get; set; }

    /// <summary>
    /// The folder whose <c>optima</c> holds known optima, as that of an experiment file; null for the project's
    /// <c>experiments</c>, if there is a project.
    /// </summary>
    public string? ExperimentsFolder { get; set; }

    /// <summary>Paths of plug-ins: assemblies with methods, problems or laws.</summary>
    public IReadOnlyList<string> Plugins { get; set; } = [];

    /// <summary>How many runs the cluster makes at a time; more are refused until one ends.</summary>
    [Range(1, 1000)]
    public int RunsAtATime { get; set; } = 4;

    /// <summary>How many runs that are over are kept; the oldest are deleted.</summary>
    [Range(1, 100_000)]
    public int RunsKept { get; set; } = 200;

    /// <summary>How many lines of progress are kept for each run, for streams that are picked up again.</summary>
    [Range(1, 1_000_000)]
    public int ProgressKept { get; set; } = 1000;

    /// <summary>
    /// How many bytes of files of one's own may come with a run; what is larger belongs into the silos' data folder.
    /// </summary>
    [Range(0, 1 << 29)]
    public int InputBytesMax { get; set; } = 64 << 20;

    /// <summary>Seconds for which such files are kept after the last run that reads them is over.</summary>
    [Range(0.0, 1e7)]
    public double InputSecondsKept { get; set; } = 3600;

    /// <summary>Seconds after which it is checked again that every run that should be running is.</summary>
    [Range(0.05, 3600)]
    public double WatchEvery { get; set; } = 5;

    /// <summary>
    /// Live runs: the share of agents' turns that leave a span in the run's trace, where traces are sent at all.
    /// </summary>
    [Range(0.0, 1.0)]
    public double TraceTurns { get; set; }

    /// <summary>How often a run is begun again after losing its silo, before it counts as the cause.</summary>
    [Range(0, 1000)]
    public int LossesMax { get; set; } = 5;
}
