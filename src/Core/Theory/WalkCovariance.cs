using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using MathNet.Numerics.LinearAlgebra;

namespace AsyncOpt.Core.Theory;

/// <summary>How a walk avoids where it has been.</summary>
public enum WalkInteraction
{
    /// <summary>It does not: r_i = 0 whatever alpha.</summary>
    None,

    /// <summary>By its kernel, as in the self-repellent walk: r_i = alpha (1 + lambda_i).</summary>
    Kernel,

    /// <summary>By its target, as in Metropolis-Hastings with a history-driven target: r_i = alpha.</summary>
    Target,
}

/// <summary>
/// What theory says of a self-repellent walk over a reversible base chain P with stationary distribution mu, and of
/// stochastic approximation driven by it: theta := theta + beta_n H(theta, X_n), gamma_n = (n+1)^-a for the visit
/// measure, beta_n = (n+1)^-b.
/// </summary>
/// <remarks>
/// lambda_i, u_i, i = 2..N: eigenvalues and left eigenvectors of P below 1, u_i = D_mu v_i, u_i' v_i = 1;
/// s_i = (1 + lambda_i) / (1 - lambda_i); r_i = alpha (1 + lambda_i), or alpha where the target repels;
/// c_i = sum_k H(theta*, k) u_i(k).
/// Sources: the walk, Doshi, Hu, Eun, arXiv 2305.05097, as restated in arXiv 2505.18300, eq. 5, and for the target eq.
/// 10 there; the rest follows from the drift's Jacobian at mu, J u_i = -(1 + r_i) u_i, by Lyapunov equations.
/// </remarks>
public sealed record WalkCovariance
{
    readonly double[] _lambda;
    readonly Matrix<double> _left; // N x (N-1), columns u_i

    /// <summary>The eigenpairs of a reversible chain.</summary>
    /// <param name="transition">P, N x N, rows sum to 1, mu_i P_ij = mu_j P_ji.</param>
    /// <param name="mu">The stationary distribution, N positive numbers of sum 1.</param>
    public WalkCovariance(double[,] transition, double[] mu)
    {
        var n = mu.Length;
        var root = mu.Select(Math.Sqrt).ToArray();
        // D^1/2 P D^-1/2 is symmetric for a reversible chain; the mean with its transpose removes rounding.
        var symmetric = Matrix<double>.Build.Dense(n, n, (i, j) =>
            0.5 * ((root[i] * transition[i, j] / root[j]) + (root[j] * transition[j, i] / root[i])));
        var evd = symmetric.Evd(Symmetricity.Symmetric);
        var order = Enumerable.Range(0, n).OrderByDescending(i => evd.EigenValues[i].Real).Skip(1).ToArray();
        _lambda = [.. order.Select(i => evd.EigenValues[i].Real)];
        _left = Matrix<double>.Build.Dense(n, n - 1, (k, i) => root[k] * evd.EigenVectors[k, order[i]]);
    }

    /// <summary>How the walk avoids where it has been.</summary>
    public WalkInteraction Interaction { get; init; } = WalkInteraction.Kernel;

    /// <summary>The eigenvalues below 1, descending.</summary>
    public IReadOnlyList<double> Eigenvalues => _lambda;

    /// <summary>N x (N-1), columns u_i, in the order of the eigenvalues.</summary>
    internal Matrix<double> LeftEigenvectors => _left;

    /// <summary>The eigenpairs of a base walk on a connected undirected graph.</summary>
    /// <param name="walk">The base walk.</param>
    /// <param name="topology">The graph; dense matrices of its size are made.</param>
    public static WalkCovariance Of(BaseChain walk, Topology topology)
    {
        var n = topology.Nodes;
        var transition = new double[n, n];
        var row = new double[topology.OutDegreeMax + 1];
        for (var i = 0; i < n; i++)
        {
            var degree = topology.OutDegree(i);
            walk.Probabilities(topology, i, row.AsSpan(0, degree + 1));
            for (var k = 0; k < degree; k++)
                transition[i, topology.OutNeighbour(i, k)] = row[k];
            transition[i, i] = row[degree];
        }
        return new WalkCovariance(transition, walk.Mu(topology));
    }

    /// <summary>
    /// s_i c_i^2 for one function h on the nodes: what each eigenvalue contributes without repellence.
    /// </summary>
    /// <param name="h">N numbers; adding a constant changes nothing.</param>
    public double[] Power(ReadOnlySpan<double> h)
    {
        var c = _left.TransposeThisAndMultiply(Vector<double>.Build.DenseOfArray(h.ToArray()));
        return [.. Enumerable.Range(0, _lambda.Length).Select(i => S(i) * Square(c[i]))];
    }

    /// <summary>
    /// s_i sum_k (f_k u_i(k))^2: what each eigenvalue contributes to the trace of the covariance of f_k x_k.
    /// </summary>
    /// <param name="factors">f_k, N numbers.</param>
    public double[] TracePower(double[] factors) => [.. Squares(factors).Select((square, i) => S(i) * square)];

    /// <summary>sum c_i^2 |lambda_i| / (1 - lambda_i)^2 for one function h on the nodes: see NoiseSpectrum.</summary>
    /// <param name="h">N numbers; adding a constant changes nothing.</param>
    internal double End(ReadOnlySpan<double> h)
    {
        var c = _left.TransposeThisAndMultiply(Vector<double>.Build.DenseOfArray(h.ToArray()));
        return Enumerable.Range(0, _lambda.Length).Sum(i => Square(c[i]) * EndOf(_lambda[i]));
    }

    /// <summary>The same, summed over the nodes of f_k x_k.</summary>
    internal double EndOfTrace(double[] factors) =>
        Squares(factors).Select((square, i) => square * EndOf(_lambda[i])).Sum();

    double[] Squares(double[] factors)
    {
        var weights = Vector<double>.Build.Dense(factors.Length, k => factors[k] * factors[k]);
        return _left.PointwiseMultiply(_left).TransposeThisAndMultiply(weights).ToArray();
    }

    internal static double EndOf(double eigenvalue) => Math.Abs(eigenvalue) / Square(1 - eigenvalue);

    /// <summary>r_i, the repellence that the mode of an eigenvalue feels.</summary>
    /// <param name="interaction">How the walk avoids where it has been.</param>
    /// <param name="alpha">alpha, at least 0.</param>
    /// <param name="eigenvalue">lambda_i, from -1 to 1.</param>
    public static double RepellenceOf(WalkInteraction interaction, double alpha, double eigenvalue) =>
        interaction switch
        {
            WalkInteraction.Kernel => alpha * (1 + eigenvalue),
            WalkInteraction.Target => alpha,
            _ => 0,
        };

    /// <summary>
    /// Stochastic approximation with a heavy ball, theta := theta - beta m, m := m + beta (g - m), as plain stochastic
    /// approximation for (theta, m): H = (-m, g(theta, k) - m), to be given to <see cref="OfIterate"/>.
    /// </summary>
    /// <param name="h">H(theta*, k) = -g(theta*, k) in row k, N x D.</param>
    /// <param name="jacobian">The Jacobian of the mean of -g at theta*, D x D.</param>
    /// <returns>The same for (theta, m): N x 2D and 2D x 2D. V_theta is the upper left block of the result.</returns>
    public static (double[,] H, double[,] Jacobian) HeavyBall(double[,] h, double[,] jacobian)
    {
        var (n, d) = (h.GetLength(0), h.GetLength(1));
        var (pairs, drift) = (new double[n, 2 * d], new double[2 * d, 2 * d]);
        for (var k = 0; k < n; k++)
        {
            for (var i = 0; i < d; i++)
                pairs[k, d + i] = -h[k, i];
        }
        for (var i = 0; i < d; i++)
        {
            (drift[i, d + i], drift[d + i, d + i]) = (-1, -1);
            for (var j = 0; j < d; j++)
                drift[d + i, j] = -jacobian[i, j];
        }
        return (pairs, drift);
    }

    /// <summary>
    /// V_x, the limit of Cov(x_n) / gamma_n: sum s_i u_i u_i' / (2 r_i + 2 - 1{a = 1}).
    /// </summary>
    /// <param name="alpha">The repellence, at least 0.</param>
    /// <param name="a">The exponent of gamma, in (1/2, 1].</param>
    /// <returns>N x N.</returns>
    public double[,] OfMeasure(double alpha, double a) => Sum(_left, i => S(i) / ((2 * R(alpha, i)) + 2 - One(a)));

    /// <summary>The trace of <see cref="OfMeasure"/>.</summary>
    /// <param name="alpha">The repellence, at least 0.</param>
    /// <param name="a">The exponent of gamma, in (1/2, 1].</param>
    public double TraceOfMeasure(double alpha, double a)
    {
        var covariance = OfMeasure(alpha, a);
        return Enumerable.Range(0, covariance.GetLength(0)).Sum(k => covariance[k, k]);
    }

    /// <summary>U(alpha) = sum s_i c_i c_i' / (1 + r_i)^2: the noise that theta feels where a is below b.</summary>
    /// <param name="alpha">The repellence, at least 0.</param>
    /// <param name="h">H(theta*, k) in row k, N x D.</param>
    /// <returns>D x D.</returns>
    public double[,] Noise(double alpha, double[,] h) => Sum(C(h), i => S(i) / Square(1 + R(alpha, i)));

    /// <summary>
    /// V_theta, the limit of Cov(theta_n) / beta_n. With A = jacobian + 1{b = 1} / 2 it solves A V + V A' + U = 0,
    /// where U is U(alpha) for a below b, U(0) for a above b; for a = b it is the upper left block of the solution for
    /// (theta, x) together.
    /// </summary>
    /// <param name="alpha">The repellence, at least 0.</param>
    /// <param name="a">The exponent of gamma, in (1/2, 1].</param>
    /// <param name="b">The exponent of beta, in (1/2, 1].</param>
    /// <param name="h">H(theta*, k) in row k, N x D.</param>
    /// <param name="jacobian">The Jacobian of the mean field at theta*, D x D; all eigenvalues of A below 0.</param>
    /// <returns>D x D.</returns>
    public double[,] OfIterate(double alpha, double a, double b, double[,] h, double[,] jacobian)
    {
        var d = h.GetLength(1);
        var half = 0.5 * One(b) * Matrix<double>.Build.DenseIdentity(d);
        var drift = Matrix<double>.Build.DenseOfArray(jacobian) + half;
        var noise = Matrix<double>.Build.DenseOfArray(Noise(a < b ? alpha : 0, h));
        if (a == b)
            noise += Feedback(alpha, a, C(h), drift);
        return Lyapunov(drift, noise).ToArray();
    }

    /// <summary>
    /// E (theta_n - theta*)^2 of the linearized recursion in one dimension, from theta* and mu on: see
    /// <see cref="WalkRecursion"/>.
    /// </summary>
    /// <param name="alpha">The repellence, at least 0.</param>
    /// <param name="a">The exponent of gamma_t = (t+1)^-a.</param>
    /// <param name="b">The exponent of beta_t = (t+1)^-b.</param>
    /// <param name="h">H(theta*, k), N numbers.</param>
    /// <param name="kappa">Minus the derivative of the mean field, above 0.</param>
    /// <param name="n">The number of steps.</param>
    public double MeanSquareAfter(double alpha, double a, double b, double[] h, double kappa, int n)
    {
        var settings = new WalkRecursionSettings
        {
            Beta = new PowerSchedule(new() { Exponent = b, Offset = 2 }),
            A = a,
            Alpha = ConstantSchedule.Of(alpha),
            Interaction = Interaction,
        };
        var recursion = new WalkRecursion(settings, [kappa], _lambda);
        recursion.AdvanceTo(n);
        return Power(h).Select((power, i) => power * recursion.OfIterate(0, i)).Sum();
    }

    // For a = b, in the basis u_i: Cov(z_i) = s_i / (2 rho_i), Cov(theta, z_i) = q_i with
    // (rho_i - A) q_i = c_i (s_i - r_i Cov(z_i)), and theta feels -r_i (c_i q_i' + q_i c_i') more.
    Matrix<double> Feedback(double alpha, double a, Matrix<double> c, Matrix<double> drift)
    {
        var feedback = Matrix<double>.Build.Dense(drift.RowCount, drift.RowCount);
        var identity = Matrix<double>.Build.DenseIdentity(drift.RowCount);
        for (var i = 0; i < _lambda.Length; i++)
        {
            var (s, r) = (S(i), R(alpha, i));
            var rho = r + 1 - (0.5 * One(a));
            var ci = c.Column(i);
            var q = ((rho * identity) - drift).Solve(ci * (s * (1 - (r / (2 * rho)))));
            feedback -= r * (ci.OuterProduct(q) + q.OuterProduct(ci));
        }
        return feedback;
    }

    // A V + V A' = -U as (1 (x) A + A (x) 1) vec V = -vec U.
    static Matrix<double> Lyapunov(Matrix<double> drift, Matrix<double> noise)
    {
        var d = drift.RowCount;
        var identity = Matrix<double>.Build.DenseIdentity(d);
        var system = identity.KroneckerProduct(drift) + drift.KroneckerProduct(identity);
        var solution = system.Solve(-Vector<double>.Build.DenseOfArray(noise.ToColumnMajorArray()));
        return Matrix<double>.Build.DenseOfColumnMajor(d, d, solution);
    }

    double S(int i) => (1 + _lambda[i]) / (1 - _lambda[i]);

    double R(double alpha, int i) => RepellenceOf(Interaction, alpha, _lambda[i]);

    static double One(double exponent) => exponent == 1 ? 1 : 0;

    static double Square(double value) => value * value;

    Matrix<double> C(double[,] h) => Matrix<double>.Build.DenseOfArray(h).TransposeThisAndMultiply(_left);

    static double[,] Sum(Matrix<double> columns, Func<int, double> weight)
    {
        var scaled = columns.MapIndexed((_, i, value) => value * weight(i));
        return scaled.TransposeAndMultiply(columns).ToArray();
    }
}
