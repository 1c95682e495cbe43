using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Topologies;
using MathNet.Numerics.LinearAlgebra;

namespace AsyncOpt.Core.Theory;

/// <summary>
/// What the second order adds to the linearized recursion of a self-repellent walk on a reversible chain: the mean of
/// the model is off by a bias that averaging tokens does not reduce.
/// </summary>
/// <remarks>
/// <para>
/// With f_i = D^-1 u_i, the right eigenvectors (P f_i = lambda_i f_i, of norm 1 under mu), the visits deviate by
/// x / mu - 1 = sum_i z_i f_i, Var z_i = v_i, and the covariance of the node that the walk is at with them is
/// <c>c_i = gamma / (1 - lambda_i) - r_i v_i</c> in each mode. The kernel
/// <c>K_ij[x] = P_ij (x_j / mu_j)^-alpha / sum</c>, to second order in z, then moves the distribution of the node by
/// <c>b_m = sum_l { v_l [alpha (alpha + 1) / 2 (1 + lambda_m) - alpha^2 lambda_l^2] - alpha c_l lambda_l } G_ml</c>,
/// <c>G_ml = sum_k mu_k f_m(k) f_l(k)^2</c>, in mode m, less r_m times the shift of the mean visits, which follows it:
/// what is left is <c>q_m = b_m (1 - e) / (1 + r_m - e)</c>, e = a n^(a - 1). So q is of the order of gamma, and for
/// a = 1 it vanishes.
/// </para>
/// <para>
/// Where gradients are weighted by w the weight of a step and the model go together:
/// <c>S_m = beta lambda_m c_m / (1 - lambda_m) - r_m Cov(x, theta)_m</c> is the covariance of the next node and the
/// model, and the mean model is pulled by - kappa sum_m w_m S_m, w_m = sum_k w_k u_m(k).
/// </para>
/// <para>
/// With a history-driven target the distribution of the node is, for given visits, the target, mu (x / mu)^-alpha up to
/// its sum: its second order moves mode m by <c>alpha (alpha + 1) / 2 sum_l v_l G_ml</c>. Beside that the node
/// remembers the visits, <c>E 1(X = i) (x / mu - 1)_k = gamma Z_ki</c>, Z = sum over t of P^t - 1 mu', and the flow
/// from i to a neighbour j changes with them by <c>- alpha P_ij w_ij (x_j / mu_j - x_i / mu_i)</c>, where the slope
/// w_ij of the acceptance min(1, d_i / d_j exp(.)) is 1 for d_i below d_j, 0 above, and 1/2 on the mean where they are
/// equal. That moves mode m by alpha gamma f_m over 1 - lambda_m times the sum of what flows where; r_m = alpha.
/// </para>
/// <para>
/// All are pulls on the mean of theta like gamma and like beta. Left out: third order, which matters where visits
/// deviate by more than about 1 / alpha; curvatures that differ between nodes; losses that are no parabola.
/// </para>
/// </remarks>
sealed class WalkBias
{
    readonly double[] _lambda, _mu;
    readonly Matrix<double> _right;   // N x (N-1), columns f_i
    readonly Matrix<double> _squares; // N x (N-1), f_l(k)^2
    readonly Matrix<double> _c;       // (N-1) x d: c_i of each coordinate
    readonly double[] _w;             // w_m
    readonly double[]? _remembered;   // of a target: what moves mode m, for alpha = gamma = 1

    /// <summary>Of a walk, a function on the nodes for each coordinate, and weights.</summary>
    /// <param name="covariance">The base chain's eigenpairs.</param>
    /// <param name="mu">Its stationary distribution.</param>
    /// <param name="onNodes">H(theta*, k) of every coordinate, d rows of N numbers.</param>
    /// <param name="weights">w_k, N numbers.</param>
    /// <param name="target">Of a walk by a history-driven target, the graph; else null.</param>
    public WalkBias(
        WalkCovariance covariance, double[] mu, double[][] onNodes, double[] weights, Topology? target = null)
    {
        (_lambda, _mu) = ([.. covariance.Eigenvalues], mu);
        var left = covariance.LeftEigenvectors;
        _right = left.MapIndexed((k, _, u) => u / mu[k]);
        _squares = _right.PointwiseMultiply(_right);
        _c = left.TransposeThisAndMultiply(
            Matrix<double>.Build.Dense(mu.Length, onNodes.Length, (k, i) => onNodes[i][k]));
        _w = left.TransposeThisAndMultiply(Vector<double>.Build.DenseOfArray(weights)).ToArray();
        _remembered = target is null ? null : Remembered(target, left);
    }

    /// <summary>lambda_i of every mode.</summary>
    public IReadOnlyList<double> Eigenvalues => _lambda;

    /// <summary>The pull of the visits' second order on each coordinate.</summary>
    /// <param name="alpha">The repellence.</param>
    /// <param name="gamma">The step of the measure.</param>
    /// <param name="a">Its exponent.</param>
    /// <param name="n">The number of updates, above 0.</param>
    /// <param name="variance">v_i of every mode.</param>
    /// <returns>d numbers, of the order of gamma.</returns>
    public double[] OfVisits(double alpha, double gamma, double a, long n, double[] variance)
    {
        var modes = _lambda.Length;
        var (plain, mixed) = (Vector<double>.Build.Dense(modes), Vector<double>.Build.Dense(modes));
        for (var l = 0; l < modes; l++)
        {
            if (_remembered is not null)
            {
                plain[l] = variance[l];
                continue;
            }
            var r = alpha * (1 + _lambda[l]);
            var c = (gamma / (1 - _lambda[l])) - (r * variance[l]);
            plain[l] = variance[l];
            mixed[l] = (alpha * alpha * _lambda[l] * _lambda[l] * variance[l]) + (alpha * _lambda[l] * c);
        }
        // <f_m, y>_mu of the two sums of squares.
        var weighted = Matrix<double>.Build.Dense(_mu.Length, 2);
        weighted.SetColumn(0, _squares * plain);
        weighted.SetColumn(1, _squares * mixed);
        var onModes = _right.TransposeThisAndMultiply(weighted.MapIndexed((k, _, y) => _mu[k] * y));
        var e = a * ExactMath.Pow(n, a - 1);
        var shift = Vector<double>.Build.Dense(modes, m =>
        {
            var second = 0.5 * alpha * (alpha + 1) * onModes[m, 0];
            var (b, r) = _remembered is not null
                ? (second + (alpha * gamma * _remembered[m]), alpha)
                : ((second * (1 + _lambda[m])) - onModes[m, 1], alpha * (1 + _lambda[m]));
            return b * (1 - e) / (1 + r - e);
        });
        return _c.TransposeThisAndMultiply(shift).ToArray();
    }

    double[] Remembered(Topology topology, Matrix<double> left)
    {
        var z = _right.MapIndexed((_, m, f) => f / (1 - _lambda[m])).TransposeAndMultiply(left);
        var source = Vector<double>.Build.Dense(_mu.Length);
        for (var i = 0; i < _mu.Length; i++)
        {
            foreach (var j in topology.OutNeighbours(i))
            {
                var (from, to) = (topology.OutDegree(i), topology.OutDegree(j));
                var slope = from < to ? 1 : from == to ? 0.5 : 0;
                var flow = -slope / Math.Max(from, to) * (z[j, i] - z[i, i]);
                (source[j], source[i]) = (source[j] + flow, source[i] - flow);
            }
        }
        var moved = _right.TransposeThisAndMultiply(source);
        return [.. moved.Select((value, m) => value / (1 - _lambda[m]))];
    }

    /// <summary>The pull of weights and model going together on a coordinate.</summary>
    /// <param name="alpha">The repellence.</param>
    /// <param name="beta">The step of the model.</param>
    /// <param name="kappa">The coordinate's curvature.</param>
    /// <param name="coordinate">Its rank.</param>
    /// <param name="together">Cov(x, theta) of every mode, for c_m = 1.</param>
    /// <returns>A number of the order of beta.</returns>
    public double OfWeights(double alpha, double beta, double kappa, int coordinate, double[] together)
    {
        var sum = 0.0;
        for (var m = 0; m < _lambda.Length; m++)
        {
            sum += _w[m] * _c[m, coordinate]
                * ((beta * _lambda[m] / (1 - _lambda[m])) - (alpha * (1 + _lambda[m]) * together[m]));
        }
        return -kappa * sum;
    }
}
