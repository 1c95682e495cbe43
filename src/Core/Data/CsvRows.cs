using CsvHelper;
using Parser = CsvHelper.CsvReader;

namespace AsyncOpt.Core.Data;

/// <summary>The cells of a CSV file's rows, for the readers of tables.</summary>
internal static class CsvRows
{
    /// <summary>
    /// Hands every row to <paramref name="row"/> with its line number from 1: comma, semicolon or tab as detected from
    /// the first lines, quotes as in RFC 4180, blanks around cells removed, empty lines and lines that start with
    /// <c>#</c> passed over. Every row has the first one's separators; widths are the caller's business.
    /// </summary>
    /// <param name="path">The file, plain or gzip.</param>
    /// <param name="row">Receives the line number and the reader, which stands at the row.</param>
    /// <exception cref="InputException">The file cannot be read, or a quote is out of place.</exception>
    public static void Read(string path, Action<long, Parser> row)
    {
        using Stream stream = DataFile.Open(path);
        DataFile.Guard(path, () =>
        {
            using Parser parser = Parser.Create(stream, new CsvReaderOptions
            {
                HasHeader = false,
                CommentPrefix = '#',
                TrimWhitespace = true,
                TrackLineNumbers = true,
                MalformedData = CsvMalformedDataHandling.Throw,
            });
            while (Next(path, parser))
                row(parser.LineNumber, parser);
            return 0;
        });
    }

    /// <summary>All cells of the row at which the reader stands.</summary>
    public static string[] Cells(Parser row)
    {
        string[] cells = new string[row.FieldCount];
        for (int c = 0; c < cells.Length; c++)
            cells[c] = row.GetString(c);
        return cells;
    }

    /// <summary>Parses a cell as a finite number.</summary>
    public static bool TryNumber(Parser row, int column, out double value) =>
        row.TryParse(column, out value) && double.IsFinite(value);

    /// <summary>The error for a cell that is no finite number.</summary>
    public static InputException NotANumber(string path, long line, Parser row, int column) =>
        DataFile.Error(path, line, column + 1,
            $"expected a finite number, got {DataFile.Quote(row.GetString(column))}");

    static bool Next(string path, Parser parser)
    {
        try
        {
            return parser.Read();
        }
        catch (CsvFormatException e)
        {
            throw DataFile.Error(path, e.LineNumber, $"broken CSV: {e.Message}");
        }
    }
}
