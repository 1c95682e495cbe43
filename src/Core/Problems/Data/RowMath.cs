using System.Numerics;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>Operations on rows of a feature matrix in plain float64: the same bits on every machine.</summary>
public static class RowMath
{
    /// <summary>
    /// Inner product: four running sums, so that additions overlap, then those from left to right in pairs.
    /// </summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        var i = 0;
        for (; i <= a.Length - 4; i += 4)
        {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.Length; i++)
            s0 += a[i] * b[i];
        return (s0 + s1) + (s2 + s3);
    }

    /// <summary>The squared Euclidean norm.</summary>
    public static double SquaredNorm(ReadOnlySpan<double> a) => Dot(a, a);

    /// <summary>y += scale * x, coordinate by coordinate: the same bits at any vector width.</summary>
    public static void Axpy(double scale, ReadOnlySpan<double> x, Span<double> y)
    {
        y = y[..x.Length];
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y);
        var factor = new Vector<double>(scale);
        var i = 0;
        for (; i <= x.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var sum = Vector.LoadUnsafe(ref b, (nuint)i) + factor * Vector.LoadUnsafe(ref a, (nuint)i);
            sum.StoreUnsafe(ref b, (nuint)i);
        }
        for (; i < x.Length; i++)
            y[i] += scale * x[i];
    }

    /// <summary>The inner product of a row with x, which has the matrix' columns.</summary>
    public static double DotRow(FeatureMatrix matrix, int row, ReadOnlySpan<double> x)
    {
        if (matrix.IsDense)
            return Dot(matrix.Values.AsSpan(row * matrix.Columns, matrix.Columns), x);
        var (start, end) = (matrix.RowStart[row], matrix.RowStart[row + 1]);
        var values = matrix.Values.AsSpan(start, end - start);
        var columns = matrix.Column.AsSpan(start, values.Length);
        var sum = 0.0;
        for (var k = 0; k < values.Length; k++)
            sum += values[k] * x[columns[k]];
        return sum;
    }

    /// <summary>y += scale * row; y has the matrix' columns.</summary>
    public static void AddRow(FeatureMatrix matrix, int row, double scale, Span<double> y)
    {
        if (matrix.IsDense)
        {
            Axpy(scale, matrix.Values.AsSpan(row * matrix.Columns, matrix.Columns), y);
            return;
        }
        var (start, end) = (matrix.RowStart[row], matrix.RowStart[row + 1]);
        var values = matrix.Values.AsSpan(start, end - start);
        var columns = matrix.Column.AsSpan(start, values.Length);
        for (var k = 0; k < values.Length; k++)
            y[columns[k]] += scale * values[k];
    }

    /// <summary>
    /// y += scale * row row^T; y is columns x columns, row-major, at an offset and with a given row stride.
    /// </summary>
    public static void AddOuter(FeatureMatrix matrix, int row, double scale, Span<double> y, int stride)
    {
        if (matrix.IsDense)
        {
            var a = matrix.Values.AsSpan(row * matrix.Columns, matrix.Columns);
            for (var i = 0; i < a.Length; i++)
                Axpy(scale * a[i], a, y[(i * stride)..]);
            return;
        }
        for (var i = matrix.RowStart[row]; i < matrix.RowStart[row + 1]; i++)
            AddRow(matrix, row, scale * matrix.Values[i], y[(matrix.Column[i] * stride)..]);
    }

    /// <summary>The first rows of a matrix.</summary>
    public static FeatureMatrix Head(FeatureMatrix matrix, int rows)
    {
        if (matrix.IsDense)
            return FeatureMatrix.Dense(rows, matrix.Columns, matrix.Values[..(rows * matrix.Columns)]);
        var entries = matrix.RowStart[rows];
        return FeatureMatrix.Sparse(
            matrix.Columns, matrix.RowStart[..(rows + 1)], matrix.Column[..entries], matrix.Values[..entries]);
    }

    /// <summary>The matrix times a number.</summary>
    public static FeatureMatrix Scaled(FeatureMatrix matrix, double scale)
    {
        var values = Array.ConvertAll(matrix.Values, v => v * scale);
        return matrix.IsDense
            ? FeatureMatrix.Dense(matrix.Rows, matrix.Columns, values)
            : FeatureMatrix.Sparse(matrix.Columns, matrix.RowStart, matrix.Column, values);
    }

    /// <summary>The matrix with a last column of ones.</summary>
    public static FeatureMatrix WithOnes(FeatureMatrix matrix)
    {
        var (rows, columns) = (matrix.Rows, matrix.Columns);
        if (matrix.IsDense)
        {
            var dense = new double[checked(rows * (columns + 1))];
            Array.Fill(dense, 1);
            for (var row = 0; row < rows; row++)
                matrix.CopyRow(row, dense.AsSpan(row * (columns + 1), columns));
            return FeatureMatrix.Dense(rows, columns + 1, dense);
        }
        var (start, column, values) = (new int[rows + 1], new List<int>(), new List<double>());
        for (var row = 0; row < rows; row++)
        {
            var range = matrix.RowStart[row]..matrix.RowStart[row + 1];
            column.AddRange(matrix.Column.AsSpan(range));
            values.AddRange(matrix.Values.AsSpan(range));
            column.Add(columns);
            values.Add(1);
            start[row + 1] = values.Count;
        }
        return FeatureMatrix.Sparse(columns + 1, start, [.. column], [.. values]);
    }
}
