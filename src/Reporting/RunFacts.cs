using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using AsyncOpt.Core.Outputs;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting;

/// <summary>What the manifest says of a run beside what the run itself reports.</summary>
public sealed record RunFacts
{
    /// <summary>The experiment's name.</summary>
    public required string Experiment { get; init; }

    /// <summary>The arm's name.</summary>
    public required string Arm { get; init; }

    /// <summary>Which repetition this is, 0, 1, ....</summary>
    public required int Repetition { get; init; }

    /// <summary>The full resolved specification of the arm: with it alone the run can be repeated.</summary>
    public required JsonNode Specification { get; init; }

    /// <summary>The seeds of this repetition.</summary>
    public required Seeds Seeds { get; init; }

    /// <summary>What the bits depend on beside the specification.</summary>
    public required NumericsClass Numerics { get; init; }

    /// <summary>Name and version of AsyncOpt and of the plug-ins used.</summary>
    public IReadOnlyList<(string Name, string Version)> Versions { get; init; } = [];

    /// <summary>The machine.</summary>
    public MachineFacts Machine { get; init; } = MachineFacts.Here();

    /// <summary>The largest working set of the process so far, in bytes, all runs of the process together.</summary>
    public long ProcessPeakBytes { get; init; }

    /// <summary>How many runs shared the process side by side.</summary>
    public int SideBySide { get; init; } = 1;

    /// <summary>Facts of the problem: rows, dimension, label mapping.</summary>
    public IReadOnlyList<(string Name, string Value)> Problem { get; init; } = [];

    /// <summary>Facts of the topology: nodes, degrees, spectral gap; empty for workers of a server.</summary>
    public IReadOnlyList<(string Name, string Value)> Topology { get; init; } = [];

    /// <summary>The optimum that gaps are measured from; null where none is known.</summary>
    public Optimum? Optimum { get; init; }

    /// <summary>For a live run, seconds on the wall for each second of the models' delays; else null.</summary>
    public double? TimeFactor { get; init; }

    /// <summary>The virtual times, in ns, at which the run went on from a checkpoint; empty for never.</summary>
    public IReadOnlyList<long> Resumed { get; init; } = [];

    /// <summary>What the wall time went to, but for the output; null where that is not known.</summary>
    public WallParts? Parts { get; init; }

    /// <summary>The files that the run was made from.</summary>
    public IReadOnlyList<InputFile> Inputs { get; init; } = [];

    /// <summary>What the predictions of diagnostics rest on, a line each, as far as known before the run.</summary>
    public IReadOnlyList<string> Conditions { get; init; } = [];

    /// <summary>What tables are written in beside comma-separated text.</summary>
    public IReadOnlyList<OutputFormat> Formats { get; init; } = [];

    /// <summary>Warnings from before the run.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What a plan and this process tell, for a host to complete.</summary>
    /// <param name="run">The names of experiment and arm, and which repetition.</param>
    /// <param name="plan">The run's plan.</param>
    /// <param name="specification">The arm's full specification.</param>
    /// <param name="plugins">The assemblies of what an experiment file can name.</param>
    public static RunFacts Of(
        (string Experiment, string Arm, int Repetition) run, RunPlan plan, JsonNode specification,
        IEnumerable<Assembly> plugins)
    {
        using var process = Process.GetCurrentProcess();
        return new RunFacts
        {
            Experiment = run.Experiment,
            Arm = run.Arm,
            Repetition = run.Repetition,
            Specification = specification,
            Seeds = plan.Seeds,
            Conditions = [.. plan.Conditions.Select(c => c.Line)],
            Numerics = NumericsClass.Here(plan.Precision),
            Versions = [.. Code.Versions(plan), ("build", Code.Build(plugins))],
            ProcessPeakBytes = process.PeakWorkingSet64,
            Problem = [.. plan.Problem.Facts()],
            Optimum = plan.Problem.Optimum,
            Inputs = plan.Inputs,
            Formats = plan.Formats,
        };
    }
}

/// <summary>The machine a run was made on, as far as it may matter to its speed.</summary>
/// <param name="Cores">Processors that the process may use.</param>
/// <param name="System">The operating system.</param>
/// <param name="MemoryBytes">Memory that the process may use, in bytes.</param>
public sealed record MachineFacts(int Cores, string System, long MemoryBytes)
{
    /// <summary>This machine.</summary>
    public static MachineFacts Here() => new(
        Environment.ProcessorCount,
        RuntimeInformation.OSDescription,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
}
