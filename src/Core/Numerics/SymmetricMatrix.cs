using System.Numerics;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// Small dense symmetric matrices in float64, row by row in a span of d x d numbers: the same bits on every machine,
/// and without allocations once a thread has met its largest d.
/// </summary>
public static class SymmetricMatrix
{
    // QL needs one or two rounds per eigenvalue; EISPACK gives up after 30.
    const int RoundsMax = 60;

    [ThreadStatic]
    static double[]? _scratch;

    /// <summary>The number of rows of a square matrix with that many numbers.</summary>
    /// <param name="numbers">d x d.</param>
    /// <exception cref="ArgumentException">The number is no square.</exception>
    public static int Rows(int numbers)
    {
        var d = (int)Math.Round(Math.Sqrt(numbers));
        return d * d == numbers ? d : throw new ArgumentException($"{numbers} numbers are no square matrix");
    }

    /// <summary>a := (a + a^T) / 2.</summary>
    /// <param name="a">d x d.</param>
    public static void Symmetrize(Span<double> a)
    {
        var d = Rows(a.Length);
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < i; j++)
                a[i * d + j] = a[j * d + i] = 0.5 * (a[i * d + j] + a[j * d + i]);
        }
    }

    /// <summary>Factors a = L L^T; L replaces the lower triangle, what lies above it is left alone.</summary>
    /// <param name="a">d x d; only the lower triangle is read.</param>
    /// <returns>Whether a is positive definite; otherwise the triangle is partly overwritten.</returns>
    public static bool Factor(Span<double> a)
    {
        var d = Rows(a.Length);
        for (var i = 0; i < d; i++)
        {
            var row = a.Slice(i * d, i + 1);
            for (var j = 0; j < i; j++)
                row[j] = (row[j] - RowMath.Dot(row[..j], a.Slice(j * d, j))) / a[j * d + j];
            var rest = row[i] - RowMath.Dot(row[..i], row[..i]);
            if (!(rest > 0) || !double.IsFinite(rest))
                return false;
            row[i] = Math.Sqrt(rest);
        }
        return true;
    }

    /// <summary>y := a^-1 b for positive definite a; NaN in every coordinate where a is not.</summary>
    /// <param name="a">d x d; only the lower triangle is read.</param>
    /// <param name="b">d numbers.</param>
    /// <param name="y">d numbers; may be <paramref name="b"/>.</param>
    public static void Solve(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> y)
    {
        var d = y.Length;
        var factor = Scratch(d * d);
        a.CopyTo(factor);
        if (!Factor(factor))
        {
            y.Fill(double.NaN);
            return;
        }
        b.CopyTo(y);
        SolveFactored(factor, y);
    }

    /// <summary>y := (L L^T)^-1 y.</summary>
    /// <param name="factor">d x d: L in the lower triangle, as <see cref="Factor"/> leaves it.</param>
    /// <param name="y">d numbers.</param>
    public static void SolveFactored(ReadOnlySpan<double> factor, Span<double> y)
    {
        var d = y.Length;
        for (var i = 0; i < d; i++)
            y[i] = (y[i] - RowMath.Dot(factor.Slice(i * d, i), y[..i])) / factor[i * d + i];
        for (var i = d - 1; i >= 0; i--)
        {
            var solved = y[i] /= factor[i * d + i];
            RowMath.Axpy(-solved, factor.Slice(i * d, i), y);
        }
    }

    /// <summary>
    /// a := the nearest symmetric matrix whose eigenvalues are at least mu: a is symmetrized, and each eigenvalue below
    /// mu is raised to it. Where a - mu I has a Cholesky factor, nothing is below, and only that is computed.
    /// </summary>
    /// <param name="mu">The floor.</param>
    /// <param name="a">d x d; NaN throughout where it is not finite.</param>
    public static void FloorEigenvalues(double mu, Span<double> a)
    {
        var d = Rows(a.Length);
        Symmetrize(a);
        var scratch = Scratch(d * d + 2 * d);
        var z = scratch[..(d * d)];
        var values = scratch.Slice(d * d, d);
        var off = scratch.Slice(d * d + d, d);
        a.CopyTo(z);
        for (var i = 0; i < d; i++)
            z[i * d + i] -= mu;
        if (Factor(z))
            return;
        foreach (var number in a)
        {
            if (!double.IsFinite(number))
            {
                a.Fill(double.NaN);
                return;
            }
        }
        a.CopyTo(z);
        Eigen(z, values, off);
        for (var k = 0; k < d; k++)
        {
            var lift = mu - values[k];
            if (!(lift > 0))
                continue;
            var vector = z.Slice(k * d, d);
            for (var i = 0; i < d; i++)
            {
                RowMath.Axpy(lift * vector[i], vector[..(i + 1)], a[(i * d)..]);
            }
        }
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < i; j++)
                a[j * d + i] = a[i * d + j];
        }
    }

    /// <summary>Eigenvalues and orthonormal eigenvectors of a symmetric matrix, in no order.</summary>
    /// <remarks>
    /// Householder reduction to tridiagonal form and implicit QL: procedures tred2 and tql2 of Bowdler, Martin, Reinsch
    /// and Wilkinson, Handbook for Automatic Computation II (1971).
    /// </remarks>
    /// <param name="z">d x d finite numbers; becomes the eigenvectors, row k the k-th.</param>
    /// <param name="values">d numbers: receives the eigenvalues.</param>
    /// <param name="off">d numbers of scratch.</param>
    public static void Eigen(Span<double> z, Span<double> values, Span<double> off)
    {
        Tridiagonalize(z, values, off);
        Accumulate(z, values);
        off[0] = 0;
        Diagonalize(z, values, off);
    }

    // Row j of z is column j of the handbook's matrix, so that all inner loops run along rows.
    static void Tridiagonalize(Span<double> z, Span<double> d, Span<double> e)
    {
        var n = d.Length;
        for (var j = 0; j < n; j++)
            d[j] = z[j * n + n - 1];
        for (var i = n - 1; i > 0; i--)
        {
            var (scale, h) = (0.0, 0.0);
            for (var k = 0; k < i; k++)
                scale += Math.Abs(d[k]);
            if (scale == 0)
            {
                e[i] = d[i - 1];
                for (var j = 0; j < i; j++)
                {
                    d[j] = z[j * n + i - 1];
                    z[j * n + i] = z[i * n + j] = 0;
                }
            }
            else
            {
                for (var k = 0; k < i; k++)
                {
                    d[k] /= scale;
                    h += d[k] * d[k];
                }
                var f = d[i - 1];
                var g = f > 0 ? -Math.Sqrt(h) : Math.Sqrt(h);
                e[i] = scale * g;
                h -= f * g;
                d[i - 1] = f - g;
                Reflect(z, d, e, i, h);
            }
            d[i] = h;
        }
    }

    static void Reflect(Span<double> z, Span<double> d, Span<double> e, int i, double h)
    {
        var n = d.Length;
        e[..i].Clear();
        for (var j = 0; j < i; j++)
        {
            var column = z.Slice(j * n, n);
            var f = d[j];
            z[i * n + j] = f;
            var g = e[j] + column[j] * f;
            for (var k = j + 1; k < i; k++)
            {
                g += column[k] * d[k];
                e[k] += column[k] * f;
            }
            e[j] = g;
        }
        var sum = 0.0;
        for (var j = 0; j < i; j++)
        {
            e[j] /= h;
            sum += e[j] * d[j];
        }
        var half = sum / (h + h);
        for (var j = 0; j < i; j++)
            e[j] -= half * d[j];
        for (var j = 0; j < i; j++)
        {
            var column = z.Slice(j * n, n);
            var (f, g) = (d[j], e[j]);
            for (var k = j; k < i; k++)
                column[k] -= f * e[k] + g * d[k];
            d[j] = column[i - 1];
            column[i] = 0;
        }
    }

    static void Accumulate(Span<double> z, Span<double> d)
    {
        var n = d.Length;
        for (var i = 0; i < n - 1; i++)
        {
            z[i * n + n - 1] = z[i * n + i];
            z[i * n + i] = 1;
            var h = d[i + 1];
            var next = z.Slice((i + 1) * n, i + 1);
            if (h != 0)
            {
                for (var k = 0; k <= i; k++)
                    d[k] = next[k] / h;
                for (var j = 0; j <= i; j++)
                {
                    var column = z.Slice(j * n, i + 1);
                    RowMath.Axpy(-RowMath.Dot(next, column), d[..(i + 1)], column);
                }
            }
            next.Clear();
        }
        for (var j = 0; j < n; j++)
        {
            d[j] = z[j * n + n - 1];
            z[j * n + n - 1] = 0;
        }
        z[n * n - 1] = 1;
    }

    static void Diagonalize(Span<double> z, Span<double> d, Span<double> e)
    {
        var n = d.Length;
        for (var i = 1; i < n; i++)
            e[i - 1] = e[i];
        e[n - 1] = 0;
        const double Epsilon = 2.220446049250313e-16;
        var (shift, size) = (0.0, 0.0);
        for (var l = 0; l < n; l++)
        {
            size = Math.Max(size, Math.Abs(d[l]) + Math.Abs(e[l]));
            var m = l;
            while (Math.Abs(e[m]) > Epsilon * size)
                m++;
            for (var round = 0; m > l && round < RoundsMax; round++)
            {
                shift += Step(z, d, e, l, m);
                if (Math.Abs(e[l]) <= Epsilon * size)
                    break;
            }
            d[l] += shift;
            e[l] = 0;
        }
    }

    // One implicit QL step on rows l to m; returns the shift.
    static double Step(Span<double> z, Span<double> d, Span<double> e, int l, int m)
    {
        var n = d.Length;
        var g = d[l];
        var p = (d[l + 1] - g) / (2 * e[l]);
        var r = p < 0 ? -Math.Sqrt(p * p + 1) : Math.Sqrt(p * p + 1);
        d[l] = e[l] / (p + r);
        d[l + 1] = e[l] * (p + r);
        var (next, h) = (d[l + 1], g - d[l]);
        for (var i = l + 2; i < n; i++)
            d[i] -= h;
        var shift = h;
        p = d[m];
        var (c, c2, c3, beside, s, s2) = (1.0, 1.0, 1.0, e[l + 1], 0.0, 0.0);
        for (var i = m - 1; i >= l; i--)
        {
            (c3, c2, s2) = (c2, c, s);
            g = c * e[i];
            h = c * p;
            r = Math.Sqrt(p * p + e[i] * e[i]);
            e[i + 1] = s * r;
            s = e[i] / r;
            c = p / r;
            p = c * d[i] - s * g;
            d[i + 1] = h + s * (c * g + s * d[i]);
            Rotate(z.Slice(i * n, n), z.Slice((i + 1) * n, n), c, s);
        }
        p = -s * s2 * c3 * beside * e[l] / next;
        e[l] = s * p;
        d[l] = c * p;
        return shift;
    }

    // Coordinate by coordinate: the same bits at any vector width.
    static void Rotate(Span<double> first, Span<double> second, double c, double s)
    {
        second = second[..first.Length];
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second);
        var (cosine, sine) = (new Vector<double>(c), new Vector<double>(s));
        var k = 0;
        for (; k <= first.Length - Vector<double>.Count; k += Vector<double>.Count)
        {
            var (f, h) = (Vector.LoadUnsafe(ref a, (nuint)k), Vector.LoadUnsafe(ref b, (nuint)k));
            (sine * f + cosine * h).StoreUnsafe(ref b, (nuint)k);
            (cosine * f - sine * h).StoreUnsafe(ref a, (nuint)k);
        }
        for (; k < first.Length; k++)
        {
            var h = second[k];
            second[k] = s * first[k] + c * h;
            first[k] = c * first[k] - s * h;
        }
    }

    static Span<double> Scratch(int length)
    {
        if (_scratch is null || _scratch.Length < length)
            _scratch = new double[length];
        return _scratch.AsSpan(0, length);
    }
}
