using System.Globalization;

namespace AsyncOpt.Core.Data;

/// <summary>What is done with the query of a line, <c>qid:7</c> behind the label.</summary>
public enum QueryIds
{
    /// <summary>A file that has them is refused.</summary>
    Refuse,

    /// <summary>They are left out.</summary>
    Skip,

    /// <summary>They are the groups of the samples; every line must have one.</summary>
    Group,
}

/// <summary>How a LIBSVM file is to be read.</summary>
public sealed record LibSvmFormat
{
    /// <summary>
    /// The number of features, at least 1. The highest index in a file may lie below it (a9a's test part stops at 122
    /// of 123), so parts that belong together need it given. Without it: the highest index.
    /// </summary>
    public int? Dimension { get; init; }

    /// <summary>The index of the first feature, 0 or 1.</summary>
    public int FirstIndex { get; init; } = 1;

    /// <summary>What is done with queries.</summary>
    public QueryIds Queries { get; init; }
}

/// <summary>
/// Reads LIBSVM text, plain or gzip: one sample a line, <c>label index:value index:value ...</c>, indices from 1 (or 0)
/// and ascending, entries not written are 0. Blank lines and everything after <c>#</c> are skipped.
/// </summary>
public static class LibSvmReader
{
    /// <summary>The most features that are read: a vector of them has 800 MB.</summary>
    public const int DimensionMax = 100_000_000;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is to be read; by default with indices from 1.</param>
    /// <returns>The samples; entries written as 0 stay stored in CSR.</returns>
    /// <exception cref="InputException">The file is missing, empty or broken; said with line and index.</exception>
    public static SampleTable Read(string path, LibSvmFormat? format = null)
    {
        format ??= new();
        if (format.Dimension < 1)
            throw new InputException($"{path}: the dimension must be at least 1, not {format.Dimension}");
        var reading = new Reading(path, format);
        DataFile.Lines(path, FileFormat.LibSvm, "#", reading.Line);
        return DataFile.Guard(path, FileFormat.LibSvm, reading.Finish);
    }

    sealed class Reading(string path, LibSvmFormat format)
    {
        readonly SparseRows _rows = new();
        readonly List<double> _labels = [];
        readonly List<string> _groups = [];

        public void Line(long line, ReadOnlySpan<char> text)
        {
            int comment = text.IndexOf('#');
            text = comment < 0 ? text : text[..comment];
            int last = format.FirstIndex - 1;               // the index before
            int token = 0;
            bool hasQuery = false;
            foreach (Range range in text.SplitAny(' ', '\t'))
            {
                ReadOnlySpan<char> part = text[range];
                if (part.Length == 0)
                    continue;
                if (token++ == 0)
                    _labels.Add(Label(line, part));
                else if (token == 2 && part.StartsWith("qid:"))
                    hasQuery = Query(line, part);
                else
                    last = Entry(line, part, last);
            }
            if (format.Queries == QueryIds.Group && !hasQuery)
                throw DataFile.Error(path, line, "has no qid, by which the samples are to be dealt out");
            _rows.EndRow();
        }

        public SampleTable Finish()
        {
            if (_rows.Rows == 0)
                throw new InputException($"{path}: has no samples");
            int columns = format.Dimension ?? _rows.ColumnMax + 1;
            if (columns == 0)
            {
                throw new InputException(
                    $"{path}: has labels but no features; give the dimension if all of them are 0");
            }
            return new(path, _rows.ToBestMatrix(columns), [.. _labels])
            {
                Groups = format.Queries == QueryIds.Group ? [.. _groups] : null,
            };
        }

        double Label(long line, ReadOnlySpan<char> part) => Numbers.TryParse(part, out double label)
            ? label
            : throw DataFile.Error(path, line, $"expected a numeric label first, got {DataFile.Quote(part)}");

        bool Query(long line, ReadOnlySpan<char> part)
        {
            if (!long.TryParse(part[4..], NumberStyles.None, CultureInfo.InvariantCulture, out _))
                throw DataFile.Error(path, line, $"expected a whole number after 'qid:' in {DataFile.Quote(part)}");
            if (format.Queries == QueryIds.Refuse)
            {
                throw DataFile.Error(path, line, $"{DataFile.Quote(part)} names a query, of which nothing is made; say "
                    + "skip-qid: true to leave queries out, or deal the samples out by them: sharding by-column, qid");
            }
            _groups.Add(part[4..].ToString());
            return true;
        }

        int Entry(long line, ReadOnlySpan<char> part, int last)
        {
            (int index, double value) = Parts(line, part);
            if (index < format.FirstIndex)
            {
                throw DataFile.Error(path, line, $"index 0 in {DataFile.Quote(part)}: indices count from 1; where they "
                    + "count from 0, say first-index: 0");
            }
            if (index <= last)
                throw DataFile.Error(path, line, $"index {index} follows index {last}: indices must ascend");
            int most = format.Dimension ?? DimensionMax;
            if (index - format.FirstIndex >= most)
            {
                throw DataFile.Error(path, line, format.Dimension is null
                    ? $"index {index} is beyond {most} features, the most that are read; hash the features to fewer"
                    : $"index {index} exceeds the dimension {most}");
            }
            _rows.Add(index - format.FirstIndex, value);
            return index;
        }

        (int Index, double Value) Parts(long line, ReadOnlySpan<char> part)
        {
            int colon = part.IndexOf(':');
            if (colon < 0)
                throw DataFile.Error(path, line, $"expected index:value, got {DataFile.Quote(part)}");
            ReadOnlySpan<char> digits = part[..colon];
            if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
                throw DataFile.Error(path, line, $"expected a whole number before ':' in {DataFile.Quote(part)}");
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            {
                throw DataFile.Error(path, line, $"index {digits} is beyond {DimensionMax} features, the most that are "
                    + "read; hash the features to fewer");
            }
            if (!Numbers.TryParse(part[(colon + 1)..], out double value))
            {
                throw DataFile.Error(
                    path, line, $"index {index}: expected a finite number, got {DataFile.Quote(part)}");
            }
            if (Math.Abs(value) > Numbers.DataMax)
                throw DataFile.Error(path, line, $"index {index}: {Numbers.TooLarge(part[(colon + 1)..])}");
            return (index, value);
        }
    }
}
