using System.Text;
using CsvHelper;
using Parser = CsvHelper.CsvReader;

namespace AsyncOpt.Core.Data;

/// <summary>The rows of a CSV file, for the readers of tables.</summary>
internal static class CsvRows
{
    /// <summary>
    /// Hands every row to <paramref name="row"/>: comma, semicolon, tab or bar as the first lines show, quotes
    /// as in RFC 4180, blanks around cells removed, empty lines and lines that start with <c>#</c> passed over. Every
    /// row has the first one's separators; widths are the caller's business.
    /// </summary>
    /// <param name="path">The file, plain or gzip, in UTF-8.</param>
    /// <param name="row">Receives each row; valid during the call.</param>
    /// <param name="comments">Learns of the lines that are passed over as comments.</param>
    /// <exception cref="InputException">The file cannot be read, is no UTF-8, or a quote is out of place.</exception>
    public static void Read(string path, Action<CsvRow> row, CsvComments? comments = null)
    {
        Stream text = DataFile.OpenText(path);
        using Stream stream = comments?.Watch(text) ?? text;
        DataFile.Guard(path, FileFormat.Csv, () =>
        {
            using Parser parser = Parser.Create(stream, new CsvReaderOptions
            {
                Separator = CsvSeparator.Of(path),
                HasHeader = false,
                CommentPrefix = '#',
                TrimWhitespace = true,
                TrackLineNumbers = true,
                MalformedData = CsvMalformedDataHandling.Throw,
            });
            var cells = new CsvRow(path, parser);
            while (Next(path, parser))
                row(cells);
            return 0;
        });
    }

    static bool Next(string path, Parser parser)
    {
        try
        {
            return parser.Read();
        }
        catch (CsvFormatException e)
        {
            throw DataFile.Error(path, e.LineNumber, $"broken CSV: {Reason(e.Message)}");
        }
    }

    // The library's message without its places: 'Malformed CSV in record 2 (line 2): REASON (byte offset 13).'
    static string Reason(string message)
    {
        int start = message.IndexOf("): ", StringComparison.Ordinal);
        int end = message.LastIndexOf(" (", StringComparison.Ordinal);
        return start >= 0 && end > start ? message[(start + 3)..end] : message;
    }
}

/// <summary>A row of a CSV file: the one at which its reader stands.</summary>
/// <param name="path">The file.</param>
/// <param name="parser">Its reader.</param>
internal sealed class CsvRow(string path, Parser parser)
{
    readonly CellNumbers _numbers = new(path);

    /// <summary>The line where the row begins, from 1.</summary>
    public long Line => parser.LineNumber;

    /// <summary>The number of cells.</summary>
    public int Cells => parser.FieldCount;

    /// <summary>What separates the cells of the file.</summary>
    public char Separator => parser.Separator;

    /// <summary>The decimal mark of the file's numbers so far.</summary>
    public char Mark => _numbers.Mark;

    /// <summary>A cell without the blanks around it.</summary>
    /// <param name="column">From 0.</param>
    public string Text(int column) => parser.GetString(column);

    /// <summary>All cells.</summary>
    public string[] Texts()
    {
        string[] texts = new string[Cells];
        for (int c = 0; c < texts.Length; c++)
            texts[c] = Text(c);
        return texts;
    }

    /// <summary>A cell as a finite number; decimal commas where semicolons separate the cells.</summary>
    /// <param name="column">From 0.</param>
    /// <param name="name">The column's name in the header; null where there is none.</param>
    /// <exception cref="InputException">It is none, or the file has decimal commas and points.</exception>
    public double Number(int column, string? name = null)
    {
        ReadOnlySpan<byte> cell = parser.GetSpan(column);
        Span<char> text = cell.Length <= 128 ? stackalloc char[128] : new char[cell.Length];
        return _numbers.Read(text[..Encoding.UTF8.GetChars(cell, text)], Separator, Line, column + 1, name);
    }

    /// <summary>Whether a cell is a finite number, written as the file may write it.</summary>
    /// <param name="column">From 0.</param>
    public bool IsNumber(int column) => CellNumbers.IsNumber(Text(column), Separator);
}
