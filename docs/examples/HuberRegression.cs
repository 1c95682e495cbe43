using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;

namespace Examples;

/// <summary>
/// Linear regression that outliers do not dominate: quadratic for residuals r = a.x - b up to delta, linear beyond.
/// </summary>
/// <remarks>loss = r^2 / 2 for |r| at most delta, else delta |r| - delta^2 / 2; its derivative is r cut off at delta.
/// </remarks>
/// <param name="options">Data, regularization and delta.</param>
[Problem("huber-regression", Source = "Huber, Ann. Math. Statist. 35 (1964) 73")]
public sealed class HuberRegression(HuberRegression.Options options) : SampleProblem(options)
{
    readonly double _delta = options.Delta;

    /// <summary>Options of <see cref="HuberRegression"/>: those of all problems over samples, and delta.</summary>
    public sealed record Options : SampleOptions
    {
        /// <summary>Residuals beyond this count linearly.</summary>
        [Range(1e-9, 1e9)]
        public double Delta { get; init; } = 1;
    }

    /// <inheritdoc/>
    public override int Parameters => Features.Columns;

    /// <inheritdoc/>
    protected override bool HasClasses => false;

    // Names the objective: the optimum is cached under it, so it must change when the formula's meaning does.
    /// <inheritdoc/>
    protected override string Formula => $"huber-regression 1; delta {_delta:R}";

    /// <inheritdoc/>
    protected override void Learn(DataPart train)
    {
    }

    /// <inheritdoc/>
    protected override double[] MapLabels(SampleTable table) => table.Labels;

    /// <inheritdoc/>
    protected override double Loss(
        FeatureMatrix features, int row, double label, ReadOnlySpan<double> x, double weight, Span<double> gradient)
    {
        var residual = RowMath.DotRow(features, row, x) - label;
        var cut = Math.Clamp(residual, -_delta, _delta);
        if (!gradient.IsEmpty)
            RowMath.AddRow(features, row, weight * cut, gradient);
        return cut * (residual - cut / 2);
    }
}
