namespace AsyncOpt.Core.Data;

/// <summary>
/// The features of a data set: an immutable matrix (rows x columns) of doubles, dense in row-major order or as
/// compressed sparse rows (CSR). Which of the two is chosen by the share of stored entries, see
/// <see cref="IsDenseBetter"/>; the numbers are the same either way.
/// </summary>
public sealed class FeatureMatrix
{
    readonly Lazy<float[]> _singles;

    FeatureMatrix(int rows, int columns, double[] values, int[]? rowStart, int[]? column)
    {
        (Rows, Columns, Values) = (rows, columns, values);
        (RowStart, Column, IsDense) = (rowStart ?? [], column ?? [], rowStart is null);
        _singles = new(() => Array.ConvertAll(Values, static v => (float)v));
    }

    /// <summary>Number of rows (samples).</summary>
    public int Rows { get; }

    /// <summary>Number of columns (features).</summary>
    public int Columns { get; }

    /// <summary>Whether <see cref="Values"/> is dense and row-major; otherwise it is CSR.</summary>
    public bool IsDense { get; }

    /// <summary>Dense: rows x columns values, row-major. CSR: the stored entries, row after row.</summary>
    public double[] Values { get; }

    /// <summary>CSR: the first entry of each row, and last the number of entries (rows + 1). Dense: empty.</summary>
    public int[] RowStart { get; }

    /// <summary>CSR: the column of each entry, from 0, ascending within a row. Dense: empty.</summary>
    public int[] Column { get; }

    /// <summary>The values rounded to float32, in the same order: made at first use, for float32 runs.</summary>
    public float[] SingleValues => _singles.Value;

    /// <summary>Makes a dense matrix.</summary>
    /// <param name="rows">Number of rows, at least 0.</param>
    /// <param name="columns">Number of columns, at least 0.</param>
    /// <param name="values">rows x columns values, row-major; kept, not copied.</param>
    public static FeatureMatrix Dense(int rows, int columns, double[] values)
    {
        if (values.LongLength != (long)rows * columns)
            throw new ArgumentException($"expected {rows} x {columns} values, got {values.Length}", nameof(values));
        return new(rows, columns, values, null, null);
    }

    /// <summary>Makes a matrix of compressed sparse rows.</summary>
    /// <param name="columns">Number of columns, above every entry of <paramref name="column"/>.</param>
    /// <param name="rowStart">The first entry of each row and the number of entries (rows + 1); not copied.</param>
    /// <param name="column">The column of each entry, from 0, ascending within a row; kept, not copied.</param>
    /// <param name="values">The entries; kept, not copied.</param>
    public static FeatureMatrix Sparse(int columns, int[] rowStart, int[] column, double[] values)
    {
        if (rowStart.Length == 0 || rowStart[0] != 0 || rowStart[^1] != values.Length || column.Length != values.Length)
            throw new ArgumentException("row starts, columns and values do not fit together", nameof(rowStart));
        return new(rowStart.Length - 1, columns, values, rowStart, column);
    }

    /// <summary>
    /// Whether dense storage is chosen: over a quarter of the entries are stored. A sparse entry costs 12 bytes and an
    /// indirect access against 8 bytes in sequence, so that CSR pays well below one half.
    /// </summary>
    /// <param name="entries">Number of stored entries.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    public static bool IsDenseBetter(long entries, int rows, int columns) =>
        4 * entries > (long)rows * columns && (long)rows * columns <= Array.MaxLength;

    /// <summary>The same matrix, dense: itself when it already is.</summary>
    public FeatureMatrix ToDense()
    {
        if (IsDense)
            return this;
        double[] values = MachineMemory.Numbers(Rows, Columns, "samples x features, as a dense matrix");
        for (int row = 0; row < Rows; row++)
            CopyRow(row, values.AsSpan(row * Columns, Columns));
        return Dense(Rows, Columns, values);
    }

    /// <summary>The same matrix as compressed sparse rows without zeros: itself when it already is CSR.</summary>
    public FeatureMatrix ToSparse()
    {
        if (!IsDense)
            return this;
        var builder = new SparseRows();
        for (int row = 0; row < Rows; row++)
        {
            for (int c = 0; c < Columns; c++)
            {
                double value = Values[row * Columns + c];
                if (value != 0)
                    builder.Add(c, value);
            }
            builder.EndRow();
        }
        return builder.ToMatrix(Columns);
    }

    /// <summary>The columns that have one value in some rows, ascending; none for fewer than two rows.</summary>
    /// <param name="rows">The rows, each 0 to rows - 1.</param>
    public IReadOnlyList<int> ConstantColumns(ReadOnlySpan<int> rows)
    {
        if (rows.Length < 2)
            return [];
        // What a row does not store is 0.
        var (first, stored, varies) = (new double[Columns], new int[Columns], new bool[Columns]);
        foreach (int row in rows)
        {
            int start = IsDense ? row * Columns : RowStart[row];
            int count = IsDense ? Columns : RowStart[row + 1] - start;
            for (int k = 0; k < count; k++)
            {
                int column = IsDense ? k : Column[start + k];
                if (stored[column]++ == 0)
                    first[column] = Values[start + k];
                varies[column] |= Values[start + k] != first[column];
            }
        }
        int all = rows.Length;
        return [.. Enumerable.Range(0, Columns)
            .Where(c => !varies[c] && (stored[c] == all || stored[c] == 0 || first[c] == 0))];
    }

    /// <summary>The inner product of a row with x, summed from first to last column: the plain reference.</summary>
    /// <param name="row">The row, 0 to rows - 1.</param>
    /// <param name="x">A vector of <see cref="Columns"/> numbers.</param>
    public double Dot(int row, ReadOnlySpan<double> x)
    {
        double sum = 0;
        if (IsDense)
        {
            ReadOnlySpan<double> a = Values.AsSpan(row * Columns, Columns);
            for (int c = 0; c < a.Length; c++)
                sum += a[c] * x[c];
        }
        else
        {
            for (int k = RowStart[row]; k < RowStart[row + 1]; k++)
                sum += Values[k] * x[Column[k]];
        }
        return sum;
    }

    /// <summary>Writes a row as a dense vector.</summary>
    /// <param name="row">The row, 0 to rows - 1.</param>
    /// <param name="to">Receives <see cref="Columns"/> numbers.</param>
    public void CopyRow(int row, Span<double> to)
    {
        if (IsDense)
        {
            Values.AsSpan(row * Columns, Columns).CopyTo(to);
            return;
        }
        to[..Columns].Clear();
        for (int k = RowStart[row]; k < RowStart[row + 1]; k++)
            to[Column[k]] = Values[k];
    }
}
