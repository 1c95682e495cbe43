using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;

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
/// recursion settles; and where nodes have Hessians of their own. Each of these is checked before the run, where it can
/// be; that the loss is a parabola cannot, and methods with whole gradients rest somewhat above the threshold.
/// </remarks>
/// <param name="options">How often.</param>
[Diagnostic("stability", Source = "linear stability of the recursion on a quadratic; cf. Wu et al., NeurIPS 2018")]
public sealed class StabilityThreshold(StabilityThreshold.Options options) : Diagnostic(options)
{
    /// <summary>Options of <see cref="StabilityThreshold"/>.</summary>
    public sealed record Options : MetricOptions;

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

    /// <inheritdoc/>
    public override IEnumerable<Condition> Conditions(RunPlan plan)
    {
        if (plan.Method is not ICurvatureLimited method)
            yield break;
        var (batch, isQuadratic) = (method.BatchSize, plan.Problem is Quadratic);
        yield return new("gradients are whole", plan.Problem switch
        {
            Quadratic { Noise: var noise } => noise == 0,
            { Sampler: null } => true,
            _ => batch == 0,
        }, plan.Problem switch
        {
            Quadratic { Noise: var noise } => $"noise: {noise:g4}",
            { Sampler: null } => "the problem has no samples",
            _ when batch == 0 => "batch-size: 0",
            _ => $"batch-size: {batch}; noise drives the method out of minima that are less sharp",
        });
        yield return !method.HasModelPerPlace ? new("all nodes have one Hessian", true, "there is one model")
            : isQuadratic ? new("all nodes have one Hessian", true, "a quadratic with one Hessian")
            : plan.Places == 1 ? new("all nodes have one Hessian", true, "there is one node")
            : new("all nodes have one Hessian", null, "each node has data of its own");
        yield return Step(method.Step, Horizon.UpdatesOfEach(plan, plan.Places, plan.Compute.Factors, batch));
        yield return new("the mixing matrix stays", plan.Mixing is null or { Period: 1 },
            plan.Mixing is null ? "there is one model" : $"period {plan.Mixing.Period}");
        yield return plan.Faults.Count == 0
            ? new("nothing is lost and nobody crashes", true, "no faults")
            : new("nothing is lost and nobody crashes", null, "faults stop nodes for a time or for good");
        yield return new("the loss is a parabola", isQuadratic ? true : null, isQuadratic
            ? "a quadratic" : "curvature changes along the way, and methods rest somewhat above the threshold");
    }

    // Curvature a tenth beyond the threshold grows a deviation by some 5 to 20 % an iteration: in a hundred, a
    // hundredfold and more. So a step that changes by less than a tenth meanwhile counts as one that stays.
    static Condition Step(StepSchedule step, long? iterations)
    {
        const long settled = 100;
        const double change = 0.1;
        const string text = "the step stays while the recursion settles";
        if (step is ConstantSchedule)
            return new(text, true, "it is constant");
        if (iterations is not { } all)
            return new(text, null, "how many iterations there will be is not known");
        var stride = Math.Max(1, all / 10_000);
        for (long n = 0; n < all; n += stride)
        {
            var (now, then) = (step.At(n), step.At(Math.Min(all, n + settled)));
            if (Math.Abs(then - now) > change * Math.Max(now, then))
                return new(text, false, $"{now:g4} at iteration {n} becomes {then:g4} within {settled}");
        }
        return new(text, true, $"by less than a tenth within {settled} iterations");
    }

    static double? Of(RunPlan plan, long updates) => (plan.Method as ICurvatureLimited)?.CurvatureLimit(
        new MethodContext(
            plan.Places, plan.Topology, plan.Mixing, plan.Problem.Smoothness, plan.Problem.StrongConvexity), updates);
}
