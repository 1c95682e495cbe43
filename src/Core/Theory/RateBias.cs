using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Theory;

/// <summary>
/// Where plain asynchronous SGD goes when workers differ in data and in speed: to the zero of
/// <c>sum_i r_i grad f_i(x)</c>, r_i the share of worker i's answers, and not to that of the mean gradient. For
/// quadratics of one Hessian that is the mean of the targets weighted by r_i.
/// </summary>
/// <param name="SquaredError">|x - x*|^2 there.</param>
/// <param name="Gap">F(x) - F* there.</param>
public sealed record RateBias(double SquaredError, double Gap)
{
    /// <summary>The bias of a run, in the limit of small steps and long runs.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="theory">How often its workers answer.</param>
    /// <returns>Null where it is not known, or workers have one target.</returns>
    public static RateBias? Of(RunPlan plan, StalenessTheory theory)
    {
        if (plan.Method is not AsyncSgd { HasPlainSteps: true }
            || plan.Problem is not Quadratic { HasOneTarget: false, Optimum: { } optimum } problem)
            return null;
        var (error, gap) = (new PairwiseSum(), new PairwiseSum());
        for (var k = 0; k < problem.Parameters; k++)
        {
            var limit = 0.0;
            for (var worker = 0; worker < theory.Workers; worker++)
                limit += theory.ShareOf(worker) * problem.Target(worker)[k];
            var square = (limit - optimum.Point[k]) * (limit - optimum.Point[k]);
            error.Add(square);
            gap.Add(problem.Curvature[k] * square / 2);
        }
        return new(error.Total, gap.Total);
    }
}
