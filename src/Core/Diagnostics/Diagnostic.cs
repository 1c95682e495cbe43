using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Diagnostics;

/// <summary>Names a diagnostic in experiment files.</summary>
/// <param name="name">The name, for instance <c>weight-diversity</c>.</param>
public sealed class DiagnosticAttribute(string name) : EntryAttribute(name);

/// <summary>Options of all diagnostics.</summary>
public record DiagnosticOptions
{
    /// <summary>
    /// It is evaluated at every so many sampling instants, from the first one on, and at the last one where a budget
    /// ends the run.
    /// </summary>
    [Range(1, 1_000_000)]
    public int Every { get; init; } = 1;
}

/// <summary>
/// Computes metrics of its own at sampling instants, from a consistent cut of all agents: on nobody's clock, in
/// float64. The run and its hash do not depend on it.
/// </summary>
/// <remarks>
/// It is a function of the cut and of the draws that the cut hands out: it remembers nothing between instants but what
/// it could compute again, because a run may be resumed in the middle.
/// </remarks>
/// <param name="options">How often it is evaluated.</param>
[EntryKind("diagnostics")]
public abstract class Diagnostic(DiagnosticOptions options)
{
    /// <summary>Its name in experiment files.</summary>
    public string Name => EntryAttribute.NameOf(this);

    /// <summary>It is evaluated at every so many sampling instants.</summary>
    public int Every => options.Every;

    /// <summary>The names of the metrics it gives in this run, in order: targets and sweeps know them.</summary>
    /// <param name="plan">The run.</param>
    public abstract IReadOnlyList<string> Metrics(RunPlan plan);

    /// <summary>
    /// The scale of one of its metrics; linear unless a diagnostic knows that it is never negative, or a share.
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

    /// <summary>
    /// What its predictions rest on, as far as that is known before the run: met, not met, or not checked and why. A
    /// diagnostic that only measures has none.
    /// </summary>
    /// <param name="plan">The run; its optimum may not be found yet.</param>
    public virtual IEnumerable<Condition> Conditions(RunPlan plan) => [];

    /// <summary>Computes the metrics at one instant.</summary>
    /// <param name="cut">What all agents hold at that instant.</param>
    /// <param name="metric">Takes each name of <see cref="Metrics"/> with its value.</param>
    public abstract void Evaluate(DiagnosticCut cut, Action<string, double> metric);
}
