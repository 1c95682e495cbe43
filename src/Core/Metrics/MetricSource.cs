using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Metrics;

/// <summary>Options of everything that gives metrics beside the standard ones.</summary>
public record MetricOptions
{
    /// <summary>
    /// It is evaluated at every so many sampling instants, from the first one on, and at the last one where a budget
    /// ends the run.
    /// </summary>
    [Range(1, 1_000_000)]
    public int Every { get; init; } = 1;
}

/// <summary>
/// Gives metrics of its own at sampling instants: on nobody's clock, in float64. The run and its hash do not depend on
/// it.
/// </summary>
/// <param name="options">How often it is evaluated.</param>
public abstract class MetricSource(MetricOptions options)
{
    /// <summary>Its name in experiment files.</summary>
    public string Name => EntryAttribute.NameOf(this);

    /// <summary>It is evaluated at every so many sampling instants.</summary>
    public int Every => options.Every;

    /// <summary>The names of the metrics it gives in this run, in order: targets and sweeps know them.</summary>
    /// <param name="plan">The run.</param>
    public abstract IReadOnlyList<string> Metrics(RunPlan plan);

    /// <summary>
    /// The scale of one of its metrics; linear unless it is known never to be negative, or to be a share.
    /// </summary>
    /// <param name="metric">The metric's name.</param>
    public virtual Scale ScaleOf(string metric) => Scale.Linear;

    /// <summary>Whether more is better of one of its metrics; of most, less is.</summary>
    /// <param name="metric">The metric's name.</param>
    public virtual bool IsBetterAbove(string metric) => false;

    /// <summary>What makes it impossible in this run: one sentence each, with a remedy.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="layout">The method's roles, vectors and tables.</param>
    public virtual IEnumerable<string> Errors(RunPlan plan, Layout layout) => [];

    /// <summary>Whether it is evaluated at a sampling instant.</summary>
    /// <param name="instant">The number of the instant: 0 at the start of the run.</param>
    /// <param name="isLast">Whether the run ends there.</param>
    public bool IsDue(long instant, bool isLast) => isLast || instant % Every == 0;
}
