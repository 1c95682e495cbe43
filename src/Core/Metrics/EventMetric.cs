using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Metrics;

/// <summary>Names a metric of events in experiment files.</summary>
/// <param name="name">The name, for instance <c>staleness</c>.</param>
public sealed class EventMetricAttribute(string name) : EntryAttribute(name);

/// <summary>The kinds of events that a metric may read.</summary>
[Flags]
public enum EventKinds
{
    /// <summary>Updates of the model, with their staleness and age.</summary>
    Updates = 1,

    /// <summary>Messages as they are sent, a token's moves among them.</summary>
    Sent = 2,

    /// <summary>Messages that are lost, a token's moves among them.</summary>
    Lost = 4,

    /// <summary>Computations as they complete.</summary>
    Computed = 8,
}

/// <summary>
/// A metric of what happens during a run: it reads events as they happen, adds to whole numbers of its own, and makes
/// metrics of these sums at sampling instants.
/// </summary>
/// <remarks>
/// <para>
/// Each part of a host, which is a partition or a silo, has sums of its own, and the sums of all parts are added: whole
/// numbers, so that the result does not depend on the number of parts or on the order in which they act. For a quantile
/// or a maximum, count by value. Sums are kept in checkpoints.
/// </para>
/// <para>
/// A metric remembers nothing of what it read but the sums: several threads hand it events at once, each with the sums
/// of its part.
/// </para>
/// </remarks>
/// <param name="options">How often it is evaluated.</param>
[EntryKind("metrics")]
public abstract class EventMetric(MetricOptions options) : MetricSource(options)
{
    /// <summary>What it reads; it is told of nothing else.</summary>
    public abstract EventKinds Reads { get; }

    /// <summary>How many sums it has in this run, at least 1, each from 0.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="layout">The method's roles.</param>
    public abstract int SumsOf(RunPlan plan, Layout layout);

    /// <summary>The model was updated.</summary>
    /// <param name="e">The update.</param>
    /// <param name="sums">As many as <see cref="SumsOf"/> says.</param>
    public virtual void OnUpdate(in UpdateEvent e, Span<Int128> sums)
    {
    }

    /// <summary>A message was sent.</summary>
    /// <param name="e">The message.</param>
    /// <param name="sums">As many as <see cref="SumsOf"/> says.</param>
    public virtual void OnSent(in SentEvent e, Span<Int128> sums)
    {
    }

    /// <summary>A message was lost.</summary>
    /// <param name="e">The message.</param>
    /// <param name="sums">As many as <see cref="SumsOf"/> says.</param>
    public virtual void OnLost(in LostEvent e, Span<Int128> sums)
    {
    }

    /// <summary>A computation completed.</summary>
    /// <param name="e">The computation.</param>
    /// <param name="sums">As many as <see cref="SumsOf"/> says.</param>
    public virtual void OnComputed(in ComputedEvent e, Span<Int128> sums)
    {
    }

    /// <summary>Makes the metrics at one instant.</summary>
    /// <param name="sums">What was summed up, over all parts of the host.</param>
    /// <param name="metric">
    /// Takes names of <see cref="MetricSource.Metrics"/>, each with its value; one that has no value now is left out.
    /// </param>
    public abstract void Evaluate(in EventSums sums, Action<string, double> metric);
}

/// <summary>An update of the model.</summary>
/// <param name="Now">Virtual time, in ns.</param>
/// <param name="By">The agent that made it.</param>
/// <param name="Of">The agent whose contribution it was.</param>
/// <param name="Role">The contributing agent's role.</param>
/// <param name="Staleness">As the method declares it; never negative.</param>
/// <param name="Origin">What it rests on, with age, compute time, wire time and time in queues.</param>
public readonly record struct UpdateEvent(
    long Now, int By, int Of, RoleLayout Role, long Staleness, Origin Origin);

/// <summary>A message as it is sent, or a token that moves.</summary>
/// <param name="Now">Virtual time, in ns.</param>
/// <param name="Sender">The sender, or the token.</param>
/// <param name="Receiver">The receiver, or the token.</param>
/// <param name="Role">The sender's role.</param>
/// <param name="Kind">The message's kind; null for a move.</param>
/// <param name="Bytes">Bytes on the wire.</param>
public readonly record struct SentEvent(
    long Now, int Sender, int Receiver, RoleLayout Role, MessageKind? Kind, long Bytes);

/// <summary>A message that is lost, or a token's move that fails.</summary>
/// <param name="Now">When that is known to the host, in ns of virtual time.</param>
/// <param name="Sender">The sender, or the token.</param>
/// <param name="Receiver">The receiver, or the token.</param>
/// <param name="Role">The sender's role.</param>
public readonly record struct LostEvent(long Now, int Sender, int Receiver, RoleLayout Role);

/// <summary>A computation that completes.</summary>
/// <param name="Now">Virtual time, in ns.</param>
/// <param name="Agent">Whose it is.</param>
/// <param name="Role">That agent's role.</param>
/// <param name="Oracle">What was computed.</param>
/// <param name="Requested">When it was requested, in ns of virtual time.</param>
/// <param name="Samples">Samples evaluated, over all steps.</param>
/// <param name="Steps">Steps of local training; 1 for anything else.</param>
public readonly record struct ComputedEvent(
    long Now, int Agent, RoleLayout Role, Oracle Oracle, long Requested, long Samples, long Steps);

/// <summary>The sums of a metric at one sampling instant.</summary>
/// <param name="total">Since the start of the run.</param>
/// <param name="recent">Since the instant at which the metric was evaluated last.</param>
public readonly ref struct EventSums(ReadOnlySpan<Int128> total, ReadOnlySpan<Int128> recent)
{
    /// <summary>Since the start of the run.</summary>
    public ReadOnlySpan<Int128> Total { get; } = total;

    /// <summary>Since the instant at which the metric was evaluated last.</summary>
    public ReadOnlySpan<Int128> Recent { get; } = recent;

    /// <summary>The run.</summary>
    public required RunPlan Plan { get; init; }

    /// <summary>The method's roles.</summary>
    public required Layout Layout { get; init; }

    /// <summary>Virtual time, in seconds.</summary>
    public required double Time { get; init; }
}
