using System.Numerics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Bilevel;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>
/// What the fast oracles of data reweighting share: a sample's margin, and what follows from it; the scalars in double.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
internal sealed class ReweightingRows<T>(DataReweighting problem)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly Rows<T> _rows = new(problem.Features);
    readonly double[] _labels = problem.Labels;
    readonly int[] _training = problem.Training;
    readonly double[] _temperatures = problem.Temperatures;

    /// <summary>lambda.</summary>
    public double Regularization { get; } = problem.Regularization;

    /// <summary>One training sample of a batch, over the batch size.</summary>
    /// <param name="Row">Its row.</param>
    /// <param name="Slope">sigma(x_j) times the derivative of its loss by a_j.w: grad_w is this times a_j.</param>
    /// <param name="Curvature">sigma(x_j) times the second derivative.</param>
    /// <param name="Cross">sigma'(x_j) times the derivative: the row of J is this times a_j.</param>
    public readonly record struct Sample(int Row, double Slope, double Curvature, double Cross);

    /// <summary>A training sample at x and w.</summary>
    public Sample At(int j, int place, double scale, ReadOnlySpan<T> x, ReadOnlySpan<T> w)
    {
        var (row, tau) = (_training[j], _temperatures[place]);
        var weight = DataReweighting.Sigmoid(double.CreateTruncating(x[j]));
        var margin = _labels[row] * _rows.Dot(row, w) / tau;
        var tail = ExactMath.Exp(-Math.Abs(margin));
        var slope = -_labels[row] * (margin > 0 ? tail : 1) / (1 + tail) / tau * scale;
        var curvature = tail / ((1 + tail) * (1 + tail)) / (tau * tau) * scale;
        return new(row, weight * slope, weight * curvature, weight * (1 - weight) * slope);
    }

    /// <summary>a_row . v.</summary>
    public double Dot(int row, ReadOnlySpan<T> v) => _rows.Dot(row, v);

    /// <summary>y += scale a_row.</summary>
    public void Add(int row, double scale, Span<T> y) => _rows.Add(row, scale, y);

    /// <summary>h = lambda I, shape (d x d): the Hessian before any sample.</summary>
    public void BeginHessian(int d, Span<T> h)
    {
        h.Clear();
        for (var k = 0; k < d; k++)
            h[k * d + k] = T.CreateTruncating(Regularization);
    }

    /// <summary>y += scale a_row a_row^T.</summary>
    /// <param name="row">The row.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="dense">Shape (d): scratch, holds a_row afterwards.</param>
    /// <param name="y">Shape (d x d), in and out.</param>
    public void AddOuter(int row, double scale, Span<T> dense, Span<T> y)
    {
        dense.Clear();
        _rows.Add(row, 1, dense);
        for (var k = 0; k < dense.Length; k++)
        {
            var factor = scale * double.CreateTruncating(dense[k]);
            if (factor != 0)
                _rows.Add(row, factor, y.Slice(k * dense.Length, dense.Length));
        }
    }

    /// <summary>y += scale grad_w f over the batch's validation samples.</summary>
    public void AddUpper(in OracleCall<T> call, double scale, Span<T> y)
    {
        var tau = _temperatures[call.Place];
        var (count, isWhole) = problem.ValidationBatch(call.Samples.Length);
        for (var i = 0; i < count; i++)
        {
            var row = problem.ValidationRow(call.Noise, i, isWhole);
            var margin = _labels[row] * _rows.Dot(row, call.Input1) / tau;
            var tail = ExactMath.Exp(-Math.Abs(margin));
            _rows.Add(row, -scale * _labels[row] * (margin > 0 ? tail : 1) / (1 + tail) / tau / count, y);
        }
    }
}
