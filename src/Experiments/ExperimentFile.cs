using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Outputs;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Experiments.Specification;
using Diagnostic = AsyncOpt.Core.Diagnostics.Diagnostic;

namespace AsyncOpt.Experiments;

/// <summary>One arm of an experiment file, as it was written: what its keys are and what they may hold.</summary>
public sealed record ExperimentFile
{
    /// <summary>The number of workers, for methods that need workers.</summary>
    [Range(1, 1 << 24)]
    public int? Workers { get; init; }

    /// <summary>The graph, for methods that need a topology.</summary>
    public Choice<TopologyGenerator>? Topology { get; init; }

    /// <summary>The weights of its edges, for methods that mix; without it, <c>metropolis-hastings</c>.</summary>
    public Choice<MixingRule>? Mixing { get; init; }

    /// <summary>The method.</summary>
    public required Choice<Method> Method { get; init; }

    /// <summary>The problem.</summary>
    public required Choice<Problem> Problem { get; init; }

    /// <summary>The links; without them, messages take no time.</summary>
    [Written("{}")]
    public LinkOptions Links { get; init; } = new();

    /// <summary>What becomes of messages before they are sent; without it, nothing.</summary>
    public MessageOptions? Messages { get; init; }

    /// <summary>What computations take.</summary>
    public required ComputeOptions Compute { get; init; }

    /// <summary>What goes wrong, in the order in which the rules are asked.</summary>
    public IReadOnlyList<Choice<Fault>> Faults { get; init; } = [];

    /// <summary>Roles whose agents take time to handle a message; others take none.</summary>
    public IReadOnlyList<ServiceOptions> Service { get; init; } = [];

    /// <summary>What is computed at sampling instants beside the standard metrics.</summary>
    public IReadOnlyList<Choice<Diagnostic>> Diagnostics { get; init; } = [];

    /// <summary>Metrics of events: what is made at sampling instants of what happened up to there.</summary>
    public IReadOnlyList<Choice<EventMetric>> Metrics { get; init; } = [];

    /// <summary>The float width of vectors.</summary>
    public Precision Precision { get; init; } = Precision.Float64;

    /// <summary>
    /// The initial point: <c>default</c>, which is the problem's own (for nets) or zeros, or normal draws.
    /// </summary>
    [Word("default")]
    public InitialOptions? Initial { get; init; }

    /// <summary>When the run ends.</summary>
    public required StopOptions Stop { get; init; }

    /// <summary>Virtual time between sampling instants; or give <see cref="Samples"/>.</summary>
    [Range(1e-9, 2e9)]
    public VirtualTime? SampleEvery { get; init; }

    /// <summary>How many sampling instants, evenly over <c>stop.time</c>; or give <see cref="SampleEvery"/>.</summary>
    [Range(1, 1_000_000)]
    public int? Samples { get; init; }

    /// <summary>The time between sampling instants, however it was given.</summary>
    internal VirtualTime SamplingStep => SampleEvery ?? Stop.Time!.Value.DividedBy(Samples!.Value);

    /// <summary>The seed, or the seeds of each use of randomness.</summary>
    public SeedOptions Seed { get; init; } = new();

    /// <summary>The number of partitions; <c>auto</c> lets the host choose.</summary>
    [Word("auto"), Range(1, 1024)]
    public int? Partitions { get; init; }

    /// <summary>Threads for running partitions and evaluating batches; 0 for all cores.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>Where computations are evaluated; bits are those of the device.</summary>
    public DeviceChoice Device { get; init; }

    /// <summary>Whether each update is logged.</summary>
    public bool LogUpdates { get; init; }

    /// <summary>How many agents of each role the timeline of the first repetition shows; 0 for none.</summary>
    [Range(0, 4096)]
    public int TimelineAgents { get; init; } = 16;

    /// <summary>What is written to the run folder beside its usual files; without it, nothing.</summary>
    public OutputOptions? Output { get; init; }

    /// <summary>What a run must come to; without it, anything. No run depends on it, but one fails by it.</summary>
    public ExpectOptions? Expect { get; init; }

    /// <summary>What <c>asyncopt compare</c> expects of two runs of this; no run depends on it.</summary>
    public CompareOptions? Compare { get; init; }
}

/// <summary>The key <c>output</c>: at least one of these.</summary>
public sealed record OutputOptions : ICheckedOptions
{
    /// <summary>
    /// What the tables are written in beside comma-separated text, which everything here reads; to the folder
    /// <c>tables</c> of the run's.
    /// </summary>
    public IReadOnlyList<Choice<OutputFormat>> Formats { get; init; } = [];

    /// <summary>
    /// Whether the tables have what computations and messages drew, which <c>recorded</c> models of other runs take.
    /// </summary>
    public bool Schedule { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Violations()
    {
        if (Formats.Count == 0 && !Schedule)
            yield return "nothing is to be written: give formats or schedule";
    }
}

/// <summary>The key <c>compare</c>.</summary>
public sealed record CompareOptions
{
    /// <summary>
    /// The largest total-variation distance of the staleness distributions of two runs, such as a live and a simulated
    /// one.
    /// </summary>
    [Range(0.0, 1.0)]
    public required double StalenessDistance { get; init; }
}

/// <summary>The key <c>links</c>.</summary>
public sealed record LinkOptions : ICheckedOptions
{
    /// <summary>The propagation delay of messages: a link model, a law, or a time.</summary>
    [Written("0")]
    public Choice<LinkDelay>? Delay { get; init; }

    /// <summary>Whether each link keeps the order of its messages.</summary>
    public bool Fifo { get; init; }

    /// <summary>
    /// The least delay of a message: shorter ones are raised to it, and what that changed is reported. It lets
    /// partitions run in parallel where delays have no floor.
    /// </summary>
    [Range(0, 1e9)]
    public VirtualTime Quantum { get; init; }

    /// <summary>Bytes per second that leave an agent; none for no limit.</summary>
    [Range(1e-3, 1e18)]
    public double? SendRate { get; init; }

    /// <summary>Bytes per second that enter an agent; none for no limit.</summary>
    [Range(1e-3, 1e18)]
    public double? ReceiveRate { get; init; }

    /// <summary>
    /// How the messages at an agent at the same time share its rates; without it, one passes after the other.
    /// </summary>
    public Choice<BandwidthLaw>? Sharing { get; init; }

    /// <summary>
    /// How many messages may wait at a card that passes one after the other; what comes beyond is lost. None for no
    /// limit.
    /// </summary>
    [Range(0, 1 << 16)]
    public int? Buffer { get; init; }

    /// <summary>How a message that a fault loses is sent again; without it, it is lost for good.</summary>
    public Retransmission? Retransmit { get; init; }

    /// <inheritdoc/>
    public IEnumerable<string> Violations()
    {
        if (Sharing is not null && SendRate is null && ReceiveRate is null)
            yield return "sharing is of a rate, and there is none; give send-rate, receive-rate or both";
        if (Buffer is not null && SendRate is null && ReceiveRate is null)
            yield return "buffer is that of cards, and there are none; give send-rate, receive-rate or both";
        if (Buffer is not null && Sharing is not null)
            yield return "messages wait at cards that pass one after the other; give either buffer or sharing";
    }
}

/// <summary>The key <c>messages</c>.</summary>
public sealed record MessageOptions
{
    /// <summary>
    /// The codec that makes gradients and other changes smaller on the wire; models are sent as they are.
    /// </summary>
    public required Choice<Codec> Compress { get; init; }
}

/// <summary>
/// The key <c>compute</c>: a computation takes (per-task + per-step * steps + per-sample * samples) * speed * jitter
/// * slowdowns.
/// </summary>
public sealed record ComputeOptions
{
    /// <summary>Time per computation.</summary>
    [Range(0, 1e9)]
    public VirtualTime PerTask { get; init; }

    /// <summary>Time per step of local training; a gradient is one step.</summary>
    [Range(0, 1e9)]
    public VirtualTime PerStep { get; init; }

    /// <summary>Time per sample of its batch.</summary>
    [Range(0, 1e9)]
    public VirtualTime PerSample { get; init; }

    /// <summary>How much slower than that each worker or node is; without it, none is.</summary>
    public Choice<Speeds>? Speeds { get; init; }

    /// <summary>The law of a factor drawn for each computation; without it, 1.</summary>
    public Choice<Law>? Jitter { get; init; }

    /// <summary>What makes single computations slower; each is a factor of its own.</summary>
    public IReadOnlyList<Choice<Slowdown>> Slowdowns { get; init; } = [];

    /// <summary>How much slower each token is; without it, a token is as fast as the node it stands on.</summary>
    public Choice<Speeds>? TokenSpeeds { get; init; }
}

/// <summary>
/// An item of the key <c>service</c>: messages wait in line at each agent of the role, and are served one by one.
/// </summary>
public sealed record ServiceOptions
{
    /// <summary>The role's name, for instance <c>server</c>.</summary>
    public required string Role { get; init; }

    /// <summary>The time that handling a message takes, a law or a time.</summary>
    public required Choice<Law> Time { get; init; }

    /// <summary>
    /// How many messages may wait in line while another is served; what comes beyond is lost. Without it there is room
    /// for all.
    /// </summary>
    [Range(0, 1 << 30)]
    public int? Buffer { get; init; }
}

/// <summary>The key <c>initial</c>.</summary>
public sealed record InitialOptions
{
    /// <summary>The standard deviation of the coordinates, drawn from the initialization seed.</summary>
    [Range(0, 1e6)]
    public required double Scale { get; init; }
}

/// <summary>The key <c>seed</c>: one number, or one for each use of randomness.</summary>
/// <remarks>
/// Repetition k = 0, 1, ... of an arm has topology, initialization and run seeds <c>base + k</c>, and always the data
/// seed <c>base</c>: repetitions differ in what happens, not in what is to be learned. With <c>vary-data</c> the data
/// seed counts up, too. A data, topology or initialization seed that is given stays as it is in all repetitions; a run
/// seed that is given counts up.
/// </remarks>
public sealed record SeedOptions : ICheckedOptions
{
    /// <summary>The seed of everything that has no seed of its own.</summary>
    [Bare]
    public ulong Base { get; init; } = 1;

    /// <summary>The seed of synthetic data, splits and shards.</summary>
    public ulong? Data { get; init; }

    /// <summary>Whether each repetition draws synthetic data, splits and shards anew; excludes a data seed.</summary>
    public bool VaryData { get; init; }

    /// <summary>The seed of random graphs.</summary>
    public ulong? Topology { get; init; }

    /// <summary>The seed of the initial point.</summary>
    public ulong? Initialization { get; init; }

    /// <summary>The seed of everything that happens during the first repetition.</summary>
    public ulong? Run { get; init; }

    /// <summary>
    /// The same with other repetitions: the data, unless they vary, and what else was given but the run, stay.
    /// </summary>
    /// <param name="other">The base seed.</param>
    public SeedOptions From(ulong other) =>
        this with { Base = other, Data = VaryData ? null : Data ?? Base, Run = null };

    /// <inheritdoc/>
    public IEnumerable<string> Violations()
    {
        if (VaryData && Data is not null)
            yield return "with vary-data the data seed counts up from base: give one of data and vary-data";
    }

    /// <summary>The seeds of one repetition.</summary>
    /// <param name="repetition">Which, from 0.</param>
    public Seeds Of(int repetition)
    {
        var counted = Base + (ulong)repetition;
        return new Seeds(
            Data ?? (VaryData ? counted : Base), Topology ?? counted, Initialization ?? counted,
            (Run ?? Base) + (ulong)repetition);
    }
}

/// <summary>The key <c>stop</c>: the run ends with the first of these. At least one is needed.</summary>
public sealed record StopOptions : ICheckedOptions
{
    /// <summary>Virtual time.</summary>
    [Range(1e-9, 2e9)]
    public VirtualTime? Time { get; init; }

    /// <summary>Updates of the model, over all agents.</summary>
    [Range(1, long.MaxValue)]
    public long? Updates { get; init; }

    /// <summary>Stochastic gradients.</summary>
    [Range(1, long.MaxValue)]
    public long? Gradients { get; init; }

    /// <summary>Samples evaluated.</summary>
    [Range(1, long.MaxValue)]
    public long? Samples { get; init; }

    /// <summary>Messages sent.</summary>
    [Range(1, long.MaxValue)]
    public long? Messages { get; init; }

    /// <summary>Bytes sent.</summary>
    [Range(1, long.MaxValue)]
    public long? Bytes { get; init; }

    /// <summary>Seconds on the wall. Such an end differs from machine to machine.</summary>
    [Time, Range(1e-3, 1e9)]
    public double? WallTime { get; init; }

    /// <summary>A metric and the value to reach.</summary>
    public TargetOptions? Target { get; init; }

    /// <summary>A loss above this ends the run as diverged.</summary>
    [Range(1e-300, double.MaxValue)]
    public double DivergenceLoss { get; init; } = 1e12;

    /// <inheritdoc />
    public IEnumerable<string> Violations()
    {
        var ends = Time is not null || Updates is not null || Gradients is not null || Samples is not null
            || Messages is not null || Bytes is not null || WallTime is not null || Target is { Stop: true };
        if (!ends)
            yield return "nothing ends the run: expected at least one of time, updates, gradients, samples, messages, "
                + "bytes, wall-time, or a target with 'stop: true'";
    }

    /// <summary>The rules as a host takes them.</summary>
    /// <param name="isBetterAbove">Whether more of a metric is better.</param>
    public StopRules Rules(Func<string, bool> isBetterAbove) => new()
    {
        Time = Time,
        Updates = Updates,
        Gradients = Gradients,
        Samples = Samples,
        Messages = Messages,
        Bytes = Bytes,
        WallTime = WallTime,
        Target = Target is { } t
            ? new MetricTarget(t.Metric, t.Value, t.Above ?? isBetterAbove(t.Metric), t.Stop)
            : null,
        DivergenceLoss = DivergenceLoss,
    };
}

/// <summary>The key <c>stop.target</c>.</summary>
public sealed record TargetOptions
{
    /// <summary>The metric's name, for instance <c>gap</c>.</summary>
    public required string Metric { get; init; }

    /// <summary>The value to reach.</summary>
    public required double Value { get; init; }

    /// <summary>Whether it is reached from below; without it, where more of the metric is better.</summary>
    public bool? Above { get; init; }

    /// <summary>Whether the run ends there; otherwise only the time is reported.</summary>
    public bool Stop { get; init; }
}
