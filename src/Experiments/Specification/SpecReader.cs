using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AsyncOpt.Experiments.Specification;

/// <summary>
/// Reads YAML into <see cref="SpecNode"/>s. It works on the parser's events, because the library's own tree stops at
/// the first key that occurs twice, and everything wrong is to be reported together.
/// </summary>
public sealed class SpecReader
{
    const int DepthMax = 64; // a file nested deeper is broken, or meant to overflow the stack

    readonly Dictionary<AnchorName, SpecNode?> _anchors = [];
    readonly IParser _parser;
    readonly Func<Mark, Place> _place;
    readonly Diagnostics _diagnostics;

    SpecReader(string text, Func<Mark, Place> place, Diagnostics diagnostics) =>
        (_parser, _place, _diagnostics) = (new Parser(new StringReader(text)), place, diagnostics);

    /// <summary>Reads the only document of a file; null, with a diagnostic, where it cannot be read.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public static SpecMapping? ReadFile(string text, string file, Diagnostics diagnostics)
    {
        var node = Read(text, mark => new Place(file, (int)mark.Line, (int)mark.Column), "", diagnostics);
        if (node is null or SpecMapping)
            return (SpecMapping?)node;
        diagnostics.Add(node.Place, "", $"expected keys such as 'method' and 'problem', got {node.Text}");
        return null;
    }

    /// <summary>Reads the value of an override; null, with a diagnostic, where it cannot be read.</summary>
    /// <param name="text">The value's text.</param>
    /// <param name="place">Where it was given.</param>
    /// <param name="path">The keys that it is for.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public static SpecNode? ReadValue(string text, Place place, string path, Diagnostics diagnostics) =>
        text.Trim().Length == 0 ? new SpecScalar("", true, place, path) : Read(text, _ => place, path, diagnostics);

    static SpecNode? Read(string text, Func<Mark, Place> place, string path, Diagnostics diagnostics)
    {
        try
        {
            return new SpecReader(text, place, diagnostics).Document(path);
        }
        catch (YamlException e)
        {
            diagnostics.Add(place(e.Start), path, $"cannot be read as YAML: {e.Message}");
            return null;
        }
    }

    SpecNode? Document(string path)
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out var end))
        {
            _diagnostics.Add(_place(end.Start), path, "the file is empty");
            return null;
        }
        _parser.Consume<DocumentStart>();
        var root = Node(path, 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
            _diagnostics.Add(
                _place(second.Start), path, "a second document begins here; an experiment is one document");
        return root;
    }

    SpecNode Node(string path, int depth)
    {
        if (depth > DepthMax)
            throw new YamlException(
                _parser.Current!.Start, _parser.Current.End, $"nested deeper than {DepthMax} levels");
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return _anchors.GetValueOrDefault(alias.Value)
                ?? throw new YamlException(
                    alias.Start, alias.End, $"no value before this one is named '&{alias.Value}'");
        var anchor = _parser.Accept<NodeEvent>(out var start) ? start.Anchor : default;
        if (!anchor.IsEmpty)
            _anchors[anchor] = null; // not yet complete: a value within itself has no end
        SpecNode node;
        if (_parser.TryConsume<Scalar>(out var scalar))
            node = new SpecScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, _place(scalar.Start), path);
        else if (_parser.TryConsume<SequenceStart>(out var sequence))
            node = Sequence(sequence, path, depth);
        else
            node = Mapping(_parser.Consume<MappingStart>(), path, depth);
        if (!anchor.IsEmpty)
            _anchors[anchor] = node;
        return node;
    }

    SpecSequence Sequence(SequenceStart start, string path, int depth)
    {
        var items = new List<SpecNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(Node($"{path}[{items.Count}]", depth + 1));
        return new SpecSequence(items, _place(start.Start), path);
    }

    SpecMapping Mapping(MappingStart start, string path, int depth)
    {
        var entries = new List<SpecEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(path, depth + 1);
            if (key is not SpecScalar { Value: var name })
            {
                _diagnostics.Add(key, $"expected a word as key, got {key.Text}");
                Node(path, depth + 1);
                continue;
            }
            var value = Node(path.Length == 0 ? name : $"{path}.{name}", depth + 1);
            if (entries.Find(e => e.Key == name) is { } first)
                _diagnostics.Add(key, $"key '{name}' was already given at line {first.KeyPlace.Line}");
            else
                entries.Add(new SpecEntry(name, key.Place, value));
        }
        return new SpecMapping(entries, _place(start.Start), path);
    }
}
