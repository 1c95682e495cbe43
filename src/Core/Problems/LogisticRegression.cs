using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Problems;

/// <summary>
/// Binary classification. A sample with features a and label y = -1 or +1 has the loss log(1 + exp(-y a.x)); its
/// gradient is -y a / (1 + exp(y a.x)). All with the term (lambda/2) |x|^2.
/// </summary>
/// <param name="options">Data and regularization.</param>
[Problem("logistic-regression")]
public sealed class LogisticRegression(LogisticRegression.Options options) : SampleProblem(options), IHessian
{
    readonly Options _options = options;
    LabelSet? _set;
    Lazy<double>? _smoothness;

    /// <summary>Data and regularization.</summary>
    public sealed record Options : SampleOptions;

    /// <inheritdoc />
    public override int Parameters => Features.Columns;

    /// <summary>
    /// lambda + (1/4) the largest eigenvalue of the features' second moment, as the loss curves at most 1/4.
    /// </summary>
    public override double? Smoothness => _smoothness?.Value;

    /// <inheritdoc />
    public double HessianCost => OuterCost;

    /// <inheritdoc/>
    protected override bool IsLossNeverNegative => true;

    /// <inheritdoc />
    protected override bool HasClasses => true;

    /// <inheritdoc />
    protected override string Formula => "logistic-regression 1";

    /// <inheritdoc />
    protected override void Learn(DataPart train)
    {
        _set = LabelSet.Of(train.Table);
        _smoothness = new(() => _options.Regularization + LargestEigenvalue() / 4);
    }

    /// <inheritdoc />
    protected override double[] MapLabels(SampleTable table) => _set!.Signs(table);

    /// <inheritdoc />
    protected override double Loss(
        FeatureMatrix features, int row, double label, ReadOnlySpan<double> x, double weight, Span<double> gradient)
    {
        var margin = label * RowMath.DotRow(features, row, x);
        // exp of a negative number only: no overflow, whatever the margin.
        var tail = ExactMath.Exp(-Math.Abs(margin));
        if (!gradient.IsEmpty)
            RowMath.AddRow(features, row, -weight * label * (margin > 0 ? tail : 1) / (1 + tail), gradient);
        return Math.Max(-margin, 0) + ExactMath.Log(1 + tail);
    }

    /// <inheritdoc />
    protected override bool IsRight(FeatureMatrix features, int row, double label, ReadOnlySpan<double> x) =>
        RowMath.DotRow(features, row, x) > 0 == label > 0;

    /// <summary>lambda I + sum_i w_i s_i (1 - s_i) a_i a_i^T, where s_i = 1 / (1 + exp(a_i.x)).</summary>
    /// <inheritdoc />
    public void Hessian(ReadOnlySpan<double> x, Span<double> hessian)
    {
        var (point, d) = (x.ToArray(), Parameters);
        if (!TrySumHessians(x, hessian))
        {
            SumWeighted(hessian, (row, weight, sum) =>
            {
                var tail = ExactMath.Exp(-Math.Abs(RowMath.DotRow(Features, row, point)));
                RowMath.AddOuter(Features, row, weight * tail / ((1 + tail) * (1 + tail)), sum, d);
                return 0;
            });
        }
        for (var k = 0; k < d; k++)
            hessian[k * d + k] += Regularization;
    }

    /// <summary>lambda v + sum_i w_i s_i (1 - s_i) (a_i.v) a_i.</summary>
    /// <inheritdoc />
    public override void HessianVector(ReadOnlySpan<double> x, ReadOnlySpan<double> v, Span<double> product)
    {
        var (point, direction) = (x.ToArray(), v.ToArray());
        SumWeighted(product, (row, weight, sum) =>
        {
            var tail = ExactMath.Exp(-Math.Abs(RowMath.DotRow(Features, row, point)));
            var slope = RowMath.DotRow(Features, row, direction) * tail / ((1 + tail) * (1 + tail));
            RowMath.AddRow(Features, row, weight * slope, sum);
            return 0;
        });
        RowMath.Axpy(Regularization, v, product);
    }

    /// <inheritdoc />
    public override IEnumerable<(string Name, string Value)> Facts() => [.. base.Facts(), ("labels", _set!.Describe())];
}
