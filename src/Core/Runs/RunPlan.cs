using System.Collections.Immutable;
using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Outputs;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Runs;

/// <summary>The float width of model vectors.</summary>
public enum Precision
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>64 bits.</summary>
    Float64,
}

/// <summary>Where computations are evaluated.</summary>
public enum DeviceChoice
{
    /// <summary>On the processor.</summary>
    Cpu,

    /// <summary>On the best device that is there: CUDA, then OpenCL, then the processor.</summary>
    Auto,

    /// <summary>On a CUDA device.</summary>
    Cuda,

    /// <summary>On an OpenCL device.</summary>
    Opencl,
}

/// <summary>The seeds of a run. Each stream of draws is named by one of them, a purpose, an id and a number.</summary>
/// <param name="Data">Synthetic data, splits, shards.</param>
/// <param name="Topology">Random graphs.</param>
/// <param name="Initialization">The initial point.</param>
/// <param name="Run">
/// Everything that happens during the run: batches, delays, compute times, faults, the methods' own draws.
/// </param>
public sealed record Seeds(ulong Data, ulong Topology, ulong Initialization, ulong Run)
{
    /// <summary>The same seed for all four.</summary>
    public static Seeds Of(ulong seed) => new(seed, seed, seed, seed);
}

/// <summary>When the run ends. Counts, targets and wall time are judged at sampling instants.</summary>
public sealed record StopRules
{
    /// <summary>Virtual time.</summary>
    public VirtualTime? Time { get; init; }

    /// <summary>Updates of the model, over all agents.</summary>
    public long? Updates { get; init; }

    /// <summary>Stochastic gradients.</summary>
    public long? Gradients { get; init; }

    /// <summary>Samples evaluated.</summary>
    public long? Samples { get; init; }

    /// <summary>Messages sent.</summary>
    public long? Messages { get; init; }

    /// <summary>Bytes sent.</summary>
    public long? Bytes { get; init; }

    /// <summary>
    /// Seconds on the wall; such an end is not foreseeable, the manifest records the virtual time it came at.
    /// </summary>
    public double? WallTime { get; init; }

    /// <summary>
    /// A metric's name and the value at or below (above, for accuracies) which the run has reached its target.
    /// </summary>
    public MetricTarget? Target { get; init; }

    /// <summary>A loss above this, or one that is not finite, ends the run as diverged.</summary>
    public double DivergenceLoss { get; init; } = 1e12;
}

/// <summary>A target for a metric.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Value">The value to reach.</param>
/// <param name="Above">Whether to reach it from below, as for accuracies.</param>
/// <param name="Stop">Whether the run ends there; otherwise only the time is reported.</param>
public sealed record MetricTarget(string Metric, double Value, bool Above, bool Stop);

/// <summary>Everything a host needs to run once: immutable, resolved, the same for every host.</summary>
public sealed record RunPlan
{
    /// <summary>The method.</summary>
    public required Method Method { get; init; }

    /// <summary>The problem, built for <see cref="Places"/> places.</summary>
    public required Problem Problem { get; init; }

    /// <summary>The number of workers or nodes.</summary>
    public required int Places { get; init; }

    /// <summary>The graph of the nodes; null for workers of a server.</summary>
    public Topology? Topology { get; init; }

    /// <summary>The mixing matrices by iteration, where the method mixes.</summary>
    public MixingSchedule? Mixing { get; init; }

    /// <summary>Links.</summary>
    public required LinkModel Links { get; init; }

    /// <summary>Compute times.</summary>
    public required ComputeModel Compute { get; init; }

    /// <summary>
    /// The law of the time, in seconds, that a message's service takes at the agents of a role. Roles that are not
    /// named serve as their program says, by default in no time.
    /// </summary>
    public IReadOnlyDictionary<string, Law> Service { get; init; } = ImmutableDictionary<string, Law>.Empty;

    /// <summary>
    /// How many messages may wait at an agent of a role while another is served or computed; what comes beyond is lost.
    /// Roles that are not named have no limit.
    /// </summary>
    public IReadOnlyDictionary<string, int> ServiceBuffers { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Compresses the messages whose kinds are changes; null for none.</summary>
    public Codec? Compress { get; init; }

    /// <summary>Faults, in declared order.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>Seeds.</summary>
    public required Seeds Seeds { get; init; }

    /// <summary>The float width of vectors.</summary>
    public Precision Precision { get; init; } = Precision.Float64;

    /// <summary>The point every vector declared with <see cref="Initial.Point"/> starts from; null for zeros.</summary>
    public double[]? InitialPoint { get; init; }

    /// <summary>Virtual time between sampling instants, above 0.</summary>
    public required VirtualTime SampleEvery { get; init; }

    /// <summary>When the run ends.</summary>
    public required StopRules Stop { get; init; }

    /// <summary>What it is expected to come to; null for nothing.</summary>
    public Expectation? Expect { get; init; }

    /// <summary>What is computed at sampling instants beside the metrics of the estimate.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>What is made of events at sampling instants.</summary>
    public IReadOnlyList<EventMetric> EventMetrics { get; init; } = [];

    /// <summary>
    /// What the predictions of its diagnostics rest on: whether it is so, and all of it in a line.
    /// </summary>
    public IEnumerable<(bool? IsMet, string Line)> Conditions =>
        Diagnostics.SelectMany(d => d.Conditions(this).Select(c => (c.IsMet, $"{d.Name}: {c}")));

    /// <summary>Whether metrics are evaluated at sampling instants; hashes do not depend on it.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>Whether each update is logged.</summary>
    public bool LogUpdates { get; init; }

    /// <summary>Whether what computations and messages draw is kept, so that other runs can take it.</summary>
    public bool RecordSchedule { get; init; }

    /// <summary>What the tables of its folder are written in beside comma-separated text.</summary>
    public IReadOnlyList<OutputFormat> Formats { get; init; } = [];

    /// <summary>How many agents of each role the timeline shows.</summary>
    public int TimelineAgents { get; init; } = 16;

    /// <summary>The same for one repetition of several, of which the first alone has a timeline.</summary>
    /// <param name="repetition">Which, from 0.</param>
    public RunPlan OfRepetition(int repetition) => repetition == 0 ? this : this with { TimelineAgents = 0 };

    /// <summary>How many spans the timeline keeps.</summary>
    public int TimelineSpans { get; init; } = 20_000;

    /// <summary>
    /// Keeps the number of partitions even where windows are too short for it to pay, as verification does.
    /// </summary>
    public bool ForcePartitions { get; init; }

    /// <summary>The number of partitions, at least 1; null lets the host choose.</summary>
    public int? Partitions { get; init; }

    /// <summary>Threads for running partitions and evaluating batches; 0 for all cores.</summary>
    public int Threads { get; init; }

    /// <summary>Whether more of a metric is better, as whoever gives the metric declares it.</summary>
    /// <param name="metric">A metric of this run; less is better of any other name.</param>
    public bool IsBetterAbove(string metric) =>
        !metric.EndsWith(MetricNames.Spread, StringComparison.Ordinal) && !MetricNames.IsStandard(metric)
        && (SourceOf(metric)?.IsBetterAbove(metric)
            ?? Problem.IsBetterAbove(MetricNames.Base(metric)));

    /// <summary>The scale of a metric's intervals, as whoever gives the metric declares it.</summary>
    /// <param name="metric">A metric of this run; linear for any other name.</param>
    public Scale ScaleOf(string metric) =>
        MetricNames.ScaleOf(metric)
        ?? SourceOf(metric)?.ScaleOf(metric)
        ?? Problem.ScaleOf(MetricNames.Base(metric));

    /// <summary>What gives metrics beside the problem: diagnostics, then metrics of events.</summary>
    public IEnumerable<MetricSource> MetricSources => [.. Diagnostics, .. EventMetrics];

    MetricSource? SourceOf(string metric) => MetricSources.FirstOrDefault(s => s.Metrics(this).Contains(metric));

    /// <summary>As many threads as are asked for, or as this machine has cores.</summary>
    public int ThreadsHere => Threads == 0 ? Environment.ProcessorCount : Threads;

    /// <summary>Where computations are evaluated.</summary>
    public DeviceChoice Device { get; init; }

    /// <summary>The files it was built from.</summary>
    public IReadOnlyList<InputFile> Inputs { get; init; } = [];
}
