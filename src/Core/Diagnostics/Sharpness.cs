using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Theory;

namespace AsyncOpt.Core.Diagnostics;

/// <summary>
/// The curvature of the objective at the estimate: the largest eigenvalue of the Hessian, by Lanczos, and on request
/// its trace, by Hutchinson's estimator.
/// </summary>
/// <remarks>
/// <para>
/// <c>sharpness-error</c> is the residual |H v - lambda v| of the unit vector found: an eigenvalue is that close.
/// <c>hessian-trace</c> is the mean of z.Hz over drawn z of +1 and -1, <c>hessian-trace-error</c> its standard error.
/// </para>
/// <para>
/// Each product with the Hessian costs about two gradients of F over the samples that the problem evaluates metrics on.
/// The curvature of a loss says how flat it is in these coordinates: it changes where parameters are rescaled, as
/// those of a net with ReLU units can be without changing its predictions.
/// </para>
/// </remarks>
/// <param name="options">Costs.</param>
[Diagnostic("sharpness", Source = "Lanczos, 1950; Hutchinson, Commun. Stat. Simul. Comput. 19 (1990) 433")]
public sealed class Sharpness(Sharpness.Options options) : Diagnostic(options)
{
    const long BasisMax = 1L << 28; // numbers, 2 GiB

    /// <summary>Options of <see cref="Sharpness"/>.</summary>
    public sealed record Options : MetricOptions
    {
        /// <summary>The most products with the Hessian for the eigenvalue.</summary>
        [Range(1, 1000)]
        public int Products { get; init; } = 30;

        /// <summary>The relative residual at which it stops before that.</summary>
        [Range(0, 1.0)]
        public double Tolerance { get; init; } = 1e-2;

        /// <summary>Drawn vectors for the trace; 0 for no trace.</summary>
        [Range(0, 100_000)]
        public int TraceDraws { get; init; }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics(RunPlan plan) => options.TraceDraws > 0
        ? ["sharpness", "sharpness-error", "hessian-trace", "hessian-trace-error"]
        : ["sharpness", "sharpness-error"];

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) =>
        metric is "sharpness-error" or "hessian-trace-error" ? Scale.Log : Scale.Linear;

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(RunPlan plan, Layout layout)
    {
        if (options.TraceDraws == 1)
            yield return "diagnostic 'sharpness': one draw has no standard error; set 'trace-draws' to 0, or 2 or more";
        if (plan.Problem.Parameters * (long)options.Products > BasisMax)
            yield return $"diagnostic 'sharpness' keeps {options.Products} vectors of {plan.Problem.Parameters} "
                + $"parameters, more than {BasisMax} numbers; set 'products' to less";
    }

    /// <inheritdoc/>
    public override void Evaluate(DiagnosticCut cut, Action<string, double> metric)
    {
        var (problem, x) = (cut.Plan.Problem, cut.Estimate.ToArray());
        var draws = cut.Draws();
        var start = new double[x.Length];
        for (var i = 0; i < start.Length; i++)
            start[i] = draws.Normal();
        var lanczos = new HessianLanczos(
            (v, product) => problem.HessianVector(x, v, product), start, options.Products, options.Tolerance);
        metric("sharpness", lanczos.Largest);
        metric("sharpness-error", lanczos.Residual);
        if (options.TraceDraws == 0)
            return;
        var signs = cut.Draws(1);
        var (trace, error) = Trace(problem, x, ref signs);
        metric("hessian-trace", trace);
        metric("hessian-trace-error", error);
    }

    (double Mean, double Error) Trace(Problems.Problem problem, double[] x, ref DrawSequence signs)
    {
        double[] z = new double[x.Length], product = new double[x.Length], values = new double[options.TraceDraws];
        for (var k = 0; k < values.Length; k++)
        {
            for (var i = 0; i < z.Length; i++)
                z[i] = (signs.Next() & 1) == 0 ? 1 : -1;
            problem.HessianVector(x, z, product);
            values[k] = WeightCloud.Dot(z, product);
        }
        var mean = values.Average();
        var variance = values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
        return (mean, Math.Sqrt(variance / values.Length));
    }
}
