using System.Text.Json.Nodes;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments.Data;

namespace AsyncOpt.Client;

/// <summary>The other projects, as far as the commands need them; tests put small stand-ins here.</summary>
/// <param name="Experiments">Experiment files.</param>
/// <param name="Runner">The host that runs a plan.</param>
/// <param name="Catalogue">What can be named in experiment files, given the paths of plug-ins.</param>
/// <param name="Fetcher">Makes what downloads data sets.</param>
sealed record Services(IExperiments Experiments, IRunner Runner, Func<IReadOnlyList<string>, Catalogue> Catalogue, Func<DataFetcher> Fetcher)
{
    /// <summary>The real ones.</summary>
    public static Services Real() => throw new NotImplementedException();
}

/// <summary>Runs a plan.</summary>
interface IRunner
{
    RunRecord Run(RunPlan plan, Action<RunProgress>? progress, CancellationToken cancellation);
}

/// <summary>What the command line changes about an experiment file.</summary>
sealed record Overrides
{
    /// <summary><c>key.path=value</c>, in the order given.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>The base seed.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The number of repetitions.</summary>
    public int? Seeds { get; init; }

    /// <summary>A folder of data sets of one's own.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Assemblies of plug-ins.</summary>
    public IReadOnlyList<string> Plugins { get; init; } = [];
}

/// <summary>Reads experiment files.</summary>
interface IExperiments
{
    /// <summary>Reads, checks and resolves a file.</summary>
    /// <exception cref="Core.InputException">Lists every problem found.</exception>
    IExperiment Load(string file, Overrides overrides);

    /// <summary>Reads the points of a file's <c>sweep</c>.</summary>
    ISweep LoadSweep(string file, Overrides overrides);
}

/// <summary>A resolved experiment: arms times seeds.</summary>
interface IExperiment
{
    string Name { get; }

    string Description { get; }

    IReadOnlyList<string> Arms { get; }

    int Seeds { get; }

    /// <summary>Builds one run. May be called from several threads; data and optimum are loaded once.</summary>
    PreparedRun Prepare(int arm, int repetition);
}

/// <summary>One run, ready to go.</summary>
/// <param name="Plan">What to run.</param>
/// <param name="Specification">The full resolved specification of its arm.</param>
/// <param name="Warnings">What is dubious about it.</param>
sealed record PreparedRun(RunPlan Plan, JsonNode Specification, IReadOnlyList<string> Warnings);

/// <summary>A grid of experiments and how to tell the best.</summary>
interface ISweep
{
    string Name { get; }

    /// <summary>The points, each with the values that make it.</summary>
    IReadOnlyList<(string Label, IExperiment Experiment)> Points { get; }

    /// <summary>The metric that decides.</summary>
    string Metric { get; }

    /// <summary>Whether more of it is better.</summary>
    bool HigherIsBetter { get; }
}
