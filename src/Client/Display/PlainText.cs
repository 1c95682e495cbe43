namespace AsyncOpt.Client.Display;

/// <summary>
/// Paragraphs and tables of words in lines of a width. The library that draws the tables of runs takes longer to load
/// than a command that looks something up takes for all else.
/// </summary>
static class PlainText
{
    /// <summary>Less of a column cannot be read.</summary>
    public const int ColumnMin = 8;

    /// <summary>A text in lines, wrapped at blanks; a word that is longer than a line is cut.</summary>
    /// <param name="text">The text; its own lines stay lines.</param>
    /// <param name="width">The most columns of a line, at least 1.</param>
    public static IEnumerable<string> Wrapped(string text, int width)
    {
        foreach (var paragraph in text.Split('\n'))
        {
            var line = "";
            foreach (var whole in paragraph.Split(' '))
            {
                var word = whole;
                if (line.Length > 0 && line.Length + 1 + word.Length > width)
                {
                    yield return line;
                    line = "";
                }
                for (; word.Length > width; word = word[width..])
                    yield return word[..width];
                line += (line.Length == 0 ? "" : " ") + word;
            }
            yield return line;
        }
    }

    /// <summary>A table of words: titles, a rule, a row for each row of cells, blank lines around it.</summary>
    /// <param name="titles">The columns' titles.</param>
    /// <param name="rows">The cells of each row, one a column.</param>
    /// <param name="width">The most columns of text, at least as many as all titles take.</param>
    public static IEnumerable<string> Table(string[] titles, IReadOnlyList<string[]> rows, int width)
    {
        var widths = Widths([titles, .. rows], width - 2);
        yield return "";
        foreach (var line in Row(titles, widths))
            yield return line;
        yield return new string('─', widths.Sum() + 2 * widths.Length);
        foreach (var line in rows.SelectMany(row => Row(row, widths)))
            yield return line;
        yield return "";
    }

    // As wide as the cells are; where that is too much, the widest columns give way, all to one width.
    static int[] Widths(IReadOnlyList<string[]> rows, int room)
    {
        var widths = new int[rows[0].Length];
        for (var column = 0; column < widths.Length; column++)
            widths[column] = rows.Max(row => row[column].Split('\n').Max(line => line.Length));
        for (var over = widths.Sum() + 2 * (widths.Length - 1) - room; over > 0 && widths.Max() > ColumnMin; over--)
            widths[Array.LastIndexOf(widths, widths.Max())]--;
        return widths;
    }

    static IEnumerable<string> Row(string[] cells, int[] widths)
    {
        var lines = new string[cells.Length][];
        for (var column = 0; column < cells.Length; column++)
            lines[column] = [.. Wrapped(cells[column], widths[column])];
        for (var line = 0; line < lines.Max(l => l.Length); line++)
        {
            var text = "";
            for (var column = 0; column < cells.Length; column++)
                text += (column == 0 ? " " : "  ")
                    + (line < lines[column].Length ? lines[column][line] : "").PadRight(widths[column]);
            yield return text.TrimEnd();
        }
    }
}
