namespace AsyncOpt.Core.Data;

/// <summary>
/// Reads delays, one a line in the order of the file, from a table with a header, plain or gzip; columns are given by
/// name.
/// </summary>
static class DelayTraceReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file: CSV with comma, semicolon or tab.</param>
    /// <param name="delay">The column of the delays, numbers of at least 0.</param>
    /// <param name="time">The column of their times, numbers of at least 0; null for none.</param>
    /// <param name="from">The column of the senders' names; null for none.</param>
    /// <param name="to">The column of the receivers' names; null for none.</param>
    /// <exception cref="InputException">A column or the file is missing, or a line is broken.</exception>
    public static IReadOnlyList<DelayTrace> Read(string path, string delay, string? time, string? from, string? to)
    {
        var rows = new List<DelayTrace>();
        string[]? header = null;
        var columns = (Delay: -1, Time: -1, From: -1, To: -1);
        CsvRows.Read(path, row =>
        {
            if (header is null)
            {
                header = row.Texts();
                columns = (Column(row, delay), Column(row, time), Column(row, from), Column(row, to));
                return;
            }
            if (row.Cells != header.Length)
                throw DataFile.Error(path, row.Line, $"has {row.Cells} columns, the header has {header.Length}");
            rows.Add(new(
                Text(row, columns.From), Text(row, columns.To), Number(row, columns.Time), Number(row, columns.Delay),
                row.Line));
        });
        return rows.Count > 0 ? rows : throw new InputException($"{path}: has no delays; expected a header, and lines");

        int Column(CsvRow row, string? name) => name is null ? -1
            : Array.IndexOf(header!, name) is >= 0 and var found ? found
            : throw DataFile.Error(path, row.Line, DataFile.UnknownColumn(name, header!));

        static string Text(CsvRow row, int column) => column < 0 ? "" : row.Text(column);

        double Number(CsvRow row, int column) => column < 0 ? 0
            : row.Number(column) is >= 0 and var number ? number
            : throw DataFile.Error(
                path, row.Line, column + 1, $"expected at least 0, got {DataFile.Quote(row.Text(column))}");
    }
}
