using System.Globalization;
using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Theory;

/// <summary>What <see cref="WalkPrediction"/> rests on, as far as it is known before the run.</summary>
/// <remarks>
/// The visits are to deviate as the limit of their covariance says: for x / mu by
/// gamma_n sum_i s_i |f_i|^2 / (2 r_i + 2 - [a = 1]), n the updates of a token until the run's end.
/// </remarks>
static class WalkConditions
{
    /// <summary>The conditions; none where nothing is predicted.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="settings">Its walk.</param>
    public static IEnumerable<Condition> Of(RunPlan plan, TokenSettings settings)
    {
        var hasIterate = WalkPrediction.HasIterate(plan, settings);
        if (!hasIterate && !WalkPrediction.HasMeasure(plan, settings))
            yield break;
        var noise = WalkPrediction.NoiseOf(settings.Walker, plan.Topology!);
        if (settings.Walker is ILinkChain)
        {
            yield return new("the walk is one chain on the links", noise is not null, noise is null
                ? "it falls apart, as on a ring, where it goes round one way for ever"
                : "its stationary distribution is known");
        }
        if (noise is null)
            yield break;
        var mu = settings.Walker.Base.Mu(plan.Topology!);
        var updates = Horizon.UpdatesOfEach(
            plan, settings.Options.Tokens, plan.Compute.TokenFactors ?? plan.Compute.Factors,
            settings.Options.BatchSize);
        foreach (var condition in OfVisits(settings, noise, mu, updates))
            yield return condition;
        if (!hasIterate)
            yield break;
        yield return OfWeights(plan, settings, mu, updates);
        yield return Bias(settings, noise);
        var isQuadratic = plan.Problem is Quadratic;
        yield return new("the loss is a parabola", isQuadratic ? true : null,
            isQuadratic ? "a quadratic" : "only its Hessian at the optimum is used");
        yield return new("all nodes have one Hessian", isQuadratic ? true : null,
            isQuadratic ? "a quadratic with one Hessian" : "each node has data of its own; what it adds is left out");
    }

    static IEnumerable<Condition> OfVisits(TokenSettings settings, WalkNoise noise, double[] mu, long? updates)
    {
        const string visits = "each node has been visited often, for this alpha", white = "the noise counts as white";
        var (walker, a) = (settings.Walker, settings.MeasureExponent ?? 1);
        var hasRepellence = walker.Interaction != WalkInteraction.None;
        if (updates is not { } n)
        {
            if (hasRepellence)
                yield return new(visits, null, "how many updates there will be is not known");
            yield return new(white, null, "how many updates there will be is not known");
            yield break;
        }
        // Before the first update there is nothing to be good or bad.
        n = Math.Max(1, n);
        var (alpha, gamma) = (hasRepellence ? walker.Alpha.At(n - 1) : 0, 1 / ExactMath.Pow(n + 1, a));
        var spectrum = noise.TraceOf([.. mu.Select(m => 1 / m)]);
        if (hasRepellence)
        {
            var deviation = spectrum is null ? double.NaN : Math.Sqrt(gamma * Limit(spectrum) / mu.Length);
            var isSure = HasBias(settings, noise) && WalkPrediction.IsBiasSure(walker.Interaction);
            var tokens = isSure ? 1 : WalkPrediction.TokensThatCount(settings.Options.Tokens, a);
            var value = alpha * deviation * Math.Sqrt(tokens);
            yield return spectrum is null
                ? new(visits, null, $"{mu.Length} nodes are too many")
                : new(visits, value <= WalkPrediction.DeviationMax, string.Create(CultureInfo.InvariantCulture,
                    $"{(double)n / mu.Length:g3} visits a node, of which the measure remembers {Memory():g3}: alpha "
                    + $"times their relative deviation will be {value:g3}, at most {WalkPrediction.DeviationMax}"));
        }
        if (spectrum is null)
            yield return new(white, null, $"{mu.Length} nodes are too many");
        else
        {
            var share = gamma * spectrum.End / Limit(spectrum);
            yield return new(white, share <= WalkPrediction.EndMax, string.Create(CultureInfo.InvariantCulture,
                $"what is not adds a share of {share:g3} to the variance of visits, at most {WalkPrediction.EndMax}"));
        }

        double Limit(NoiseSpectrum of) => of.Power.Select((power, i) => power / ((2 * WalkCovariance.RepellenceOf(
            walker.Interaction, alpha, of.Eigenvalues[i])) + 2 - (a == 1 ? 1 : 0))).Sum();
        double Memory() => Math.Min(n, 1 / gamma) / mu.Length;
    }

    static Condition OfWeights(RunPlan plan, TokenSettings settings, double[] mu, long? updates)
    {
        const string text = "weights of gradients change a step little";
        var variance = WalkPrediction.WeightVarianceOf(settings, mu);
        if (variance < 1e-12)
            return new(text, true, "all weigh the same");
        if (updates is not { } n || plan.Problem.Smoothness is not { } smoothness)
            return new(text, null, "how many updates there will be, or how large curvature is, is not known");
        var share = settings.Step.At(Math.Max(0, n - 1)) * smoothness * variance / 2;
        return new(text, share <= WalkPrediction.WeightsMax, string.Create(CultureInfo.InvariantCulture,
            $"at the last step they add a share of {share:g3} to the variance, at most {WalkPrediction.WeightsMax}"));
    }

    static Condition Bias(TokenSettings settings, WalkNoise noise)
    {
        const string text = "the error that averaging tokens does not reduce (the bias) is part of the prediction";
        return settings.Walker is IndependentDraws ? new(text, true, "independent draws have none")
            : !HasBias(settings, noise) ? new(text, null, "it is left out " + (settings.Walker is ILinkChain
                ? "for walks that remember the node they left"
                : noise.Covariance is null ? $"for more than {WalkNoise.DenseMax} nodes"
                : "with momentum") + ": with many tokens the error may be larger than predicted")
            : WalkPrediction.IsBiasSure(settings.Walker.Interaction) ? new(text, true, "to second order")
            : new(text, null, "to leading order; with some 50 visits a node it is up to twice as large as measured");
    }

    static bool HasBias(TokenSettings settings, WalkNoise noise) =>
        noise.Covariance is not null && settings.Options.Update != WalkUpdate.HeavyBall;
}
