using AsyncOpt.Core.Data;
using AsyncOpt.Core.Problems.Data;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace AsyncOpt.Core.Problems;

/// <summary>
/// Linear regression. A sample with features a and label b has the loss (1/2)(a.x - b)^2 and the gradient (a.x - b) a;
/// over n samples of equal weight, F(x) = |A x - b|^2 / (2 n) + (lambda/2) |x|^2.
/// </summary>
/// <param name="options">Data and regularization.</param>
[Problem("least-squares")]
public sealed class LeastSquares(LeastSquares.Options options) : SampleProblem(options), IHessian
{
    // Beyond this many parameters the smallest eigenvalue is not computed.
    const int EigenvalueMax = 500;

    Lazy<double>? _smoothness, _convexity;

    /// <summary>Data and regularization.</summary>
    public sealed record Options : SampleOptions;

    /// <inheritdoc />
    public override int Parameters => Features.Columns;

    /// <summary>
    /// lambda + the smallest eigenvalue of the features' second moment, where there are at most 500 features.
    /// </summary>
    public override double StrongConvexity => _convexity?.Value ?? Regularization;

    /// <summary>lambda + the largest eigenvalue of the features' second moment.</summary>
    public override double? Smoothness => _smoothness?.Value;

    /// <inheritdoc />
    public double HessianCost => OuterCost;

    /// <inheritdoc/>
    protected override bool IsLossNeverNegative => true;

    /// <inheritdoc />
    protected override bool HasClasses => false;

    /// <inheritdoc />
    protected override string Formula => "least-squares 1";

    /// <inheritdoc />
    protected override void Learn(DataPart train)
    {
        _smoothness = new(() => Regularization + LargestEigenvalue());
        _convexity = new(SmallestCurvature);
    }

    /// <inheritdoc />
    protected override double[] MapLabels(SampleTable table) => table.LabelNames is null ? table.Labels
        : throw new InputException(
            $"{table.Source}: the labels are texts ('{table.LabelText(0)}'); regression needs numbers");

    /// <inheritdoc />
    protected override double Loss(
        FeatureMatrix features, int row, double label, ReadOnlySpan<double> x, double weight, Span<double> gradient)
    {
        var residual = RowMath.DotRow(features, row, x) - label;
        if (!gradient.IsEmpty)
            RowMath.AddRow(features, row, weight * residual, gradient);
        return 0.5 * residual * residual;
    }

    /// <summary>lambda I + sum_i w_i a_i a_i^T, everywhere the same.</summary>
    /// <inheritdoc />
    public void Hessian(ReadOnlySpan<double> x, Span<double> hessian)
    {
        var d = Parameters;
        if (!TrySumHessians(x, hessian))
        {
            SumWeighted(hessian, (row, weight, sum) =>
            {
                RowMath.AddOuter(Features, row, weight, sum, d);
                return 0;
            });
        }
        for (var k = 0; k < d; k++)
            hessian[k * d + k] += Regularization;
    }

    /// <summary>lambda v + sum_i w_i (a_i.v) a_i.</summary>
    /// <inheritdoc />
    public override void HessianVector(ReadOnlySpan<double> x, ReadOnlySpan<double> v, Span<double> product)
    {
        var direction = v.ToArray();
        SumWeighted(product, (row, weight, sum) =>
        {
            RowMath.AddRow(Features, row, weight * RowMath.DotRow(Features, row, direction), sum);
            return 0;
        });
        RowMath.Axpy(Regularization, v, product);
    }

    double SmallestCurvature()
    {
        var d = Parameters;
        if (d > EigenvalueMax)
            return Regularization;
        var hessian = new double[d * d];
        Hessian(new double[d], hessian);
        var values = new DenseMatrix(d, d, hessian).Evd(Symmetricity.Symmetric).EigenValues;
        var (least, most) = (values.Min(v => v.Real), values.Max(v => v.Real));
        // Eigenvalues carry rounding errors of about d eps of the largest; a bound must stay below.
        return Math.Max(Regularization, least - 1e-15 * d * most);
    }
}
