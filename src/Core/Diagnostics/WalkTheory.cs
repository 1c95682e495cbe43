using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Theory;

namespace AsyncOpt.Core.Diagnostics;

/// <summary>
/// For methods whose tokens walk: what theory predicts beside what is measured. predicted-squared-error is
/// E |theta_n - theta*|^2 of the estimate by the linearized recursion, to be read beside squared-error; sampling-error
/// is |x_n - mu|^2 of the measure x_n of a token's visits, the mean over the tokens, beside predicted-sampling-error.
/// </summary>
/// <remarks>
/// <para>
/// The recursion starts at the run's initial point and at x_0 = mu; n is the mean number of updates of a token. It
/// is linear in theta and x. For sa-srrw and hdt on a graph of up to 640 nodes the second order in x is added: a bias
/// of the order of the measure's step (n^-a, none for a = 1) that averaging tokens does not reduce; and for all
/// reversible walks that of gradients' weights, of the order of beta. Left out are higher orders, losses that are
/// no parabola, curvatures that differ between nodes, and the bias of nbrw, of mhda, of larger graphs and
/// with momentum, where with many tokens the error may be larger than predicted; that of hdt is right to leading order
/// only. See WalkRecursion, WalkBias and WalkCovariance for the formulas.
/// </para>
/// <para>
/// prediction-conditions is the largest of these, each over its limit; where it is above 1, do not trust the
/// predictions; asyncopt validate tells what is known of them before the run. (1) alpha times the root mean square
/// over the nodes of x / mu - 1, as measured: at most 1/2, which takes many visits per node, or within the memory of
/// n^a visits; times the root of the number of tokens where a bias is left out. (2) What the noise adds because it is
/// not white, to the predicted variance: at most 1/4; it is large after few updates, and for walks that are nearly
/// periodic. (3) What the varying weights of gradients add to start and variance: at most 1/4, which takes small
/// steps.
/// </para>
/// <para>
/// predicted-squared-error needs a problem whose Hessian and optimum are known, at most 512 parameters, gradients
/// over all samples of a node without noise, and for nbrw and mhda at most 640 directed links. sampling-error needs
/// tokens that keep a measure of their visits: sa-srrw and hdt do, others with visits: true; it contains the visit
/// whose gradient is being computed. predicted-sampling-error needs beside that at most 10,000 nodes, and beyond 640
/// it is estimated, to some 10 %. What a run lacks is left out.
/// </para>
/// </remarks>
/// <param name="options">How often.</param>
[Diagnostic("walk-theory", Source = "linearized recursion; limits of arXiv 2401.09665 and arXiv 2305.05097")]
public sealed class WalkTheory(WalkTheory.Options options) : Diagnostic(options)
{
    /// <summary>What the linearized recursion says of squared-error.</summary>
    public const string PredictedSquaredError = "predicted-squared-error";

    /// <summary>|x_n - mu|^2, the mean over the tokens.</summary>
    public const string SamplingError = "sampling-error";

    /// <summary>What the linearized recursion says of sampling-error.</summary>
    public const string PredictedSamplingError = "predicted-sampling-error";

    WalkPrediction? _prediction;

    /// <summary>Options of <see cref="WalkTheory"/>.</summary>
    public sealed record Options : MetricOptions;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics(RunPlan plan)
    {
        if (plan is not { Method: IWalkMethod { Settings: var settings }, Topology: not null })
            return [];
        var metrics = new List<string>();
        if (WalkPrediction.HasIterate(plan, settings))
            metrics.Add(PredictedSquaredError);
        if (settings.MeasureExponent is not null)
            metrics.Add(SamplingError);
        if (WalkPrediction.HasMeasure(plan, settings))
            metrics.Add(PredictedSamplingError);
        if (metrics.Any(name => name is PredictedSquaredError or PredictedSamplingError))
            metrics.Add(MetricNames.PredictionConditions);
        return metrics;
    }

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) => Scale.Log;

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(RunPlan plan, Layout layout)
    {
        if (plan.Method is not IWalkMethod)
        {
            yield return "diagnostic 'walk-theory' is for methods whose tokens walk, such as mhrw and sa-srrw; "
                + "remove it, or set 'diagnostics: []' in the arm";
        }
        else if (Metrics(plan).Count == 0)
        {
            yield return "diagnostic 'walk-theory' has nothing to say of this run: it needs a problem with a known "
                + "Hessian and optimum, gradients of all samples (batch-size: 0) without noise, or tokens with "
                + "visits: true";
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Condition> Conditions(RunPlan plan) =>
        plan is { Method: IWalkMethod { Settings: var settings }, Topology: not null }
            ? WalkConditions.Of(plan, settings)
            : [];

    /// <inheritdoc/>
    public override void Evaluate(DiagnosticCut cut, Action<string, double> metric)
    {
        var settings = ((IWalkMethod)cut.Plan.Method).Settings;
        var updates = cut.Updates / settings.Options.Tokens;
        if (_prediction is null || _prediction.Updates > updates)
            _prediction = new WalkPrediction(cut.Plan, settings);
        _prediction.AdvanceTo(updates);
        var (error, deviation) = settings.MeasureExponent is null ? (0, 0) : Sampled(cut, settings);
        foreach (var name in Metrics(cut.Plan))
        {
            metric(name, name switch
            {
                PredictedSquaredError => _prediction.SquaredError,
                PredictedSamplingError => _prediction.SamplingError,
                MetricNames.PredictionConditions => _prediction.Conditions(deviation),
                _ => error,
            });
        }
    }

    // |x - mu|^2, and the root mean square of x / mu - 1.
    static (double Error, double Deviation) Sampled(DiagnosticCut cut, TokenSettings settings)
    {
        var mu = settings.Walker.Base.Mu(cut.Plan.Topology!);
        var (error, relative) = (0.0, 0.0);
        for (var token = 0; token < settings.Options.Tokens; token++)
        {
            // The table holds x up to a common factor.
            var visits = cut.Numbers(TokenProgram.Role, TokenProgram.VisitsTable, token);
            var total = 0.0;
            foreach (var value in visits)
                total += value;
            // Before a token's first event the table is empty, and x_0 uniform.
            for (var node = 0; node < mu.Length; node++)
            {
                var x = total > 0 ? visits[node] / total : 1.0 / mu.Length;
                var square = (x - mu[node]) * (x - mu[node]);
                error += square;
                relative += square / (mu[node] * mu[node]);
            }
        }
        var tokens = settings.Options.Tokens;
        return (error / tokens, Math.Sqrt(relative / tokens / mu.Length));
    }
}
