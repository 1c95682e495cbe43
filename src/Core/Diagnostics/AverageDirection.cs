using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Diagnostics;

/// <summary>
/// How far the mean gradient of agents that each hold a model is the gradient of average-direction SAM at their mean:
/// <c>(1/m) sum_j grad F(w_j)</c> beside <c>E grad F(w_a + eps)</c> with eps normal of covariance Xi, the
/// weight-diversity matrix; the two agree to second order in w_j - w_a.
/// </summary>
/// <remarks>
/// <para>
/// <c>average-direction-sharpness</c> is E F(w_a + eps) - F(w_a); to second order it is (1/2) tr(H Xi).
/// <c>average-direction-shift</c> is |mean gradient - grad F(w_a)|, the effect of the agents' spread, and
/// <c>average-direction-residual</c> is |mean gradient - E grad F(w_a + eps)|, what AD-SAM leaves unexplained of it;
/// <c>average-direction-unexplained</c> their ratio, the residual over the shift, and 0 where there is no shift at all;
/// <c>average-direction-relative</c> the residual over |mean gradient|; <c>average-direction-cosine</c> the cosine
/// between mean gradient and AD-SAM gradient; <c>average-direction-third-moment</c> is (1/m) sum_j |w_j - w_a|^3, the
/// scale of the residual in theory.
/// </para>
/// <para>
/// eps = sum_j z_j (w_j - w_a) / sqrt(m) with z normal in m dimensions. The mean over z is taken by the stochastic
/// spherical-radial rule of degree 3: 2m points +-r Q e_j with a random rotation Q and a random radius r, and the point
/// 0. It is unbiased, and without error in moments up to the third, so that it can tell a residual of third order;
/// with two rotations or more, <c>average-direction-error</c> is the standard error of the AD-SAM gradient (the root of
/// the summed variances). A rotation costs 2m gradients of F, beside the m of the agents.
/// </para>
/// <para>
/// The mean gradient is that of F at the agents' points. It is the direction in which their mean moves only where all
/// of them sample the same distribution, in batches of one size; both are checked before the run, where they can be.
/// </para>
/// </remarks>
/// <param name="options">Costs.</param>
[Diagnostic("average-direction", Source = "Zhu et al., arXiv 2306.02913; the rule: Genz and Monahan, "
    + "SIAM J. Sci. Comput. 19 (1998) 426")]
public sealed class AverageDirection(AverageDirection.Options options) : Diagnostic(options)
{
    const int AgentsMax = 512;

    /// <summary>Options of <see cref="AverageDirection"/>.</summary>
    public sealed record Options : MetricOptions
    {
        /// <summary>Random rotations, each with 2m gradients.</summary>
        [Range(1, 10_000)]
        public int Rotations { get; init; } = 2;
    }

    const string Prefix = "average-direction-";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics(RunPlan plan)
    {
        string[] names =
            ["sharpness", "shift", "residual", "unexplained", "relative", "cosine", "third-moment"];
        return [.. names.Concat(options.Rotations > 1 ? ["error"] : Array.Empty<string>()).Select(n => Prefix + n)];
    }

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) =>
        metric is Prefix + "sharpness" or Prefix + "cosine" ? Scale.Linear : Scale.Log;

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(RunPlan plan, Layout layout)
    {
        if (WeightCloud.Missing("average-direction", layout) is { } missing)
            yield return missing;
        if (plan.Places > AgentsMax)
            yield return $"diagnostic 'average-direction' takes 2 gradients of F per agent and rotation, for at most "
                + $"{AgentsMax} agents, and there are {plan.Places}; remove it";
    }

    /// <inheritdoc/>
    public override IEnumerable<Condition> Conditions(RunPlan plan)
    {
        var (isAlike, why) = plan switch
        {
            { Places: 1 } => (true, "there is one node"),
            { Problem: Quadratic { HasOneTarget: true } } => (true, "one target serves all nodes"),
            { Problem: Quadratic } => (false, "each node has a target of its own"),
            { Problem: SampleProblem { Sharding: { IsAlike: var alike } sharding } } =>
                (alike, $"sharding: {sharding.Name}"),
            _ => ((bool?)null, "nothing is known of the nodes' data"),
        };
        yield return new("nodes sample the same distribution", isAlike, why);
        yield return Batches(plan);
    }

    static Condition Batches(RunPlan plan)
    {
        const string text = "nodes take batches of one size";
        return plan switch
        {
            { Problem.Sampler: null } => new(text, true, "the problem has no samples"),
            { Method: ICurvatureLimited { BatchSize: > 0 and var size } } => new(text, true, $"batch-size: {size}"),
            { Method: ICurvatureLimited, Problem: SampleProblem { Shards: var shards } } => new(
                text, Enumerable.Range(1, shards.Places - 1).All(p => shards.Size(p) == shards.Size(0)),
                "batch-size: 0, which takes all samples of the node"),
            _ => new(text, null, "the method does not tell its batch size"),
        };
    }

    /// <inheritdoc/>
    public override void Evaluate(DiagnosticCut cut, Action<string, double> metric)
    {
        var problem = cut.Plan.Problem;
        var cloud = new WeightCloud(cut);
        var deviations = cloud.Deviations();
        int m = deviations.Length, d = cloud.Mean.Length;
        double[] centre = cloud.Mean.ToArray(), atCentre = new double[d], worker = new double[d], g = new double[d];
        var loss = problem.Objective(centre, atCentre);
        var (point, third) = (new double[d], 0.0);
        foreach (var deviation in deviations)
        {
            var square = WeightCloud.Dot(deviation, deviation);
            third += square * Math.Sqrt(square) / m;
            centre.CopyTo(point, 0);
            Add(1, deviation, point);
            problem.Objective(point, g);
            Add(1.0 / m, g, worker);
        }

        // Estimates, one a rotation, as differences from the values at the centre.
        var (gradients, losses) = (new double[options.Rotations][], new double[options.Rotations]);
        var draws = cut.Draws();
        for (var r = 0; r < gradients.Length; r++)
            losses[r] = Rotation(problem, centre, deviations, atCentre, loss, ref draws, gradients[r] = new double[d]);
        var smoothed = new double[d];
        foreach (var gradient in gradients)
            Add(1.0 / gradients.Length, gradient, smoothed);
        var error = gradients.Sum(e => SquaredDistance(e, smoothed))
            / Math.Max(1, gradients.Length - 1) / gradients.Length;
        Add(1, atCentre, smoothed);

        var shift = Math.Sqrt(SquaredDistance(worker, atCentre));
        var residual = Math.Sqrt(SquaredDistance(worker, smoothed));
        var (norm, other) = (Norm(worker), Norm(smoothed));
        double[] values =
        [
            losses.Average(), shift, residual, shift == 0 ? 0 : residual / shift, norm == 0 ? 0 : residual / norm,
            norm * other == 0 ? 1 : WeightCloud.Dot(worker, smoothed) / (norm * other), third, Math.Sqrt(error),
        ];
        foreach (var (name, value) in Metrics(cut.Plan).Zip(values))
            metric(name, value);
    }

    /// <summary>
    /// One sample of the rule: <c>(m / r^2) (1/(2m)) sum_+- [f(+- r Q e_j) - f(0)]</c>, whose mean over Q and r, of the
    /// density of chi with m + 2 degrees, is E f(z) - f(0).
    /// </summary>
    /// <returns>That of F; the gradient's goes to <paramref name="sum"/>.</returns>
    static double Rotation(
        Problem problem, double[] centre, double[][] deviations, double[] atCentre, double loss,
        ref DrawSequence draws, double[] sum)
    {
        var (m, d) = (deviations.Length, centre.Length);
        var square = 0.0;
        for (var k = 0; k < m + 2; k++)
        {
            var normal = draws.Normal();
            square += normal * normal;
        }
        var q = Orthogonal(m, ref draws);
        double[] eps = new double[d], point = new double[d], g = new double[d];
        var total = 0.0;
        for (var s = 0; s < m; s++)
        {
            Array.Clear(eps);
            for (var j = 0; j < m; j++)
                Add(Math.Sqrt(square / m) * q[s][j], deviations[j], eps);
            foreach (var sign in (ReadOnlySpan<int>)[1, -1])
            {
                centre.CopyTo(point, 0);
                Add(sign, eps, point);
                total += problem.Objective(point, g) - loss;
                for (var i = 0; i < d; i++)
                    sum[i] += (g[i] - atCentre[i]) / (2 * square);
            }
        }
        return total / (2 * square);
    }

    // m orthonormal rows, each direction equally likely: Gram and Schmidt, twice, from normal rows.
    static double[][] Orthogonal(int m, ref DrawSequence draws)
    {
        var rows = new double[m][];
        for (var s = 0; s < m; s++)
        {
            var row = rows[s] = new double[m];
            for (var j = 0; j < m; j++)
                row[j] = draws.Normal();
            for (var pass = 0; pass < 2; pass++)
            {
                for (var other = 0; other < s; other++)
                    Add(-WeightCloud.Dot(rows[other], row), rows[other], row);
            }
            var norm = Norm(row);
            for (var j = 0; j < m; j++)
                row[j] /= norm;
        }
        return rows;
    }

    static void Add(double factor, double[] x, double[] y)
    {
        for (var i = 0; i < y.Length; i++)
            y[i] += factor * x[i];
    }

    static double Norm(double[] x) => Math.Sqrt(WeightCloud.Dot(x, x));

    static double SquaredDistance(double[] a, double[] b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}
