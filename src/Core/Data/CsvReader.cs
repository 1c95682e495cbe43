namespace AsyncOpt.Core.Data;

/// <summary>
/// Reads numeric tables from CSV, plain or gzip: comma, semicolon or tab, quotes as in RFC 4180, empty lines and lines
/// that start with <c>#</c> skipped. All cells are finite numbers, except the label, which may be a text.
/// </summary>
/// <remarks>
/// The first row is a header when one of its feature cells is not a number. A header of another width than the data
/// (scikit-learn's files begin with counts and class names) is skipped and names nothing.
/// </remarks>
public static class CsvReader
{
    /// <summary>The label stands in the first column.</summary>
    public const string First = "first";

    /// <summary>The label stands in the last column.</summary>
    public const string Last = "last";

    /// <summary>There is no label.</summary>
    public const string None = "none";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">Where the label is: <c>first</c>, <c>last</c>, <c>none</c>, or a name in the header.</param>
    /// <returns>The samples; text labels become their rank in ordinal order, named by the table.</returns>
    /// <exception cref="InputException">
    /// The file is missing, has no data rows, a row of another width, or a cell that is no finite number; the message
    /// names line and column.
    /// </exception>
    public static SampleTable Read(string path, string label = Last)
    {
        var reading = new Reading(path, label);
        CsvRows.Read(path, reading.Row);
        return reading.Finish();
    }

    sealed class Reading(string path, string label)
    {
        readonly SparseRows _rows = new();
        readonly List<string> _labels = [];
        string[]? _header;
        int _width = -1, _labelColumn;
        char _mark = '.';

        public void Row(CsvRow row)
        {
            if (_width < 0)
            {
                string[] cells = row.Texts();
                if (_header is null && IsHeader(cells))
                {
                    _header = cells;
                    return;
                }
                Begin(row.Line, cells.Length);
            }
            if (row.Cells != _width)
                throw DataFile.Error(path, row.Line, $"has {row.Cells} columns, the rows before have {_width}");
            ReadFeatures(row);
            if (_labelColumn >= 0)
                _labels.Add(ReadLabel(row.Line, row.Text(_labelColumn)));
            _mark = row.HasDecimalCommas ? ',' : '.';
        }

        public SampleTable Finish()
        {
            if (_rows.Rows == 0)
                throw new InputException($"{path}: has no data rows");
            (double[] labels, string[]? names) = MakeLabels();
            return new(path, _rows.ToBestMatrix(_labelColumn < 0 ? _width : _width - 1), labels, names, ColumnNames());
        }

        // With a label by name there must be a header; else a header shows by a feature cell that is not a number.
        bool IsHeader(string[] cells)
        {
            if (label is not (First or Last or None))
                return true;
            int skip = label switch { First => 0, Last => cells.Length - 1, _ => -1 };
            return cells.Where((cell, i) => i != skip && !Numbers.TryParse(cell, out _)).Any();
        }

        void Begin(long line, int width)
        {
            _width = width;
            _labelColumn = label switch
            {
                First => 0,
                Last => width - 1,
                None => -1,
                _ => Array.IndexOf(_header!, label),
            };
            if (label is First or Last && width < 2)
                throw DataFile.Error(path, line, "has one column, so that none is left beside the label");
            if (label is First or Last or None)
                return;
            if (_labelColumn < 0 || _header!.Length != width)
            {
                throw new InputException($"{path}: no label column '{label}': the header is "
                    + $"{string.Join(", ", _header!)}; or say first, last or none");
            }
        }

        void ReadFeatures(CsvRow row)
        {
            int feature = 0;
            for (int c = 0; c < _width; c++)
            {
                if (c == _labelColumn)
                    continue;
                double value = row.Number(c);
                if (value != 0)
                    _rows.Add(feature, value);
                feature++;
            }
            _rows.EndRow();
        }

        string ReadLabel(long line, string cell) => cell.Length > 0
            ? cell
            : throw DataFile.Error(path, line, _labelColumn + 1, "the label is empty");

        (double[] Labels, string[]? Names) MakeLabels()
        {
            double[] numbers = new double[_labels.Count];
            bool numeric = true;
            for (int i = 0; i < numbers.Length && numeric; i++)
                numeric = Numbers.TryParse(_labels[i], _mark, out numbers[i]);
            if (numeric)
                return (numbers, null);
            string[] names = [.. LabelSet.Of(_labels).Names];
            return ([.. _labels.Select(l => (double)Array.BinarySearch(names, l, StringComparer.Ordinal))], names);
        }

        string[]? ColumnNames() =>
            _header?.Length == _width ? [.. _header.Where((_, i) => i != _labelColumn)] : null;
    }
}
