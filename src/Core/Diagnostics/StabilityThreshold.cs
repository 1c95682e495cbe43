using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Diagnostics;

/// <summary>
/// The curvature beyond which the method cannot stay in a minimum, at the step size of the moment; beside
/// <c>sharpness</c> it tells whether flatness may come from instability. <c>(1 + lambda_min(W)) / eta</c> for d-sgd
/// awc, <c>2 / eta</c> for its other variants and for minibatch-sgd; with momentum as its recursion says.
/// </summary>
/// <remarks>
/// It is that of the linear recursion about a minimum, with whole gradients and one Hessian for all nodes, at the step
/// of the moment. Beyond it no minimum of that curvature is stable. Below it one may be left all the same: with
/// batches, as noise drives methods out of minima that are less sharp; while the step changes faster than the
/// recursion settles; and where nodes have Hessians of their own.
/// </remarks>
/// <param name="options">How often.</param>
[Diagnostic("stability", Source = "linear stability of the recursion on a quadratic; cf. Wu et al., NeurIPS 2018")]
public sealed class StabilityThreshold(StabilityThreshold.Options options) : Diagnostic(options)
{
    /// <summary>Options of <see cref="StabilityThreshold"/>.</summary>
    public sealed record Options : DiagnosticOptions;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics(RunPlan plan) => ["stability-threshold"];

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) => Scale.Log;

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(RunPlan plan, Layout layout)
    {
        if (Of(plan, 0) is null)
            yield return "diagnostic 'stability' knows d-sgd on a static graph and minibatch-sgd, with the optimizers "
                + "sgd, momentum and nesterov, up to 200 nodes where W has no closed form; remove it, "
                + "or set 'diagnostics' in the arm";
    }

    /// <inheritdoc/>
    public override void Evaluate(DiagnosticCut cut, Action<string, double> metric) =>
        metric("stability-threshold", Of(cut.Plan, cut.Updates) ?? double.NaN);

    static double? Of(RunPlan plan, long updates) => (plan.Method as ICurvatureLimited)?.CurvatureLimit(
        new MethodContext(
            plan.Places, plan.Topology, plan.Mixing, plan.Problem.Smoothness, plan.Problem.StrongConvexity), updates);
}
