using MathNet.Numerics.LinearAlgebra;

namespace AsyncOpt.Core.Theory;

/// <summary>
/// The largest eigenvalue of a symmetric matrix that is known by its products with vectors only: Lanczos, every new
/// vector orthogonalized twice against all before.
/// </summary>
/// <remarks>
/// Some eigenvalue lies within <see cref="Residual"/> of <see cref="Largest"/>; that it is the largest one is certain
/// only in the long run, and as good as certain from a random start (Golub and Van Loan, Matrix Computations, 10.1).
/// </remarks>
sealed class HessianLanczos
{
    const double Breakdown = 1e-13; // relative: the basis spans an invariant subspace

    /// <summary>A product with the matrix.</summary>
    public delegate void Multiply(ReadOnlySpan<double> vector, Span<double> product);

    /// <summary>Iterates until the residual is small, or the products are spent.</summary>
    /// <param name="multiply">The matrix.</param>
    /// <param name="start">Any vector but 0, d coordinates.</param>
    /// <param name="products">Most products, and vectors kept.</param>
    /// <param name="tolerance">The residual to stop at, relative to the eigenvalue.</param>
    public HessianLanczos(Multiply multiply, double[] start, int products, double tolerance)
    {
        var d = start.Length;
        var basis = new List<double[]> { Scaled(start, 1 / Norm(start)) };
        var (diagonal, below) = (new List<double>(), new List<double>());
        while (true)
        {
            var w = new double[d];
            multiply(basis[^1], w);
            Products++;
            diagonal.Add(Dot(basis[^1], w));
            foreach (var v in basis.Concat(basis))
                AddScaled(w, v, -Dot(v, w));
            var norm = Norm(w);
            (Largest, var last) = Top(diagonal, below);
            Residual = Math.Abs(norm * last);
            var scale = Math.Max(Math.Abs(Largest), diagonal.Max(Math.Abs));
            if (!(norm > Breakdown * scale) || Products == Math.Min(products, d) || Residual <= tolerance * scale)
                return;
            below.Add(norm);
            basis.Add(Scaled(w, 1 / norm));
        }
    }

    /// <summary>The largest eigenvalue found.</summary>
    public double Largest { get; private set; }

    /// <summary>|A v - lambda v| of its unit vector.</summary>
    public double Residual { get; private set; }

    /// <summary>Products spent.</summary>
    public int Products { get; private set; }

    // The largest eigenvalue of the tridiagonal matrix, and the last coordinate of its vector.
    static (double Value, double Last) Top(List<double> diagonal, List<double> below)
    {
        var k = diagonal.Count;
        var t = Matrix<double>.Build.Dense(k, k);
        for (var i = 0; i < k; i++)
        {
            t[i, i] = diagonal[i];
            if (i > 0)
                t[i, i - 1] = t[i - 1, i] = below[i - 1];
        }
        if (t.Enumerate().Any(value => !double.IsFinite(value)))
            return (double.NaN, double.NaN);
        var evd = t.Evd(Symmetricity.Symmetric);
        var at = evd.EigenValues.Select(v => v.Real).ToList();
        var top = at.IndexOf(at.Max());
        return (at[top], evd.EigenVectors[k - 1, top]);
    }

    static double[] Scaled(double[] x, double factor) => Array.ConvertAll(x, value => factor * value);

    static void AddScaled(double[] y, double[] x, double factor)
    {
        for (var i = 0; i < y.Length; i++)
            y[i] += factor * x[i];
    }

    static double Norm(double[] x) => Math.Sqrt(Dot(x, x));

    static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
