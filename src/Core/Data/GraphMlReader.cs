using System.Xml;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Data;

/// <summary>Reads graphs from GraphML, plain or gzip.</summary>
/// <remarks>Format: http://graphml.graphdrawing.org/specification.html. Document types are passed over.</remarks>
public static class GraphMlReader
{
    /// <summary>Reads a file with one graph.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">
    /// The key whose data are the nodes' names, by its <c>attr.name</c> or id; null: their ids.
    /// </param>
    /// <returns>The graph, directed where any edge is; edges without direction then go both ways.</returns>
    /// <exception cref="InputException">
    /// The file is missing, is no GraphML, or has what is no graph here: hyperedges, graphs within nodes, several
    /// graphs.
    /// </exception>
    public static EdgeList Read(string path, string? names = null)
    {
        using Stream stream = DataFile.Open(path);
        return DataFile.Guard(path, FileFormat.GraphMl, () =>
        {
            var settings = new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Ignore,
                XmlResolver = null,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            };
            try
            {
                using var xml = XmlReader.Create(stream, settings); // which reads the first bytes
                var reading = new Reading(path, names, xml);
                while (xml.Read())
                    reading.Node();
                return reading.Finish();
            }
            catch (XmlException e)
            {
                throw DataFile.Error(path, e.LineNumber, e.LinePosition, "is no well-formed XML here; expected "
                    + "GraphML, as networkx.write_graphml and Gephi write it");
            }
        });
    }

    sealed class Reading(string path, string? names, XmlReader xml)
    {
        readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
        readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal); // id to name, of nodes' keys
        readonly SortedSet<string> _passedOver = new(StringComparer.Ordinal);
        readonly List<string> _ids = [];
        readonly List<string?> _names = [];
        readonly List<(string From, string To, bool Directed, int Line, int Column)> _edges = [];
        bool _isGraphMl, _hasGraph, _isDirectedByDefault, _inNode;
        string? _nameKey;

        (int Line, int Column) Here => xml is IXmlLineInfo info ? (info.LineNumber, info.LinePosition) : (0, 0);

        public void Node()
        {
            if (xml is { NodeType: XmlNodeType.EndElement, LocalName: "node" })
                _inNode = false;
            if (xml.NodeType != XmlNodeType.Element)
                return;
            if (!_isGraphMl && xml.LocalName != "graphml")
                throw Error($"expected the element graphml, got {xml.LocalName}");
            _isGraphMl = true;
            switch (xml.LocalName)
            {
                case "key": Key(); break;
                case "graph": Graph(); break;
                case "node": NodeElement(); break;
                case "edge": Edge(); break;
                case "data": Data(); break;
                case "port": _passedOver.Add("ports"); break;
                case "hyperedge":
                    throw Error("a hyperedge joins more than two nodes; write an edge for each pair that talks");
            }
        }

        public EdgeList Finish()
        {
            if (_ids.Count == 0)
                throw new InputException($"{path}: has no nodes");
            bool directed = _edges.Exists(e => e.Directed);
            var edges = new List<(int From, int To)>(_edges.Count);
            foreach (var (from, to, one, line, column) in _edges)
            {
                (int, int) edge = (Number(from), Number(to));
                edges.Add(edge);
                if (directed && !one)
                    edges.Add((edge.Item2, edge.Item1));

                int Number(string id) => _numbers.TryGetValue(id, out int number)
                    ? number
                    : throw DataFile.Error(path, line, column, $"the edge ends at '{id}', and there is no such node");
            }
            return new()
            {
                Labels = names is null ? _ids : Names(),
                Edges = edges,
                Directed = directed,
                Notes = _passedOver.Count == 0 ? [] : [$"passed over {string.Join(", ", _passedOver)}: an edge has no "
                    + "weight here, the mixing rule says how nodes weigh each other"],
            };
        }

        void Key()
        {
            string id = Attribute("id"), name = xml.GetAttribute("attr.name") ?? id;
            _keys[id] = name;
            bool isOfNodes = xml.GetAttribute("for") is null or "node" or "all";
            if (names is not null && isOfNodes && (name == names || id == names))
                _nameKey = id;
        }

        void Graph()
        {
            if (_inNode)
                throw Error("a graph within a node; expected nodes and edges only");
            if (_hasGraph)
                throw Error("a second graph; expected one in the file");
            if (names is not null && _nameKey is null)
            {
                throw Error($"no key '{names}' for nodes" + NearestName.Hint(names, _keys.Values,
                    $"there {(_keys.Count == 0 ? "is none" : $"are {string.Join(", ", _keys.Values)}")}"));
            }
            _hasGraph = true;
            _isDirectedByDefault = xml.GetAttribute("edgedefault") == "directed";
        }

        void NodeElement()
        {
            string id = Attribute("id");
            if (!_numbers.TryAdd(id, _ids.Count))
                throw Error($"a second node with the id '{id}'");
            _ids.Add(id);
            _names.Add(null);
            _inNode = !xml.IsEmptyElement;
        }

        void Edge()
        {
            (int line, int column) = Here;
            bool directed = xml.GetAttribute("directed") is { } own ? own is "true" or "1" : _isDirectedByDefault;
            if (xml.GetAttribute("sourceport") is not null || xml.GetAttribute("targetport") is not null)
                _passedOver.Add("ports");
            _edges.Add((Attribute("source"), Attribute("target"), directed, line, column));
        }

        void Data()
        {
            string key = Attribute("key");
            if (!_inNode || key != _nameKey)
                _passedOver.Add($"the data '{_keys.GetValueOrDefault(key, key)}'");
            else if (xml.IsEmptyElement)
                _names[^1] = "";
            else if (xml.Read() && xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                _names[^1] = xml.Value.Trim();
        }

        List<string> Names()
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (int i = 0; i < _ids.Count; i++)
            {
                if (_names[i] is not { Length: > 0 } name)
                    throw new InputException($"{path}: node '{_ids[i]}' has no '{names}' that could be its name");
                if (!seen.Add(name))
                {
                    throw new InputException($"{path}: two nodes have the '{names}' '{name}'; leave out `names`, so "
                        + "that ids name the nodes");
                }
            }
            return [.. _names.Select(name => name!)];
        }

        string Attribute(string name) => xml.GetAttribute(name) is { Length: > 0 } value
            ? value
            : throw Error($"the element {xml.LocalName} has no {name}");

        InputException Error(string message)
        {
            (int line, int column) = Here;
            return DataFile.Error(path, line, column, message);
        }
    }
}
