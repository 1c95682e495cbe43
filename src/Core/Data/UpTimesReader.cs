namespace AsyncOpt.Core.Data;

/// <summary>Reads when agents are up, from a table with the columns agent, from and to, plain or gzip.</summary>
static class UpTimesReader
{
    static readonly string[] Header = ["agent", "from", "to"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file: CSV with comma, semicolon or tab.</param>
    /// <exception cref="InputException">The file is missing, a column is, or a line is broken.</exception>
    public static IReadOnlyList<UpTime> Read(string path)
    {
        var lines = new List<UpTime>();
        var hasHeader = false;
        CsvRows.Read(path, row =>
        {
            if (!hasHeader && !row.Texts().SequenceEqual(Header))
                throw DataFile.Error(path, row.Line, "expected the header agent,from,to");
            if (hasHeader)
                lines.Add(Line(path, row));
            hasHeader = true;
        });
        return lines.Count > 0 ? lines : throw new InputException(
            $"{path}: says of no agent when it is up; expected the header agent,from,to, and lines");
    }

    static UpTime Line(string path, CsvRow row)
    {
        if (row.Cells != Header.Length)
            throw DataFile.Error(path, row.Line, $"has {row.Cells} columns, the header has {Header.Length}");
        var (from, to) = (Time(row, 1), Time(row, 2));
        if (from is null && to is not null)
            throw DataFile.Error(path, row.Line, 2, "expected a time, as there is one in the column 'to'");
        if (from < 0 || to <= from)
            throw DataFile.Error(path, row.Line, $"expected 0 <= from < to, got {row.Text(1)} and {row.Text(2)}");
        return new(row.Text(0), from, to, row.Line);
    }

    static double? Time(CsvRow row, int column) =>
        row.Text(column).Length == 0 ? null : row.Number(column, Header[column]);
}
