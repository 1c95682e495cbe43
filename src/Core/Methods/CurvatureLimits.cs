using System.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;
using MathNet.Numerics.LinearAlgebra;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// The stability of gossip and steps together on a quadratic: how large step size times curvature may be.
/// </summary>
/// <remarks>
/// Along an eigenvector of W (eigenvalue lambda) and of the Hessian (eigenvalue a) a node's deviation z and its
/// momentum u obey a 2 x 2 linear recursion; it is stable while its spectral radius is below 1. For plain SGD that says
/// |lambda - s| below 1 in awc, s = eta a, hence s below 1 + lambda_min(W), and |lambda (1 - s)| below 1 in atc and
/// cta, hence s below 2. With momentum beta it says s below (1 + lambda_min)(1 + beta) in awc.
/// </remarks>
static class CurvatureLimits
{
    const int DenseMax = 200;
    const int Grid = 1 << 13;
    const double Most = 4.5; // no rule below is stable beyond 2 (1 + beta) < 4

    /// <summary>The limit of step size times curvature; null where none is known.</summary>
    /// <param name="optimizer">SGD, momentum or nesterov: others scale the gradient in ways of their own.</param>
    /// <param name="order">How step and mixing follow each other.</param>
    /// <param name="mixing">The mixing matrix, static; null for one model without mixing.</param>
    public static double? Factor(Optimizer optimizer, DSgd.Order order, MixingSchedule? mixing)
    {
        (double Beta, bool IsNesterov)? rule = optimizer switch
        {
            Sgd => (0, false),
            Momentum m => (m.Beta, false),
            Nesterov n => (n.Beta, true),
            _ => null,
        };
        if (rule is not var (beta, isNesterov) || Modes(mixing) is not { } modes)
            return null;
        return modes.Min(lambda => First(s => Radius(lambda, s, beta, isNesterov, order) > 1 + 1e-12));
    }

    // The eigenvalues that can decide; of a symmetric matrix the extremes do, as every condition is monotonous.
    static Complex[]? Modes(MixingSchedule? mixing)
    {
        if (mixing is null)
            return [1];
        if (mixing.Period > 1)
            return null;
        var w = mixing.At(0);
        if (w.IsSymmetric)
        {
            return (Spectrum.ClosedForm(w) ?? (w.Nodes <= DenseMax ? Spectrum.Dense(w) : null)) is
            { SecondLargest: { } second, Smallest: { } smallest }
                ? [1, second, smallest]
                : null;
        }
        return w.Nodes <= DenseMax
            ? [.. Matrix<double>.Build.DenseOfArray(w.ToDense()).Evd(Symmetricity.Asymmetric).EigenValues]
            : null;
    }

    // z' = lambda z - d (awc) or lambda (z - d) (atc, and cta with the same trace and determinant), u' = beta u + s z,
    // with the step d = u' of momentum, or beta u' + s z of nesterov.
    static double Radius(Complex lambda, double s, double beta, bool isNesterov, DSgd.Order order)
    {
        var (ofGradient, ofState) = isNesterov ? (1 + beta, beta * beta) : (1, beta);
        var (p, q) = order == DSgd.Order.Awc
            ? (lambda - (s * ofGradient), new Complex(-ofState, 0))
            : (lambda * (1 - (s * ofGradient)), -lambda * ofState);
        var (trace, determinant) = (p + beta, (p * beta) - (q * s));
        var root = Complex.Sqrt((trace * trace) - (4 * determinant));
        return 0.5 * Math.Max((trace + root).Magnitude, (trace - root).Magnitude);
    }

    static double First(Func<double, bool> isUnstable)
    {
        for (var k = 1; k <= Grid; k++)
        {
            double low = Most * (k - 1) / Grid, high = Most * k / Grid;
            if (!isUnstable(high))
                continue;
            for (var halving = 0; halving < 60; halving++)
            {
                var middle = 0.5 * (low + high);
                (low, high) = isUnstable(middle) ? (low, middle) : (middle, high);
            }
            return low;
        }
        return double.PositiveInfinity;
    }
}
