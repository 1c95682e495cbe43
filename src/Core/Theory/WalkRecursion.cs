using System.Numerics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Theory;

/// <summary>The settings of a <see cref="WalkRecursion"/>.</summary>
public sealed record WalkRecursionSettings
{
    /// <summary>beta of the n-th update, n from 0.</summary>
    public required StepSchedule Beta { get; init; }

    /// <summary>a of the measure's steps: (n + 2)^-a at update n, n from 0.</summary>
    public required double A { get; init; }

    /// <summary>alpha at update n, n from 0.</summary>
    public required StepSchedule Alpha { get; init; }

    /// <summary>How the walk avoids where it has been.</summary>
    public required WalkInteraction Interaction { get; init; }

    /// <summary>The variance of the weights of gradients, whose mean is 1.</summary>
    public double WeightVariance { get; init; }

    /// <summary>Whether the model follows a heavy ball: theta := theta - beta m, m := m + beta (g - m).</summary>
    public bool HasMomentum { get; init; }
}

/// <summary>
/// The linearized recursion of (theta, x) about (theta*, mu), exact in n where the limits of
/// <see cref="WalkCovariance"/> are slow. For a curvature kappa and an eigenvalue lambda of the base chain, with
/// A11 = 1 - beta kappa, A12 = -beta r, A22 = 1 - gamma (1 + r), the covariance of (theta, x) follows
/// <c>V := A V A' + (beta, gamma)(beta, gamma)'</c> from V = 0 on: for s = 1 and c = 1, to be multiplied by s c^2.
/// </summary>
/// <remarks>
/// <para>
/// While gamma (1 + r) exceeds 1, which it does in the first steps, the linear recursion would correct the measure
/// beyond its target and further each time; the measure itself stays a distribution. There r counts as 1 / gamma - 1.
/// </para>
/// <para>
/// With momentum the state is (theta, m, x): theta := theta - beta m, m := (1 - beta) m + beta (kappa theta + r x -
/// xi), x := (1 - gamma (1 + r)) x + gamma xi. A step costs one power for gamma and some ten operations for each pair.
/// </para>
/// </remarks>
public sealed class WalkRecursion
{
    readonly WalkRecursionSettings _settings;
    readonly int _nodes;
    readonly int[] _column; // of every kappa, where its row starts
    readonly double[] _kappa, _lambda, _r; // by pair, padded to whole lanes
    readonly double[] _tt, _tx, _xx, _tm, _mm, _mx;
    readonly double[] _mean, _drift, _momentum, _driftMomentum; // by kappa
    readonly double[] _ofMeasureSteps, _ofModelSteps;
    readonly double[] _square, _squareMixed, _squareMomentum;

    /// <summary>A recursion before its first step.</summary>
    /// <param name="settings">Steps and repellence.</param>
    /// <param name="kappas">The curvatures.</param>
    /// <param name="lambdas">The eigenvalues.</param>
    public WalkRecursion(WalkRecursionSettings settings, double[] kappas, double[] lambdas)
    {
        (_settings, _nodes) = (settings, lambdas.Length);
        _column = [.. Enumerable.Range(0, kappas.Length).Select(k => k * lambdas.Length)];
        var lanes = Vector<double>.Count;
        var length = ((kappas.Length * lambdas.Length) + lanes - 1) / lanes * lanes;
        double[] New() => new double[length];
        (_kappa, _lambda, _r, _tt, _tx, _xx) = (New(), New(), New(), New(), New(), New());
        (_tm, _mm, _mx) = settings.HasMomentum ? (New(), New(), New()) : ([], [], []);
        for (var k = 0; k < kappas.Length; k++)
        {
            for (var i = 0; i < lambdas.Length; i++)
                (_kappa[_column[k] + i], _lambda[_column[k] + i]) = (kappas[k], lambdas[i]);
        }
        _mean = [.. kappas.Select(_ => 1.0)];
        (_drift, _momentum, _driftMomentum) = (new double[kappas.Length], new double[kappas.Length],
            new double[kappas.Length]);
        double[] Zeros() => new double[kappas.Length];
        (_ofMeasureSteps, _ofModelSteps) = (Zeros(), Zeros());
        (_square, _squareMixed, _squareMomentum) = ([.. kappas.Select(_ => 1.0)], Zeros(), Zeros());
    }

    /// <summary>The number of updates made.</summary>
    public long Updates { get; private set; }

    /// <summary>Cov(theta_n) of a pair, for s = 1 and c = 1.</summary>
    /// <param name="kappa">The rank of the curvature.</param>
    /// <param name="lambda">The rank of the eigenvalue.</param>
    public double OfIterate(int kappa, int lambda) => _tt[_column[kappa] + lambda];

    /// <summary>Cov(x_n) of an eigenvalue, for s = 1.</summary>
    /// <param name="lambda">The rank of the eigenvalue.</param>
    public double OfMeasure(int lambda) => _xx[lambda];

    /// <summary>Cov(theta_n, x_n) of a pair, for s = 1 and c = 1.</summary>
    /// <param name="kappa">The rank of the curvature.</param>
    /// <param name="lambda">The rank of the eigenvalue.</param>
    public double Together(int kappa, int lambda) => _tx[_column[kappa] + lambda];

    /// <summary>
    /// How far pulls on the mean that fall like the steps have moved it in the direction of a curvature; without
    /// momentum, with which the first visits, far from mu, are forgotten too slowly for that to be all.
    /// </summary>
    /// <param name="kappa">The rank of the curvature.</param>
    /// <param name="ofMeasure">A pull over gamma, the measure's step.</param>
    /// <param name="ofModel">A pull over beta, the model's step.</param>
    public double Pulled(int kappa, double ofMeasure, double ofModel) =>
        (_ofMeasureSteps[kappa] * ofMeasure) + (_ofModelSteps[kappa] * ofModel);

    /// <summary>
    /// E of the square of the share of the start's distance that is left, where gradients have independent weights of
    /// mean 1 and variance <see cref="WalkRecursionSettings.WeightVariance"/>.
    /// </summary>
    /// <param name="kappa">The rank of the curvature.</param>
    public double StartSquare(int kappa) => _square[kappa];

    /// <summary>
    /// E theta_n - theta* in the direction of a curvature: share of the start's distance that is left, times that
    /// distance, plus share that a constant pull of the mean field has moved it, times that pull.
    /// </summary>
    /// <param name="kappa">The rank of the curvature.</param>
    /// <param name="start">theta_0 - theta*.</param>
    /// <param name="pull">h(theta*); 0 where theta* is the walk's own target.</param>
    public double Mean(int kappa, double start, double pull) => (_mean[kappa] * start) + (_drift[kappa] * pull);

    /// <summary>Makes updates.</summary>
    /// <param name="updates">The number of updates made when it returns; not below <see cref="Updates"/>.</param>
    public void AdvanceTo(long updates)
    {
        for (; Updates < updates; Updates++)
        {
            var beta = _settings.Beta.At(Updates);
            var gamma = 1 / ExactMath.Pow(Updates + 2, _settings.A);
            var alpha = _settings.Alpha.At(Updates);
            Repel(alpha, (1 / gamma) - 1);
            if (_settings.HasMomentum)
                StepWithMomentum(beta, gamma);
            else
                Step(beta, gamma);
            StepMean(beta, gamma);
        }
    }

    void Repel(double alpha, double limit)
    {
        if (alpha == 0 || _settings.Interaction == WalkInteraction.None)
            Array.Clear(_r);
        else if (_settings.Interaction == WalkInteraction.Target)
            Array.Fill(_r, Math.Min(alpha, limit));
        else
        {
            for (var p = 0; p < _r.Length; p++)
                _r[p] = Math.Min(alpha * (1 + _lambda[p]), limit);
        }
    }

    void Step(double beta, double gamma)
    {
        var (one, two) = (Vector<double>.One, new Vector<double>(2));
        var (b, g) = (new Vector<double>(beta), new Vector<double>(gamma));
        for (var p = 0; p < _tt.Length; p += Vector<double>.Count)
        {
            var r = new Vector<double>(_r, p);
            var a11 = one - (b * new Vector<double>(_kappa, p));
            var (a12, a22) = (-b * r, one - (g * (one + r)));
            var (tt, tx, xx) = (new Vector<double>(_tt, p), new Vector<double>(_tx, p), new Vector<double>(_xx, p));
            ((a11 * a11 * tt) + (two * a11 * a12 * tx) + (a12 * a12 * xx) + (b * b)).CopyTo(_tt, p);
            ((a11 * a22 * tx) + (a12 * a22 * xx) + (b * g)).CopyTo(_tx, p);
            ((a22 * a22 * xx) + (g * g)).CopyTo(_xx, p);
        }
    }

    // M = [1, -beta, 0; beta kappa, 1 - beta, beta r; 0, 0, 1 - gamma (1 + r)], noise (0, -beta, gamma).
    void StepWithMomentum(double beta, double gamma)
    {
        var one = Vector<double>.One;
        var (b, g) = (new Vector<double>(beta), new Vector<double>(gamma));
        for (var p = 0; p < _tt.Length; p += Vector<double>.Count)
        {
            var r = new Vector<double>(_r, p);
            var (pull, keep, push) = (b * new Vector<double>(_kappa, p), one - b, b * r);
            var decay = one - (g * (one + r));
            var (tt, tx, xx) = (new Vector<double>(_tt, p), new Vector<double>(_tx, p), new Vector<double>(_xx, p));
            var (tm, mm, mx) = (new Vector<double>(_tm, p), new Vector<double>(_mm, p), new Vector<double>(_mx, p));
            // Rows of M V for theta and m, then times the columns of M'.
            var (t0, t1, t2) = (tt - (b * tm), tm - (b * mm), tx - (b * mx));
            var m0 = (pull * tt) + (keep * tm) + (push * tx);
            var m1 = (pull * tm) + (keep * mm) + (push * mx);
            var m2 = (pull * tx) + (keep * mx) + (push * xx);
            (t0 - (b * t1)).CopyTo(_tt, p);
            ((pull * t0) + (keep * t1) + (push * t2)).CopyTo(_tm, p);
            (decay * t2).CopyTo(_tx, p);
            ((pull * m0) + (keep * m1) + (push * m2) + (b * b)).CopyTo(_mm, p);
            ((decay * m2) - (b * g)).CopyTo(_mx, p);
            ((decay * decay * xx) + (g * g)).CopyTo(_xx, p);
        }
    }

    void StepMean(double beta, double gamma)
    {
        for (var k = 0; k < _mean.Length; k++)
        {
            var kappa = _kappa[_column[k]];
            if (!_settings.HasMomentum)
            {
                _mean[k] *= 1 - (beta * kappa);
                var keep = 1 - (beta * kappa);
                _drift[k] = (keep * _drift[k]) + beta;
                _ofMeasureSteps[k] = (keep * _ofMeasureSteps[k]) + (beta * gamma);
                _ofModelSteps[k] = (keep * _ofModelSteps[k]) + (beta * beta);
                _square[k] *= (keep * keep) + (beta * beta * kappa * kappa * _settings.WeightVariance);
                continue;
            }
            void Roll(double[] point, double[] momentum, double pull) => (point[k], momentum[k]) = (
                point[k] - (beta * momentum[k]), momentum[k] + (beta * ((kappa * point[k]) - pull - momentum[k])));
            Roll(_mean, _momentum, 0);
            Roll(_drift, _driftMomentum, 1);
            RollSquare(k, beta, kappa);
        }
    }

    // E of the squares and the product of (theta, m) := (theta - beta m, (1 - beta) m + beta kappa w theta).
    void RollSquare(int k, double beta, double kappa)
    {
        var (tt, tm, mm) = (_square[k], _squareMixed[k], _squareMomentum[k]);
        var (keep, pull) = (1 - beta, beta * kappa);
        _square[k] = tt - (2 * beta * tm) + (beta * beta * mm);
        _squareMixed[k] = (keep * tm) + (pull * tt) - (beta * keep * mm) - (beta * pull * tm);
        _squareMomentum[k] = (keep * keep * mm) + (2 * keep * pull * tm)
            + (pull * pull * (1 + _settings.WeightVariance) * tt);
    }
}
