using AsyncOpt.Core.Topologies;
using MathNet.Numerics.LinearAlgebra;

namespace AsyncOpt.Core.Theory;

/// <summary>
/// Eigenvalues of a mixing matrix from products alone. It works with P W P, P = I - 11'/n: since W 1 = 1, that matrix
/// has, on vectors that sum to 0, exactly the eigenvalues of W but for the 1 of the constant vector.
/// </summary>
/// <remarks>
/// Every new vector is orthogonalized twice against the whole basis, so the basis stays orthogonal and no eigenvalue
/// comes up twice. Symmetric W: Lanczos with thick restarts, which keep the best vectors of both ends of the spectrum
/// (Wu and Simon, SIAM J. Matrix Anal. Appl. 22 (2000) 602). Else: Arnoldi, whose basis only grows.
/// </remarks>
sealed class KrylovIteration
{
    const int BasisMax = 200; // beyond, the dense problems cost more than products saved
    const int CheckEvery = 10;
    const double Breakdown = 1e-14; // the basis spans an invariant subspace: its values are exact
    const ulong StartSeed = 0x9E3779B97F4A7C15;

    readonly MixingMatrix _w;
    readonly SpectrumLimits _limits;
    readonly CancellationToken _cancellation;
    readonly int _n, _basisMax;
    readonly double[][] _basis; // (basisMax + 1) vectors of n
    readonly double[,] _h; // the projected matrix; its subdiagonal holds norms
    double[] _product;
    int _iterations;

    public KrylovIteration(MixingMatrix w, SpectrumLimits limits, CancellationToken cancellation)
    {
        (_w, _limits, _cancellation, _n) = (w, limits, cancellation, w.Nodes);
        long affordable = (limits.BytesMax / (8L * _n)) - 2;
        _basisMax = (int)Math.Clamp(Math.Min(affordable, BasisMax), 8, BasisMax);
        _basisMax = Math.Min(_basisMax, Math.Max(1, _n - 1));
        _basis = new double[_basisMax + 1][];
        _h = new double[_basisMax + 1, _basisMax];
        _product = new double[_n];
    }

    public Spectrum Run()
    {
        if (_n == 1)
            return Spectrum.OfReal(0, 0, Way);
        _basis[0] = StartVector();
        int size = 0;
        while (true)
        {
            double norm = Extend(size++);
            bool closed = norm <= Breakdown || size == _n - 1;
            bool stopped = _iterations >= _limits.IterationsMax || _limits.TimeIsUp?.Invoke() == true;
            bool full = size == _basisMax;
            if (!closed && !stopped && !full && size % CheckEvery != 0)
                continue;
            var found = _w.IsSymmetric
                ? SymmetricValues(size, norm, out var ritz)
                : GeneralValues(size, norm, out ritz);
            if (closed || found.Residual <= _limits.Tolerance)
                return found with { Converged = true };
            if (stopped || (full && !_w.IsSymmetric))
                return found;
            if (full)
                size = Restart(ritz!.Value, size);
        }
    }

    SpectrumWay Way => _w.IsSymmetric ? SpectrumWay.Lanczos : SpectrumWay.Arnoldi;

    double[] StartVector()
    {
        var draws = new GraphDraws(StartSeed);
        var v = new double[_n];
        for (int i = 0; i < _n; i++)
            v[i] = draws.Uniform() - 0.5;
        Deflate(v);
        Scale(v, 1 / Math.Sqrt(Dot(v, v)));
        return v;
    }

    // Multiplies basis vector 'last', fills its column of H, and makes the next vector. Gives the norm of what is new.
    double Extend(int last)
    {
        _cancellation.ThrowIfCancellationRequested();
        _w.Multiply(_basis[last], _product);
        _iterations++;
        for (int i = 0; i <= last; i++)
            _h[i, last] = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            Deflate(_product);
            for (int i = 0; i <= last; i++)
            {
                double along = Dot(_basis[i], _product);
                _h[i, last] += along;
                Subtract(along, _basis[i], _product);
            }
        }
        double norm = Math.Sqrt(Dot(_product, _product));
        _h[last + 1, last] = norm;
        if (norm > Breakdown)
        {
            Scale(_product, 1 / norm);
            (_basis[last + 1], _product) = (_product, _basis[last + 1] ?? new double[_n]);
        }
        return norm;
    }

    // The residual of a Ritz pair is the norm of the next vector times the last entry of the small eigenvector.
    Spectrum SymmetricValues(int size, double norm, out (double[] Values, Matrix<double> Vectors)? ritz)
    {
        // The upper triangle is complete, also after a restart; the lower one is its mirror.
        var small = Matrix<double>.Build.Dense(size, size, (i, j) => _h[Math.Min(i, j), Math.Max(i, j)]);
        var evd = small.Evd(Symmetricity.Symmetric);
        var values = evd.EigenValues.Select(v => v.Real).ToArray(); // ascending
        ritz = (values, evd.EigenVectors);
        double residual = norm * Math.Max(
            Math.Abs(evd.EigenVectors[size - 1, 0]), Math.Abs(evd.EigenVectors[size - 1, size - 1]));
        return Spectrum.OfReal(values[^1], values[0], Way) with
        {
            Converged = false,
            Residual = residual,
            Iterations = _iterations,
        };
    }

    Spectrum GeneralValues(int size, double norm, out (double[] Values, Matrix<double> Vectors)? ritz)
    {
        ritz = null;
        var small = Matrix<double>.Build.Dense(size, size, (i, j) => i <= j + 1 ? _h[i, j] : 0);
        var evd = small.Evd(Symmetricity.Asymmetric);
        int best = 0;
        for (int i = 1; i < size; i++)
            if (evd.EigenValues[i].Magnitude > evd.EigenValues[best].Magnitude)
                best = i;
        return new Spectrum
        {
            SecondModulus = evd.EigenValues[best].Magnitude,
            Way = Way,
            Converged = false,
            Residual = norm * LastEntry(evd.EigenValues, evd.EigenVectors, best),
            Iterations = _iterations,
        };
    }

    // Of a conjugate pair the eigenvectors are stored as real and imaginary part, in two columns, and not normed.
    static double LastEntry(Vector<System.Numerics.Complex> values, Matrix<double> vectors, int column)
    {
        int last = vectors.RowCount - 1;
        if (values[column].Imaginary == 0)
            return Math.Abs(vectors[last, column]) / vectors.Column(column).L2Norm();
        int first = values[column].Imaginary > 0 ? column : column - 1;
        double real = vectors.Column(first).L2Norm(), imaginary = vectors.Column(first + 1).L2Norm();
        double a = vectors[last, first], b = vectors[last, first + 1];
        return Math.Sqrt(((a * a) + (b * b)) / ((real * real) + (imaginary * imaginary)));
    }

    // Keeps the Ritz vectors of the lower and the upper sixth and goes on from the newest vector.
    int Restart((double[] Values, Matrix<double> Vectors) ritz, int size)
    {
        var (values, vectors) = ritz;
        int each = Math.Max(1, size / 6);
        var kept = Enumerable.Range(0, each).Concat(Enumerable.Range(size - each, each)).ToArray();
        var row = new double[size];
        for (int i = 0; i < _n; i++)
        {
            for (int j = 0; j < size; j++)
                row[j] = _basis[j][i];
            for (int k = 0; k < kept.Length; k++)
            {
                double sum = 0;
                for (int j = 0; j < size; j++)
                    sum += row[j] * vectors[j, kept[k]];
                _basis[k][i] = sum;
            }
        }
        Array.Clear(_h);
        for (int k = 0; k < kept.Length; k++)
            _h[k, k] = values[kept[k]];
        (_basis[kept.Length], _basis[size]) = (_basis[size], _basis[kept.Length]);
        return kept.Length;
    }

    static void Deflate(double[] v)
    {
        double sum = 0;
        foreach (double x in v)
            sum += x;
        double mean = sum / v.Length;
        for (int i = 0; i < v.Length; i++)
            v[i] -= mean;
    }

    // Four sums side by side: the order of additions is part of the result, and one sum would wait for itself.
    static double Dot(double[] a, double[] b)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int i = 0;
        for (; i + 3 < a.Length && i + 3 < b.Length; i += 4)
        {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.Length; i++)
            s0 += a[i] * b[i];
        return s0 + s1 + (s2 + s3);
    }

    static void Subtract(double factor, double[] from, double[] to)
    {
        for (int i = 0; i < to.Length && i < from.Length; i++)
            to[i] -= factor * from[i];
    }

    static void Scale(double[] v, double factor)
    {
        for (int i = 0; i < v.Length; i++)
            v[i] *= factor;
    }
}
