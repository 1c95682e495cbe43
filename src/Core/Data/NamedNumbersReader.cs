using System.Globalization;

namespace AsyncOpt.Core.Data;

/// <summary>Reads a table of names and numbers from two columns of a CSV file, plain or gzip.</summary>
static class NamedNumbersReader
{
    /// <summary>Reads a file. Where a column is given by its name, the first line is a header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The column of the names: its number from 1, or its name.</param>
    /// <param name="numbers">The column of the numbers.</param>
    /// <returns>The numbers by name.</returns>
    /// <exception cref="InputException">The file is missing or broken, or a name comes twice.</exception>
    public static IReadOnlyDictionary<string, double> Read(string path, string names, string numbers)
    {
        var read = new Dictionary<string, double>(StringComparer.Ordinal);
        var columns = (Names: -1, Numbers: -1);
        CsvRows.Read(path, row =>
        {
            if (columns.Names < 0)
            {
                string[] cells = row.Texts();
                columns = (Column(cells, names), Column(cells, numbers));
                if (!IsNumber(names) || !IsNumber(numbers))
                    return;
            }
            if (Math.Max(columns.Names, columns.Numbers) >= row.Cells)
            {
                throw DataFile.Error(path, row.Line, $"has {row.Cells} columns; expected at least "
                    + $"{Math.Max(columns.Names, columns.Numbers) + 1}");
            }
            if (!read.TryAdd(row.Text(columns.Names), row.Number(columns.Numbers)))
                throw DataFile.Error(path, row.Line, $"a second line for {DataFile.Quote(row.Text(columns.Names))}");

            int Column(string[] cells, string column) => IsNumber(column)
                ? int.Parse(column, CultureInfo.InvariantCulture) - 1
                : Array.IndexOf(cells, column) is >= 0 and var found ? found : throw DataFile.Error(path, row.Line,
                    DataFile.UnknownColumn(column, cells));
        });
        return read.Count > 0 ? read : throw new InputException($"{path}: has no lines of names and numbers");
    }

    static bool IsNumber(string column) =>
        int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0;
}
