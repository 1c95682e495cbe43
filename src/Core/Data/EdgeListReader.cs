using System.Globalization;

namespace AsyncOpt.Core.Data;

/// <summary>What an edge list is like, where its lines do not tell.</summary>
public sealed record EdgeListForm
{
    /// <summary>What is between the fields.</summary>
    public FieldSeparator Separator { get; init; }

    /// <summary>Whether the first line names the columns; null: as it looks.</summary>
    public bool? Header { get; init; }

    /// <summary>The column of the first node: its number from 1, or its name in the header; null: the first.</summary>
    public string? From { get; init; }

    /// <summary>The column of the second node; null: the second.</summary>
    public string? To { get; init; }
}

/// <summary>
/// Reads edge lists, plain or gzip, as SNAP, KONECT, networkx, Gephi and spreadsheets write them: an edge a line, as
/// two labels and perhaps further columns, which are passed over. Lines that start with <c>#</c> or <c>%</c> are
/// comments.
/// </summary>
/// <remarks>
/// All lines have as many fields. Further columns are numbers (weights, times) or a mapping in braces; below a header
/// that names the nodes' columns they may be anything.
/// </remarks>
public static class EdgeListReader
{
    // Names of the nodes' columns in the headers of well-known programs and collections.
    static readonly (string From, string To)[] KnownNames =
    [
        ("source", "target"), ("from", "to"), ("src", "dst"), ("source", "dest"), ("source", "destination"),
        ("fromnodeid", "tonodeid"), ("from_id", "to_id"), ("node1", "node2"), ("node_1", "node_2"), ("id1", "id2"),
        ("id_1", "id_2"), ("node_a", "node_b"), ("u", "v"), ("i", "j"),
    ];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="form">What its lines do not tell.</param>
    /// <returns>The graph; labels are in order of first appearance.</returns>
    /// <exception cref="InputException">The file is missing, has no edges, or a line is no edge.</exception>
    public static EdgeList Read(string path, EdgeListForm? form = null)
    {
        var reading = new Reading(path, form ?? new());
        DataFile.Lines(path, FileFormat.EdgeList, "", reading.Line);
        return DataFile.Guard(path, FileFormat.EdgeList, reading.Finish);
    }

    sealed class Reading(string path, EdgeListForm form)
    {
        readonly List<string> _labels = [];
        readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
        readonly List<(int From, int To)> _edges = [];
        readonly List<string> _notes = [];
        readonly Range[] _fields = new Range[EdgeListFields.Max];
        FieldSeparator _separator = form.Separator;
        (long Number, string Text, string[] Fields)? _first;
        string[]? _header;
        (int From, int To) _columns = (0, 1);
        bool? _directed;
        bool _isBegun, _isNamed, _isFirstRepeated;

        public void Line(long number, ReadOnlySpan<char> text)
        {
            if (text[0] is '#' or '%')
            {
                Comment(number, text);
                return;
            }
            if (_first is null)
            {
                _separator = _separator == FieldSeparator.Auto ? EdgeListFields.Of(text) : _separator;
                _first = (number, text.ToString(), Fields(number, text));
                return;
            }
            if (!_isBegun)
                Begin(Fields(number, text));
            Edge(number, text);
        }

        public EdgeList Finish()
        {
            if (_first is not null && !_isBegun)
                Begin(null);
            DropHeaderOfWords();
            RefuseOthers();
            if (_edges.Count == 0)
                throw new InputException($"{path}: has no edges; expected lines of two node labels, such as 'a b'");
            return new()
            {
                Labels = _labels,
                Edges = _edges,
                Directed = _directed,
                Notes = [.. _notes, .. PassedOver()],
            };
        }

        // KONECT's first comment says what kind of graph it is.
        void Comment(long number, ReadOnlySpan<char> text)
        {
            if (number > 1 || text[0] != '%')
                return;
            if (text.StartsWith("%%MatrixMarket", StringComparison.OrdinalIgnoreCase))
                throw NotTwoLabels(number, text);
            var kind = text[1..].TrimStart();
            if (kind.StartsWith("bip"))
            {
                throw DataFile.Error(path, number, "the graph is bipartite ('% bip'), and node 1 of the left column is "
                    + "another than node 1 of the right one; write letters before the numbers of one column");
            }
            if (kind.StartsWith("asym"))
                _directed = true;
        }

        // Two lines tell whether the first is a header.
        void Begin(string[]? second)
        {
            _isBegun = true;
            var (number, text, fields) = _first!.Value;
            if (text.StartsWith('<') && text.EndsWith('>')) // XML, whose lines may have two words
                throw NotTwoLabels(number, text);
            _isNamed = NamesColumns(fields);
            var isHeader = form.Header
                ?? (_isNamed || (IsText(fields) && second?.Length == fields.Length && !IsText(second)));
            if (isHeader)
            {
                _header = fields;
                _notes.Add($"line {number} is taken for a header: {string.Join(", ", fields)}");
            }
            _isNamed |= form.Header == true;
            _columns = (Column(form.From, 0), Column(form.To, 1));
            if (form.From is null && form.To is null && isHeader && Known(fields) is { } known)
                _columns = known;
            if (!isHeader)
                Edge(number, text);
        }

        bool NamesColumns(string[] fields) => form.Header != false && (form is { From: null, To: null }
            ? Known(fields) is not null
            : IsName(form.From) || IsName(form.To));

        static bool IsName(string? column) =>
            column is not null && !int.TryParse(column, CultureInfo.InvariantCulture, out _);

        static (int From, int To)? Known(string[] fields)
        {
            foreach (var (from, to) in KnownNames)
            {
                var (i, j) = (IndexOf(fields, from), IndexOf(fields, to));
                if (i >= 0 && j >= 0)
                    return (i, j);
            }
            return null;
        }

        static int IndexOf(string[] fields, string name) =>
            Array.FindIndex(fields, f => f.Equals(name, StringComparison.OrdinalIgnoreCase));

        int Column(string? column, int otherwise)
        {
            var width = _first!.Value.Fields.Length;
            if (column is null)
                return otherwise;
            if (int.TryParse(column, CultureInfo.InvariantCulture, out var number))
            {
                return number >= 1 && number <= width ? number - 1 : throw DataFile.Error(path, _first.Value.Number,
                    $"no column {number}; there are {width}, counted from 1");
            }
            return Array.IndexOf(_first.Value.Fields, column) is >= 0 and var index ? index : throw DataFile.Error(path,
                _first.Value.Number, DataFile.UnknownColumn(column, _first.Value.Fields));
        }

        // Whether a column after the second holds a text.
        static bool IsText(string[] fields) => fields.Skip(2).Any(field => !IsPassedOver(field));

        static bool IsPassedOver(ReadOnlySpan<char> field) =>
            field.IsEmpty || field[0] == '{' || Numbers.TryParse(field, out _) || Numbers.TryParse(field, ',', out _)
            || Numbers.IsMissing(field);

        void Edge(long number, ReadOnlySpan<char> text)
        {
            var count = Split(number, text);
            var width = _first!.Value.Fields.Length;
            if (count < 2 || count <= Math.Max(_columns.From, _columns.To))
                throw NotTwoLabels(number, text);
            if (count != width)
            {
                throw DataFile.Error(path, number, $"has {count} columns, line {_first.Value.Number} has {width}; an "
                    + "edge list has one edge a line and as many columns on each");
            }
            for (var i = 0; i < count && !_isNamed; i++)
            {
                var field = text[_fields[i]];
                if (i != _columns.From && i != _columns.To && !IsPassedOver(field))
                    throw NotPassedOver(number, i, field);
            }
            _edges.Add((Node(number, text, _columns.From), Node(number, text, _columns.To)));
        }

        string[] Fields(long number, ReadOnlySpan<char> text)
        {
            var fields = new string[Split(number, text)];
            for (var i = 0; i < fields.Length; i++)
                fields[i] = EdgeListFields.Unquoted(text[_fields[i]]).ToString();
            return fields;
        }

        int Split(long number, ReadOnlySpan<char> text) => EdgeListFields.Split(text, _separator, _fields) switch
        {
            < 0 => throw DataFile.Error(path, number, $"a quote or brace is not closed: {DataFile.Quote(text)}"),
            EdgeListFields.Max => throw DataFile.Error(
                path, number, $"has {EdgeListFields.Max} columns or more; expected an edge, two node labels"),
            var count => count,
        };

        int Node(long number, ReadOnlySpan<char> text, int column)
        {
            var label = EdgeListFields.Unquoted(text[_fields[column]]);
            if (label.IsEmpty)
                throw NotTwoLabels(number, text);
            var lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
            if (!lookup.TryGetValue(label, out var node))
            {
                node = _labels.Count;
                _labels.Add(label.ToString());
                _numbers.Add(_labels[node], node);
            }
            _isFirstRepeated |= node < 2 && _edges.Count > 0;
            return node;
        }

        // A first line of two words above nothing but numbers.
        void DropHeaderOfWords()
        {
            if (form.Header is not null || _header is not null || _isFirstRepeated || _edges.Count < 2
                || _edges[0] != (0, 1) || NodeNumbers.IsWhole(_labels[0]) || NodeNumbers.IsWhole(_labels[1])
                || !_labels.Skip(2).All(NodeNumbers.IsWhole))
                return;
            var (number, _, fields) = _first!.Value;
            _notes.Add($"line {number} is taken for a header: {string.Join(", ", fields)}");
            _header = fields;
            _labels.RemoveRange(0, 2);
            _edges.RemoveAt(0);
            for (var i = 0; i < _edges.Count; i++)
                _edges[i] = (_edges[i].From - 2, _edges[i].To - 2);
        }

        // What reads as edges and is something else.
        void RefuseOthers()
        {
            if (_edges.Count == 0)
                return;
            var (line, text, fields) = _first!.Value;
            if (_edges.Count >= 3 && _edges.Count == fields.Length && _labels.TrueForAll(label => label is "0" or "1"))
            {
                throw DataFile.Error(path, line, $"is a matrix of {_edges.Count} x {_edges.Count} numbers; expected an "
                    + "edge a line, as two node labels, such as '1 2'");
            }
            if (_labels.TrueForAll(label => Numbers.TryParse(label, out _)) && _labels.Find(IsFraction) is { } fraction)
            {
                throw new InputException($"{path}: '{fraction}' is no name of a node among others that are numbers; "
                    + "expected an edge a line, as two node labels; where nodes are not the first two columns, 'from' "
                    + "and 'to' name theirs");
            }
            if (form.Header is null && _header is null && fields.SequenceEqual(Counts()))
            {
                throw DataFile.Error(path, line, $"'{text}' may be the numbers of nodes and edges, which is what "
                    + "follows, or an edge; say header: true or header: false");
            }

            // Of the nodes and edges below the first line.
            string[] Counts()
            {
                var nodes = _edges.Skip(1).SelectMany(e => (int[])[e.From, e.To]).Distinct().Count();
                return [Text(nodes), Text(_edges.Count - 1)];
            }
        }

        static bool IsFraction(string label) =>
            Numbers.TryParse(label, out var number) && number != Math.Floor(number);

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

        IEnumerable<string> PassedOver()
        {
            var others = Enumerable.Range(0, _first!.Value.Fields.Length)
                .Where(i => i != _columns.From && i != _columns.To).Select(Name).ToList();
            if (others.Count > 0)
            {
                yield return $"passed over column{(others.Count > 1 ? "s" : "")} {string.Join(", ", others)}: an edge "
                    + "has no weight here, the mixing rule says how nodes weigh each other";
            }
        }

        string Name(int column) => _header is { } header && header[column].Length > 0
            ? $"'{header[column]}'"
            : Text(column + 1);

        InputException NotTwoLabels(long number, ReadOnlySpan<char> text) => DataFile.Error(path, number,
            $"expected two node labels, {Between()}{(number == _first?.Number ? "" : AsBefore())}, got "
                + DataFile.Quote(text));

        string AsBefore() => _separator == FieldSeparator.Tab ? "" : ", as on the first line";

        string Between() => _separator switch
        {
            FieldSeparator.Comma => "between them a comma",
            FieldSeparator.Semicolon => "between them a semicolon",
            FieldSeparator.Tab => "between them a tab",
            _ => "between them blanks",
        };

        InputException NotPassedOver(long number, int column, ReadOnlySpan<char> field) => DataFile.Error(path, number,
            column + 1, $"expected a number or a mapping in braces after the two node labels, got "
            + $"{DataFile.Quote(field)}; put labels with blanks into quotes or say 'separator: tab', or name the "
            + "columns in a header");
    }
}
