using AsyncOpt.Core.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace AsyncOpt.Core.Tests.Numerics;

/// <summary>Held to MathNet, which computes the same by other code.</summary>
public class SymmetricMatrixTests
{
    public static TheoryData<int> Sizes => [1, 2, 3, 4, 5, 8, 13, 31, 65];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Solve_gives_the_solution_of_a_positive_definite_system(int d)
    {
        var a = Positive(d);
        var b = Normals(d, 5);
        var y = new double[d];

        SymmetricMatrix.Solve(a.ToRowMajorArray(), b, y);

        var expected = a.Solve(Vector<double>.Build.Dense(b));
        Close(expected.ToArray(), y, 1e-10);
        SymmetricMatrix.Solve(a.ToRowMajorArray(), b, b);
        Assert.Equal(y, b);                             // also in place
    }

    [Fact]
    public void Solve_says_NaN_where_the_matrix_is_not_positive_definite()
    {
        var y = new double[2];

        SymmetricMatrix.Solve([1, 0, 2, 1], [1, 1], y);

        Assert.All(y, value => Assert.True(double.IsNaN(value)));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Eigen_gives_orthonormal_vectors_and_the_eigenvalues(int d)
    {
        var a = Symmetric(d);
        var (z, values, off) = (a.ToRowMajorArray(), new double[d], new double[d]);

        SymmetricMatrix.Eigen(z, values, off);

        var rows = Matrix<double>.Build.Dense(d, d, (i, j) => z[i * d + j]);
        Assert.True((rows * rows.Transpose() - Matrix<double>.Build.DenseIdentity(d)).L2Norm() < 1e-12 * d);
        var made = rows.Transpose() * Matrix<double>.Build.DenseOfDiagonalArray(values) * rows;
        Assert.True((made - a).L2Norm() < 1e-12 * d);
        Close([.. a.Evd().EigenValues.Select(v => v.Real).Order()], [.. values.Order()], 1e-11 * d);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void FloorEigenvalues_raises_those_below_and_leaves_the_others(int d)
    {
        const double mu = 0.3;
        var a = Symmetric(d);
        var floored = a.ToRowMajorArray();

        SymmetricMatrix.FloorEigenvalues(mu, floored);

        var parts = a.Evd();
        var expected = parts.EigenVectors
            * Matrix<double>.Build.DenseOfDiagonalVector(parts.EigenValues.Map(v => Math.Max(mu, v.Real)))
            * parts.EigenVectors.Transpose();
        Close(expected.ToRowMajorArray(), floored, 1e-11 * d);
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < d; j++)
                Assert.Equal(floored[i * d + j], floored[j * d + i]);
        }
    }

    [Fact]
    public void FloorEigenvalues_only_symmetrizes_what_is_above_the_floor()
    {
        double[] a = [2, 0.5, 0.25, 3];

        SymmetricMatrix.FloorEigenvalues(0.1, a);

        Assert.Equal([2, 0.375, 0.375, 3], a);
    }

    // A floor by the Frobenius norm, as some published scripts have it, would leave diag(3, -1) alone.
    [Fact]
    public void FloorEigenvalues_sees_a_negative_direction_in_a_large_matrix()
    {
        double[] a = [3, 0, 0, -1];

        SymmetricMatrix.FloorEigenvalues(0.1, a);

        Close([3, 0, 0, 0.1], a, 1e-15);
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1e-200, 0, 0, -1e-200)]
    [InlineData(1e150, 1, 1, 1)]
    public void FloorEigenvalues_copes_with_matrices_without_rank(double a00, double a01, double a10, double a11)
    {
        double[] a = [a00, a01, a10, a11];

        SymmetricMatrix.FloorEigenvalues(0.5, a);

        var values = Matrix<double>.Build.Dense(2, 2, a).Evd(Symmetricity.Symmetric).EigenValues;
        Assert.All(values, v => Assert.True(v.Real >= 0.5 * (1 - 1e-9), $"{v.Real}"));
    }

    [Fact]
    public void What_is_not_finite_stays_visible()
    {
        double[] a = [1, double.NaN, 0, 1];

        SymmetricMatrix.FloorEigenvalues(0.5, a);

        Assert.All(a, value => Assert.True(double.IsNaN(value)));
    }

    // The hashes are those of the same formulas number by number, without vectors.
    [Fact]
    public void The_bits_are_those_of_the_scalar_formulas()
    {
        var a = Symmetric(31).ToRowMajorArray();
        var y = Normals(31, 5);

        SymmetricMatrix.FloorEigenvalues(0.3, a);
        SymmetricMatrix.Solve(a, y, y);

        Assert.Equal(0x2ca0629ae0981c00UL, VectorHash.Of<double>(a));
        Assert.Equal(0xc924c72343adf4bbUL, VectorHash.Of<double>(y));
    }

    static double[] Normals(int n, ulong id)
    {
        var values = new double[n];
        for (var k = 0; k < n; k++)
            values[k] = new Draw(3, Purpose.None, id, (ulong)k).Normal();
        return values;
    }

    static Matrix<double> Symmetric(int d)
    {
        var m = Matrix<double>.Build.Dense(d, d, Normals(d * d, (ulong)d));
        return (m + m.Transpose()) / 2;
    }

    static Matrix<double> Positive(int d)
    {
        var m = Matrix<double>.Build.Dense(d, d, Normals(d * d, (ulong)d));
        return m * m.Transpose() + Matrix<double>.Build.DenseIdentity(d);
    }

    static void Close(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var k = 0; k < expected.Length; k++)
            Assert.Equal(expected[k], actual[k], tolerance);
    }
}
