namespace AsyncOpt.Core.Data;

/// <summary>
/// The numbers of one file's cells. Decimal commas are read where semicolons separate the cells, and nowhere else; a
/// file has one decimal mark throughout: the first one decides.
/// </summary>
/// <param name="path">The file, for messages.</param>
internal sealed class CellNumbers(string path)
{
    char? _mark;
    long _markLine;

    /// <summary>The file's decimal mark so far.</summary>
    public char Mark => _mark ?? '.';

    /// <summary>Whether a cell is a finite number, written as the file may write it.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="separator">What separates the cells.</param>
    public static bool IsNumber(ReadOnlySpan<char> cell, char separator) =>
        Numbers.TryParse(cell, MarkOf(cell, separator), out _);

    /// <summary>Reads a finite number.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="separator">What separates the cells.</param>
    /// <param name="line">Its line, from 1.</param>
    /// <param name="column">Its column, from 1.</param>
    /// <param name="name">The column's name; null where it has none.</param>
    /// <exception cref="InputException">
    /// It is none, is beyond <see cref="Numbers.DataMax"/>, or the file has decimal commas and points.
    /// </exception>
    public double Read(ReadOnlySpan<char> cell, char separator, long line, int column, string? name = null)
    {
        char mark = MarkOf(cell, separator);
        if (!Numbers.TryParse(cell, mark, out double value))
            throw DataFile.Error(path, line, column, Numbers.Refusal(cell), name);
        if (Math.Abs(value) > Numbers.DataMax)
            throw DataFile.Error(path, line, column, Numbers.TooLarge(cell), name);
        if (!cell.Contains(mark))
            return value;
        if (_mark is null)
            (_mark, _markLine) = (mark, line);
        return mark == _mark ? value : throw DataFile.Error(path, line, column, $"{DataFile.Quote(cell)} has a decimal "
            + $"{Name(mark)}, but line {_markLine} has a decimal {Name(Mark)}; use one of them", name);
    }

    static char MarkOf(ReadOnlySpan<char> cell, char separator) => separator == ';' && cell.Contains(',') ? ',' : '.';

    static string Name(char mark) => mark == ',' ? "comma" : "point";
}
