using System.Globalization;

namespace AsyncOpt.Core.Data;

/// <summary>Reads a square sparse matrix of a Matrix Market file, plain or gzip, as a graph.</summary>
/// <remarks>Format: https://math.nist.gov/MatrixMarket/formats.html.</remarks>
public static class MatrixMarketReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The graph: nodes are the rows, named 1 to n; an edge for each entry that is not zero.</returns>
    /// <exception cref="InputException">
    /// The file is missing, is no square coordinate matrix, or an entry is broken, outside or missing.
    /// </exception>
    public static EdgeList Read(string path)
    {
        var reading = new Reading(path);
        DataFile.Lines(path, FileFormat.MatrixMarket, "", reading.Line);
        return DataFile.Guard(path, FileFormat.MatrixMarket, reading.Finish);
    }

    sealed class Reading(string path)
    {
        readonly List<(int From, int To)> _edges = [];
        string[] _head = [];
        long _line, _declared, _entries, _zeros;
        int _nodes;

        int Values => _head[3] switch { "pattern" => 0, "complex" => 2, _ => 1 };

        bool IsGeneral => _head[4] == "general";

        public void Line(long number, ReadOnlySpan<char> text)
        {
            _line = number;
            if (_head.Length == 0)
                Head(text);
            else if (text[0] == '%')
                return;
            else if (_nodes == 0)
                Size(text);
            else
                Entry(text);
        }

        public EdgeList Finish()
        {
            if (_nodes == 0)
                throw new InputException($"{path}: ends before the line of rows, columns and entries");
            if (_entries < _declared)
                throw new InputException(
                    $"{path}: announces {Counted.Of(_declared, "entry", "entries")} and has {_entries}");
            var notes = new List<string>();
            if (Values > 0)
                notes.Add("passed over the entries' values: an edge has no weight here, the mixing rule says how nodes "
                    + "weigh each other");
            if (_zeros > 0)
                notes.Add($"took {Counted.Of(_zeros, "stored zero for no edge", "stored zeros for no edges")}");
            return new()
            {
                Labels = [.. Enumerable.Range(1, _nodes).Select(i => i.ToString(CultureInfo.InvariantCulture))],
                Edges = _edges,
                Directed = IsGeneral && !IsSymmetric(),
                Notes = notes,
            };
        }

        // %%MatrixMarket matrix coordinate FIELD SYMMETRY
        void Head(ReadOnlySpan<char> text)
        {
            string[] words = text.ToString().ToLowerInvariant()
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is not ["%%matrixmarket", ..])
            {
                throw Error("expected '%%MatrixMarket matrix coordinate pattern symmetric' or the like, got "
                    + $"{DataFile.Quote(text)}; for plain lines of two labels take topology 'edge-list'");
            }
            if (words is not [_, "matrix", "coordinate", "pattern" or "real" or "integer" or "double" or "complex",
                "general" or "symmetric" or "skew-symmetric" or "hermitian"])
            {
                throw Error("expected a matrix in coordinate form, of field pattern, real, integer or complex, "
                    + $"general, symmetric, skew-symmetric or hermitian, got {DataFile.Quote(text)}");
            }
            _head = words;
        }

        void Size(ReadOnlySpan<char> text)
        {
            Span<Range> parts = stackalloc Range[4];
            if (EdgeListFields.Split(text, FieldSeparator.Blank, parts) != 3
                || !int.TryParse(text[parts[0]], NumberStyles.None, CultureInfo.InvariantCulture, out int rows)
                || !int.TryParse(text[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out int columns)
                || !long.TryParse(text[parts[2]], NumberStyles.None, CultureInfo.InvariantCulture, out _declared)
                || rows == 0)
                throw Error($"expected the numbers of rows, columns and entries, got {DataFile.Quote(text)}");
            if (rows != columns)
            {
                throw Error($"the matrix is {rows} x {columns}; expected a square one, whose rows and columns are "
                    + "nodes");
            }
            _nodes = rows;
        }

        void Entry(ReadOnlySpan<char> text)
        {
            if (++_entries > _declared)
                throw Error($"is entry {_entries}; the file announces {_declared}");
            Span<Range> parts = stackalloc Range[5];
            int count = EdgeListFields.Split(text, FieldSeparator.Blank, parts);
            if (count != 2 + Values)
            {
                throw Error($"expected a row, a column and {Values} values, as the first line says, got "
                    + $"{DataFile.Quote(text)}");
            }
            (int from, int to) = (Index(text[parts[0]], 1), Index(text[parts[1]], 2));
            bool isZero = Values > 0;
            for (int i = 2; i < count; i++)
            {
                var part = text[parts[i]];
                if (!Numbers.TryParse(part, out double value))
                    throw DataFile.Error(path, _line, i + 1, Numbers.Refusal(part));
                isZero &= value == 0;
            }
            if (isZero)
                _zeros++;
            else
                _edges.Add((from, to));
        }

        int Index(ReadOnlySpan<char> text, int column) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && index >= 1 && index <= _nodes
                ? index - 1
                : throw DataFile.Error(path, _line, column,
                    $"expected a number from 1 to {_nodes}, got {DataFile.Quote(text)}; Matrix Market counts from 1");

        bool IsSymmetric()
        {
            var all = new HashSet<(int, int)>(_edges);
            return _edges.TrueForAll(e => all.Contains((e.To, e.From)));
        }

        InputException Error(string message) => DataFile.Error(path, _line, message);
    }
}
