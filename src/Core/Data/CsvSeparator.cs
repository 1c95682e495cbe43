namespace AsyncOpt.Core.Data;

/// <summary>Finds out what separates the cells of a CSV file.</summary>
internal static class CsvSeparator
{
    const int BytesMax = 1 << 16, RowsMax = 20;

    // In this order: where numbers have decimal commas, commas stand as often in each row as what separates.
    static readonly char[] Candidates = [';', '\t', ',', '|'];

    /// <summary>
    /// The first of semicolon, tab, comma and bar that stands in each of the first rows, outside quotes, equally often;
    /// null where there is none, or the file names its separator itself (<c>sep=;</c>): then the CSV library decides.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It cannot be read, or is no UTF-8.</exception>
    public static char? Of(string path)
    {
        using Stream stream = DataFile.OpenText(path);
        byte[] text = new byte[BytesMax];
        int length = DataFile.Guard(path, FileFormat.Csv, () => stream.ReadAtLeast(text, text.Length, false));
        return Of(text.AsSpan(0, length), isWhole: length < text.Length);
    }

    static char? Of(ReadOnlySpan<byte> text, bool isWhole)
    {
        if (text.StartsWith("sep="u8))
            return null;
        List<int[]> rows = Count(text, isWhole);
        foreach (int candidate in Enumerable.Range(0, Candidates.Length))
        {
            if (rows.Count > 0 && rows[0][candidate] > 0 && rows.TrueForAll(r => r[candidate] == rows[0][candidate]))
                return Candidates[candidate];
        }
        return null;
    }

    /// <summary>How often each candidate stands in each row outside quotes, without a row that is cut off.</summary>
    static List<int[]> Count(ReadOnlySpan<byte> text, bool isWhole)
    {
        var rows = new List<int[]>();
        int[] row = new int[Candidates.Length];
        bool isQuoted = false, isBegun = false, isComment = false;
        foreach (byte b in text)
        {
            if (b is (byte)'\n' or (byte)'\r' && !isQuoted)
            {
                EndRow();
                if (rows.Count == RowsMax)
                    return rows;
                continue;
            }
            isComment |= !isBegun && b == '#';
            isBegun = true;
            isQuoted ^= b == '"' && !isComment;
            int candidate = isQuoted ? -1 : Array.IndexOf(Candidates, (char)b);
            if (candidate >= 0)
                row[candidate]++;
        }
        if (isWhole)
            EndRow();
        return rows;

        void EndRow()
        {
            if (isBegun && !isComment)
                rows.Add(row);
            row = new int[Candidates.Length];
            isBegun = isComment = false;
        }
    }
}
