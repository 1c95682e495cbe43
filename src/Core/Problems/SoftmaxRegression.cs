using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Problems;

/// <summary>
/// Classification with K classes. The parameters are a matrix W (K x features), row-major. A sample with features a
/// and class y has scores z = W a, the loss log(sum_c exp z_c) - z_y, and the gradient (softmax(z)_c - [c = y]) a in
/// row c.
/// All with the term (lambda/2) |W|^2.
/// </summary>
/// <param name="options">Data and regularization.</param>
[Problem("softmax-regression")]
public sealed class SoftmaxRegression(SoftmaxRegression.Options options) : SampleProblem(options), IHessian
{
    // Scores lie on the stack.
    const int ClassesMax = 1024;

    LabelSet? _set;
    Lazy<double>? _smoothness;

    /// <summary>Data and regularization.</summary>
    public sealed record Options : SampleOptions;

    /// <summary>The number of classes, K.</summary>
    public int Classes => _set?.Count ?? throw new InvalidOperationException("the problem is not built");

    /// <inheritdoc />
    public override int Parameters => checked(Classes * Features.Columns);

    /// <summary>
    /// lambda + (1/2) the largest eigenvalue of the features' second moment: diag(p) - p p^T has norm at most 1/2
    /// (Boehning, Annals of the Institute of Statistical Mathematics 44, 1992).
    /// </summary>
    public override double? Smoothness => _smoothness?.Value;

    /// <inheritdoc />
    public double HessianCost => OuterCost * Classes * Classes;

    /// <inheritdoc/>
    protected override bool IsLossNeverNegative => true;

    /// <inheritdoc />
    protected override bool HasClasses => true;

    /// <inheritdoc />
    protected override string Formula => "softmax-regression 1";

    /// <inheritdoc />
    public override int Dimension(string name) => name == "classes" ? Classes : -1;

    /// <inheritdoc />
    protected override void Learn(DataPart train)
    {
        _set = LabelSet.Of(train.Table);
        _set.RequireClasses(train.Table);
        if (_set.Count is < 2 or > ClassesMax)
        {
            throw new InputException($"{train.Table.Source}: softmax-regression needs 2 to {ClassesMax} classes, "
                + $"got {_set.Count}");
        }
        if ((long)_set.Count * train.Table.Columns > Array.MaxLength)
        {
            throw new InputException($"{train.Table.Source}: {_set.Count} classes x {train.Table.Columns} features are "
                + $"more parameters than the {Array.MaxLength} that a vector holds; take fewer features");
        }
        _smoothness = new(() => Regularization + LargestEigenvalue() / 2);
    }

    /// <inheritdoc />
    protected override double[] MapLabels(SampleTable table) => Array.ConvertAll(_set!.Classes(table), c => (double)c);

    /// <inheritdoc />
    protected override double Loss(
        FeatureMatrix features, int row, double label, ReadOnlySpan<double> x, double weight, Span<double> gradient)
    {
        var (y, d) = ((int)label, features.Columns);
        Span<double> p = stackalloc double[Classes];
        Scores(features, row, x, p);
        var top = p[0];
        foreach (var score in p)
            top = Math.Max(top, score);
        var (sum, own) = (0.0, p[y] - top);
        foreach (ref var score in p)
        {
            score = ExactMath.Exp(score - top);
            sum += score;
        }
        if (!gradient.IsEmpty)
        {
            for (var c = 0; c < p.Length; c++)
                RowMath.AddRow(features, row, weight * (p[c] / sum - (c == y ? 1 : 0)), gradient.Slice(c * d, d));
        }
        return ExactMath.Log(sum) - own;
    }

    /// <summary>The class of the largest score is the label; of equal scores the first counts.</summary>
    /// <inheritdoc />
    protected override bool IsRight(FeatureMatrix features, int row, double label, ReadOnlySpan<double> x)
    {
        Span<double> scores = stackalloc double[Classes];
        Scores(features, row, x, scores);
        var best = 0;
        for (var c = 1; c < scores.Length; c++)
            best = scores[c] > scores[best] ? c : best;
        return best == (int)label;
    }

    static void Scores(FeatureMatrix features, int row, ReadOnlySpan<double> x, Span<double> scores)
    {
        for (var c = 0; c < scores.Length; c++)
            scores[c] = RowMath.DotRow(features, row, x.Slice(c * features.Columns, features.Columns));
    }

    /// <summary>lambda I + sum_i w_i (diag(p_i) - p_i p_i^T) (x) a_i a_i^T.</summary>
    /// <inheritdoc />
    public void Hessian(ReadOnlySpan<double> x, Span<double> hessian)
    {
        var (point, all) = (x.ToArray(), Parameters);
        if (!TrySumHessians(x, hessian))
        {
            SumWeighted(hessian, (row, weight, sum) =>
            {
                AddHessian(row, weight, point, sum);
                return 0;
            });
        }
        for (var k = 0; k < all; k++)
            hessian[k * all + k] += Regularization;
    }

    void AddHessian(int row, double weight, double[] x, Span<double> sum)
    {
        var (d, all) = (Features.Columns, Parameters);
        Span<double> p = stackalloc double[Classes];
        var total = Likelihoods(row, x, p);
        for (var a = 0; a < p.Length; a++)
        {
            for (var b = 0; b < p.Length; b++)
            {
                var curvature = p[a] / total * ((a == b ? 1 : 0) - p[b] / total);
                RowMath.AddOuter(Features, row, weight * curvature, sum[(a * d * all + b * d)..], all);
            }
        }
    }

    // exp(z_c - max z) of a training sample, and their sum.
    double Likelihoods(int row, ReadOnlySpan<double> x, Span<double> p)
    {
        Scores(Features, row, x, p);
        var (top, total) = (double.NegativeInfinity, 0.0);
        foreach (var score in p)
            top = Math.Max(top, score);
        foreach (ref var score in p)
            total += score = ExactMath.Exp(score - top);
        return total;
    }

    /// <summary>lambda V + sum_i w_i p_ic (u_ic - p_i.u_i) a_i in row c, where u_i = V a_i.</summary>
    /// <inheritdoc />
    public override void HessianVector(ReadOnlySpan<double> x, ReadOnlySpan<double> v, Span<double> product)
    {
        var (point, direction, d) = (x.ToArray(), v.ToArray(), Features.Columns);
        SumWeighted(product, (row, weight, sum) =>
        {
            Span<double> p = stackalloc double[Classes], u = stackalloc double[Classes];
            var (total, mean) = (Likelihoods(row, point, p), 0.0);
            Scores(Features, row, direction, u);
            for (var c = 0; c < p.Length; c++)
                mean += p[c] / total * u[c];
            for (var c = 0; c < p.Length; c++)
                RowMath.AddRow(Features, row, weight * p[c] / total * (u[c] - mean), sum.AsSpan(c * d, d));
            return 0;
        });
        RowMath.Axpy(Regularization, v, product);
    }

    /// <inheritdoc />
    public override IEnumerable<(string Name, string Value)> Facts() =>
        [.. base.Facts(), ("classes", $"{Classes}"), ("labels", LabelFact())];

    // Two classes are 0 and 1 here, where the label set would write -1 and +1.
    string LabelFact() => string.Join(", ", _set!.Names.Select((name, c) => $"{name} -> {c}"));
}
