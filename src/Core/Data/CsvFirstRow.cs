using System.Globalization;

namespace AsyncOpt.Core.Data;

/// <summary>What the first row of a CSV file is.</summary>
internal enum FirstRow
{
    /// <summary>The names of the columns.</summary>
    Header,

    /// <summary>A sample, perhaps a broken one.</summary>
    Sample,

    /// <summary>Numbers that could be names: 0, 1, 2, ..., or a label unlike all others; the rest decides.</summary>
    Doubtful,

    /// <summary>Names and numbers side by side: neither header nor sample.</summary>
    Mixed,
}

/// <summary>Tells headers from samples. Pure functions.</summary>
internal static class CsvFirstRow
{
    /// <summary>What the first row shows by itself.</summary>
    /// <param name="cells">Its cells.</param>
    /// <param name="isNumber">Which of them are numbers as the file writes them.</param>
    /// <param name="texts">The columns that may be texts in samples, too: label and groups.</param>
    public static FirstRow Of(string[] cells, bool[] isNumber, IReadOnlySet<int> texts)
    {
        int numbers = 0, names = 0, damaged = 0;
        for (int c = 0; c < cells.Length; c++)
        {
            if (texts.Contains(c))
                continue;
            if (isNumber[c])
                numbers++;
            else if (LooksLikeNumber(cells[c]))
                damaged++;
            else if (!Numbers.IsMissing(cells[c]))
                names++;
        }
        if (names > 0)
            return numbers + damaged == 0 ? FirstRow.Header : FirstRow.Mixed;
        // What is missing or damaged is refused in its place, as in any other row.
        return IsCount(cells, texts) || texts.Any(c => !isNumber[c]) ? FirstRow.Doubtful : FirstRow.Sample;
    }

    /// <summary>
    /// Whether the cells but texts are 0, 1, 2, ... or 1, 2, 3, ..., as tables without names are headed.
    /// </summary>
    public static bool IsCount(string[] cells, IReadOnlySet<int> texts)
    {
        int[] features = [.. Enumerable.Range(0, cells.Length).Where(c => !texts.Contains(c))];
        return features.Length > 0 && (Counts(0) || Counts(1));

        bool Counts(int from) => features.Select((c, i) => (Column: c, Place: i)).All(f =>
            cells[f.Column] == Text(from + f.Place)) || features.All(c => cells[c] == Text(from + c));
    }

    /// <summary>Whether all cells are 0, 1, 2, ...: the header that pandas writes for a table without names.</summary>
    public static bool IsCountFrom0(string[] cells) =>
        cells.Length > 2 && cells.Select((cell, i) => cell == Text(i)).All(isCount => isCount);

    /// <summary>
    /// Whether it is the first line of scikit-learn's files: the numbers of samples and of features, then the names of
    /// the classes.
    /// </summary>
    /// <param name="cells">The first row.</param>
    /// <param name="width">The cells of the second row.</param>
    /// <param name="samples">The number of samples that it promises.</param>
    public static bool IsCounts(string[] cells, int width, out int samples)
    {
        samples = 0;
        return cells.Length > 2 && cells[1] == Text(width - 1)
            && int.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out samples);
    }

    // 1,000 or 0x1F or 12 %: begins like a number, and has no letters but those of numbers.
    static bool LooksLikeNumber(string text) =>
        text.Length > 0 && (char.IsDigit(text[0]) || text[0] is '+' or '-' or '.' or ',' or '(' or '$' or '−')
        && text.Any(char.IsDigit) && text.All(c => !char.IsLetter(c) || c is 'e' or 'E' or 'x' or 'X');

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
