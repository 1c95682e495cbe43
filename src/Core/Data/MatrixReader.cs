using System.Formats.Tar;

namespace AsyncOpt.Core.Data;

/// <summary>A matrix of finite numbers.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Number of columns.</param>
/// <param name="Values">rows x columns values, row-major.</param>
public sealed record NumericMatrix(int Rows, int Columns, double[] Values)
{
    /// <summary>One entry.</summary>
    /// <param name="row">0 to rows - 1.</param>
    /// <param name="column">0 to columns - 1.</param>
    public double this[int row, int column] => Values[row * Columns + column];
}

/// <summary>
/// Reads matrices of numbers from text, plain or gzip, such as measured latencies: one row a line, cells between tabs,
/// blanks, commas or semicolons (then with decimal commas or points), all rows equally wide. Lines that start with
/// <c>#</c> or <c>%</c> are comments. Units are the file's.
/// </summary>
public static class MatrixReader
{
    /// <summary>Reads a matrix.</summary>
    /// <param name="path">The file.</param>
    /// <param name="withMissing">Whether cells that stand for no value, such as <c>NA</c>, are read as NaN.</param>
    /// <exception cref="InputException">The file is missing, empty or broken; said with line and column.</exception>
    public static NumericMatrix Read(string path, bool withMissing = false)
    {
        using Stream stream = DataFile.OpenText(path);
        return DataFile.Guard(path, FileFormat.Numbers, () => Read(path, stream, withMissing));
    }

    /// <summary>Reads a square matrix.</summary>
    /// <param name="path">The file.</param>
    /// <param name="withMissing">Whether cells that stand for no value, such as <c>NA</c>, are read as NaN.</param>
    /// <exception cref="InputException">
    /// As <see cref="Read(string, bool)"/>, or the matrix is not square.
    /// </exception>
    public static NumericMatrix ReadSquare(string path, bool withMissing = false) =>
        Square(path, Read(path, withMissing));

    /// <summary>Reads a matrix that is one file of a tar archive, plain or gzip.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="entry">The file's name in it, for instance <c>Seattle/SeattleData_1</c>.</param>
    /// <exception cref="InputException">As <see cref="Read(string, bool)"/>, or there is no such entry.</exception>
    public static NumericMatrix ReadTarEntry(string path, string entry)
    {
        using Stream stream = DataFile.Open(path);
        return DataFile.Guard(path, FileFormat.Tar, () =>
        {
            using var tar = new TarReader(stream);
            while (Next(path, tar) is { } item)
            {
                if (item.Name == entry && item.DataStream is { } data)
                    return Read($"{path}!{entry}", new Utf8Stream($"{path}!{entry}", data), false);
            }
            throw new InputException($"{path}: the archive has no file '{entry}'");
        });
    }

    static TarEntry? Next(string path, TarReader tar)
    {
        try
        {
            return tar.GetNextEntry();
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException
            || (e is InvalidDataException && e.InnerException is null))
        {
            throw new InputException($"{path}: is no tar archive, or is cut short; fetch or pack it anew", e);
        }
    }

    static NumericMatrix Read(string path, Stream stream, bool withMissing)
    {
        var values = new List<double>();
        var numbers = new CellNumbers(path);
        int rows = 0, columns = 0;
        DataFile.Lines(stream, "#%", (line, text) =>
        {
            int count = ReadRow(numbers, line, text, values, withMissing);
            if (rows++ == 0)
                columns = count;
            else if (count != columns)
                throw DataFile.Error(path, line, $"has {count} columns, the rows before have {columns}");
        });
        if (rows == 0)
            throw new InputException($"{path}: has no numbers");
        return new(rows, columns, [.. values]);
    }

    static int ReadRow(
        CellNumbers numbers, long line, ReadOnlySpan<char> text, List<double> values, bool withMissing)
    {
        char separator = text.Contains(';') ? ';' : text.Contains(',') ? ',' : ' ';
        int column = 0;
        foreach (Range range in separator == ' ' ? text.SplitAny(' ', '\t') : text.SplitAny(separator))
        {
            ReadOnlySpan<char> cell = text[range].Trim();
            if (cell.Length == 0 && separator == ' ')
                continue;
            column++;
            values.Add(withMissing && Numbers.IsMissing(cell)
                ? double.NaN
                : numbers.Read(cell, separator, line, column));
        }
        return column;
    }

    static NumericMatrix Square(string path, NumericMatrix matrix) => matrix.Rows == matrix.Columns
        ? matrix
        : throw new InputException($"{path}: expected a square matrix, got {matrix.Rows} x {matrix.Columns}");
}
