using System.Globalization;

namespace AsyncOpt.Core.Data;

/// <summary>
/// Reads LIBSVM text, plain or gzip: one sample a line, <c>label index:value index:value ...</c>, indices from 1 and
/// ascending, entries not written are 0. Blank lines and everything after <c>#</c> are skipped; LF or CRLF.
/// </summary>
public static class LibSvmReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimension">
    /// The number of features, at least 1. The highest index in a file may lie below it (a9a's test part stops at 122
    /// of 123), so parts that belong together need it given. Without it: the highest index.
    /// </param>
    /// <returns>The samples; entries written as 0 stay stored in CSR.</returns>
    /// <exception cref="InputException">The file is missing, empty or broken; said with line and index.</exception>
    public static SampleTable Read(string path, int? dimension = null)
    {
        if (dimension < 1)
            throw new InputException($"{path}: the dimension must be at least 1, not {dimension}");
        var rows = new SparseRows();
        var labels = new List<double>();
        DataFile.Lines(path, "#", (line, text) =>
        {
            int comment = text.IndexOf('#');
            labels.Add(ReadLine(path, line, comment < 0 ? text : text[..comment], rows, dimension ?? int.MaxValue));
        });
        if (rows.Rows == 0)
            throw new InputException($"{path}: has no samples");
        int columns = dimension ?? rows.ColumnMax + 1;
        if (columns == 0)
            throw new InputException($"{path}: has labels but no features; give the dimension if all of them are 0");
        return new(path, rows.ToBestMatrix(columns), [.. labels]);
    }

    static double ReadLine(string path, long line, ReadOnlySpan<char> text, SparseRows rows, int dimension)
    {
        double label = double.NaN;
        int last = 0;                                   // the index before, from 1; 0 while there is none
        int token = 0;
        foreach (Range range in text.SplitAny(' ', '\t'))
        {
            ReadOnlySpan<char> part = text[range];
            if (part.Length == 0)
                continue;
            if (token++ == 0)
            {
                if (!Numbers.TryParse(part, out label))
                    throw DataFile.Error(path, line, $"expected a numeric label first, got {DataFile.Quote(part)}");
                continue;
            }
            (int index, double value) = ReadEntry(path, line, part);
            if (index <= last)
                throw DataFile.Error(path, line, $"index {index} follows index {last}: indices must ascend");
            if (index > dimension)
                throw DataFile.Error(path, line, $"index {index} exceeds the dimension {dimension}");
            rows.Add(index - 1, value);
            last = index;
        }
        rows.EndRow();
        return label;
    }

    static (int Index, double Value) ReadEntry(string path, long line, ReadOnlySpan<char> part)
    {
        int colon = part.IndexOf(':');
        if (colon < 0)
            throw DataFile.Error(path, line, $"expected index:value, got {DataFile.Quote(part)}");
        if (!int.TryParse(part[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            throw DataFile.Error(path, line, $"expected a whole number before ':' in {DataFile.Quote(part)}");
        if (index == 0)
            throw DataFile.Error(path, line, $"index 0 in {DataFile.Quote(part)}: indices count from 1");
        if (!Numbers.TryParse(part[(colon + 1)..], out double value))
            throw DataFile.Error(path, line, $"index {index}: expected a finite number, got {DataFile.Quote(part)}");
        return (index, value);
    }
}
