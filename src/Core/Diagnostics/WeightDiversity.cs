using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using MathNet.Numerics.LinearAlgebra;

namespace AsyncOpt.Core.Diagnostics;

/// <summary>
/// The weight-diversity matrix <c>Xi = (1/m) sum_j (w_j - w_a)(w_j - w_a)^T</c> of the agents' vectors about their mean
/// w_a: its trace, which is the consensus distance, and on request its largest eigenvalues.
/// </summary>
/// <remarks>
/// The eigenvalues of Xi other than 0 are those of the m x m Gram matrix <c>(1/m) (w_i - w_a).(w_j - w_a)</c>; at most
/// min(d, m - 1) of them differ from 0. A Gram matrix costs m^2 d / 2 multiplications, its eigenvalues about m^3.
/// </remarks>
/// <param name="options">How many eigenvalues.</param>
[Diagnostic("weight-diversity", Source = "Zhu et al., arXiv 2306.02913")]
public sealed class WeightDiversity(WeightDiversity.Options options) : Diagnostic(options)
{
    const int AgentsMax = 2048;

    /// <summary>Options of <see cref="WeightDiversity"/>.</summary>
    public sealed record Options : MetricOptions
    {
        /// <summary>How many eigenvalues, the largest first; 0 for the trace alone.</summary>
        [Range(0, 256)]
        public int Eigenvalues { get; init; }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Metrics(RunPlan plan) =>
        ["weight-diversity", .. Enumerable.Range(1, options.Eigenvalues).Select(NameOf)];

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) => Scale.Log;

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(RunPlan plan, Layout layout)
    {
        if (WeightCloud.Missing("weight-diversity", layout) is { } missing)
            yield return missing;
        if (options.Eigenvalues > 0 && plan.Places > AgentsMax)
            yield return $"diagnostic 'weight-diversity' finds eigenvalues of at most {AgentsMax} agents, and "
                + $"there are {plan.Places}; set 'eigenvalues: 0'";
    }

    /// <inheritdoc/>
    public override void Evaluate(DiagnosticCut cut, Action<string, double> metric)
    {
        var cloud = new WeightCloud(cut);
        if (options.Eigenvalues == 0)
        {
            metric("weight-diversity", Trace(cloud));
            return;
        }
        var gram = Gram(cloud.Deviations());
        var trace = gram.Trace();
        metric("weight-diversity", trace);
        double[] values = double.IsFinite(trace)
            ? [.. gram.Evd(Symmetricity.Symmetric).EigenValues.Select(v => v.Real).OrderDescending()]
            : [.. Enumerable.Repeat(double.NaN, options.Eigenvalues)];
        for (var k = 1; k <= options.Eigenvalues; k++)
            metric(NameOf(k), k <= values.Length ? Math.Max(values[k - 1], 0) : 0);
    }

    static double Trace(WeightCloud cloud)
    {
        var deviation = new double[cloud.Mean.Length];
        double trace = 0;
        for (var j = 0; j < cloud.Agents; j++)
        {
            cloud.Deviation(j, deviation);
            trace += WeightCloud.Dot(deviation, deviation);
        }
        return trace / cloud.Agents;
    }

    static Matrix<double> Gram(double[][] rows)
    {
        var gram = Matrix<double>.Build.Dense(rows.Length, rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j <= i; j++)
                gram[i, j] = gram[j, i] = WeightCloud.Dot(rows[i], rows[j]) / rows.Length;
        }
        return gram;
    }

    static string NameOf(int eigenvalue) => $"weight-diversity-eigenvalue-{eigenvalue}";
}
