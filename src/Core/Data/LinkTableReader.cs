namespace AsyncOpt.Core.Data;

/// <summary>Measured values per directed link, such as pings.</summary>
public sealed class LinkTable
{
    // A matrix of so many nodes takes about 3 GB.
    const int NodesMax = 20_000;

    /// <summary>Where it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>The nodes' labels, in order of first appearance: node i is the i-th.</summary>
    public required string[] Labels { get; init; }

    /// <summary>The links in order of first appearance, each with its values in file order (the file's unit).</summary>
    public required (int From, int To, double[] Values)[] Links { get; init; }

    /// <summary>Measurements that were passed over, as they are negative or no number.</summary>
    public int Failed { get; init; }

    /// <summary>A nodes x nodes matrix with one number per link; NaN where nothing was measured.</summary>
    /// <param name="reduce">Makes one number of a link's values, for instance <see cref="Median"/>.</param>
    /// <exception cref="InputException">There are too many nodes for a matrix.</exception>
    public NumericMatrix ToMatrix(Func<double[], double> reduce)
    {
        if (Labels.Length > NodesMax)
        {
            throw new InputException($"{Source}: measured delays between {Labels.Length} nodes do not fit; at most "
                + $"{NodesMax} nodes can be read");
        }
        double[] values = new double[Labels.Length * Labels.Length];
        Array.Fill(values, double.NaN);
        foreach ((int from, int to, double[] samples) in Links)
            values[from * Labels.Length + to] = samples.Length > 0 ? reduce(samples) : double.NaN;
        return new(Labels.Length, Labels.Length, values);
    }

    /// <summary>The median: the middle value, or the mean of the two middle ones.</summary>
    /// <param name="values">At least one value.</param>
    public static double Median(double[] values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}

/// <summary>
/// Reads long tables with a header, plain or gzip, in which a line holds a link's ends and one value measured on it:
/// the columns are given by name.
/// </summary>
public static class LinkTableReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file: CSV with comma, semicolon or tab.</param>
    /// <param name="from">The column of the sending node's label.</param>
    /// <param name="to">The column of the receiving node's label.</param>
    /// <param name="value">The column of the value, a number that is at least 0.</param>
    /// <param name="where">Columns and the text a line must have there to be read, such as size = 24, or null.</param>
    /// <param name="withFailed">Whether values that are negative or stand for none are passed over.</param>
    /// <exception cref="InputException">A column or the file is missing, or a line is broken.</exception>
    public static LinkTable Read(string path, string from, string to, string value,
        IReadOnlyDictionary<string, string>? where = null, bool withFailed = false)
    {
        var reading = new Reading(path, (from, to, value), where ?? new Dictionary<string, string>(), withFailed);
        CsvRows.Read(path, reading.Row);
        return reading.Finish();
    }

    sealed class Reading(string path, (string From, string To, string Value) names,
        IReadOnlyDictionary<string, string> where, bool withFailed)
    {
        readonly Numbering<string> _nodes = new();
        readonly Numbering<(int From, int To)> _links = new();
        readonly List<List<double>> _values = [];
        string[]? _header;
        (int From, int To, int Value) _columns;
        (int Column, string Text)[] _conditions = [];
        int _failed;

        public void Row(CsvRow row)
        {
            if (_header is null)
            {
                Begin(row.Line, row.Texts());
                return;
            }
            if (row.Cells != _header.Length)
                throw DataFile.Error(path, row.Line, $"has {row.Cells} columns, the header has {_header.Length}");
            foreach ((int column, string text) in _conditions)
            {
                if (row.Text(column) != text)
                    return;
            }
            int link = _links.Of((Node(row, _columns.From), Node(row, _columns.To)));
            if (link == _values.Count)
                _values.Add([]);
            if (withFailed && Numbers.IsMissing(row.Text(_columns.Value)))
                _failed++;
            else if (row.Number(_columns.Value) is >= 0 and var number)
                _values[link].Add(number);
            else if (withFailed)
                _failed++;
            else
                throw Negative(row);
        }

        InputException Negative(CsvRow row) => DataFile.Error(path, row.Line, _columns.Value + 1,
            $"expected a delay of at least 0, got {DataFile.Quote(row.Text(_columns.Value))}; with `missing`, the "
            + "seconds for links without a measurement, such values are passed over");

        public LinkTable Finish()
        {
            if (_header is null)
                throw new InputException($"{path}: is empty; expected a header");
            if (_values.Count == 0)
                throw new InputException($"{path}: no line {(where.Count == 0 ? "has data" : "fits the conditions")}");
            return new()
            {
                Source = path,
                Labels = [.. _nodes.Items],
                Failed = _failed,
                Links = [.. _links.Items.Select((link, i) => (link.From, link.To, _values[i].ToArray()))],
            };
        }

        void Begin(long line, string[] header)
        {
            int Column(string name) => header.Count(cell => cell == name) switch
            {
                0 => throw DataFile.Error(path, line, DataFile.UnknownColumn(name, header)),
                1 => Array.IndexOf(header, name),
                _ => throw DataFile.Error(path, line, $"several columns have the name '{name}'; rename all but one"),
            };
            _header = header;
            _columns = (Column(names.From), Column(names.To), Column(names.Value));
            _conditions = [.. where.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => (Column(w.Key), w.Value))];
        }

        int Node(CsvRow row, int column)
        {
            string label = row.Text(column);
            return label.Length > 0
                ? _nodes.Of(label)
                : throw DataFile.Error(path, row.Line, column + 1, "the node is empty");
        }
    }

    /// <summary>Numbers things from 0 in order of first appearance.</summary>
    sealed class Numbering<T> where T : notnull
    {
        readonly Dictionary<T, int> _numbers = [];

        public List<T> Items { get; } = [];

        public int Of(T item)
        {
            if (!_numbers.TryGetValue(item, out int number))
            {
                _numbers[item] = number = Items.Count;
                Items.Add(item);
            }
            return number;
        }
    }
}
