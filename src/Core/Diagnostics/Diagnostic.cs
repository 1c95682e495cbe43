using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Diagnostics;

/// <summary>Names a diagnostic in experiment files.</summary>
/// <param name="name">The name, for instance <c>weight-diversity</c>.</param>
public sealed class DiagnosticAttribute(string name) : EntryAttribute(name);

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
public abstract class Diagnostic(MetricOptions options) : MetricSource(options)
{
    /// <summary>
    /// What its predictions rest on, as far as that is known before the run: met, not met, or not checked and why. A
    /// diagnostic that only measures has none.
    /// </summary>
    /// <param name="plan">The run; its optimum may not be found yet.</param>
    public virtual IEnumerable<Condition> Conditions(RunPlan plan) => [];

    /// <summary>Computes the metrics at one instant.</summary>
    /// <param name="cut">What all agents hold at that instant.</param>
    /// <param name="metric">Takes each name of <see cref="MetricSource.Metrics"/> with its value.</param>
    public abstract void Evaluate(DiagnosticCut cut, Action<string, double> metric);
}
