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
    const int ValuesMax = 1 << 20; // so is one whose aliases stand for more values than that

    readonly Dictionary<AnchorName, (SpecNode? Value, int Size)> _anchors = [];
    readonly IParser _parser;
    readonly Func<Mark, Place> _place;
    readonly Diagnostics _diagnostics;
    int _values;

    SpecReader(string text, Func<Mark, Place> place, Diagnostics diagnostics) =>
        (_parser, _place, _diagnostics) = (new YamlEvents(text), place, diagnostics);

    /// <summary>Reads the only document of a file; null, with a diagnostic, where it cannot be read.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public static SpecMapping? ReadFile(string text, string file, Diagnostics diagnostics)
    {
        if (SpecText.Unreadable(text, file) is var (place, message))
        {
            diagnostics.Add(place, "", message);
            return null;
        }
        var node = Read(
            text.TrimStart('\uFEFF'), mark => new Place(file, (int)mark.Line, (int)mark.Column), "", diagnostics);
        if (node is null or SpecMapping)
            return (SpecMapping?)node;
        var hint = node is SpecScalar { Value: var word } && word.Contains(':', StringComparison.Ordinal)
            ? "; a blank follows the colon of a key"
            : "";
        diagnostics.Add(node.Place, "", $"expected keys such as 'method' and 'problem', got {node.Text}{hint}");
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
            diagnostics.Add(place(e.Start), path, e.Message);
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
        var start = _parser.Current!.Start;
        if (depth > DepthMax)
            throw YamlEvents.At(start, $"nested deeper than {DepthMax} levels");
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            var (value, size) = _anchors.GetValueOrDefault(alias.Value);
            Count(size, start);
            return value ?? throw YamlEvents.At(start, $"no value before this one is named '&{alias.Value}'");
        }
        var (anchor, before) = (default(AnchorName), _values);
        Count(1, start);
        if (_parser.Accept<NodeEvent>(out var next))
            anchor = next.Anchor;
        if (next is { Tag.IsEmpty: false })
            throw YamlEvents.At(
                start, "'!' begins a tag, and tags are not read; remove it, or put the text into quotes");
        if (!anchor.IsEmpty)
            _anchors[anchor] = default; // not yet complete: a value within itself has no end
        SpecNode node;
        if (_parser.TryConsume<Scalar>(out var scalar))
            node = new SpecScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, _place(scalar.Start), path);
        else if (_parser.TryConsume<SequenceStart>(out var sequence))
            node = Sequence(sequence, path, depth);
        else
            node = Mapping(_parser.Consume<MappingStart>(), path, depth);
        if (!anchor.IsEmpty)
            _anchors[anchor] = (node, _values - before);
        return node;
    }

    void Count(int values, Mark at)
    {
        _values += values;
        if (_values > ValuesMax)
            throw YamlEvents.At(at, $"more than {ValuesMax} values, those that aliases stand for counted");
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
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(path, depth + 1);
            var name = (key as SpecScalar)?.Value ?? "";
            var value = Node(path.Length == 0 ? name : $"{path}.{name}", depth + 1);
            if (key is not SpecScalar scalar)
                _diagnostics.Add(key, $"expected a word as key, got {key.Text}");
            else if (key.IsNull)
                _diagnostics.Add(key, "expected a word as key before the colon, got nothing");
            else if (scalar is { IsPlain: true, Value: "<<" })
                _diagnostics.Add(
                    key, "'<<' does not merge here: write the keys themselves, or let an arm set what differs");
            else if (IsAfterComma(scalar, value, entries))
                _diagnostics.Add(key, $"decimals are written with a point: '{entries[^1].Value.Text[1..^1]},{name}' is "
                    + $"read as two values; write {entries[^1].Value.Text[1..^1]}.{name}");
            else if (!lines.TryAdd(name, key.Place.Line))
                _diagnostics.Add(key, $"key '{name}' was already given at line {lines[name]}");
            else
                entries.Add(new SpecEntry(name, key.Place, value));
        }
        return new SpecMapping(entries, _place(start.Start), path);
    }

    // The rest of a number with a decimal comma, within braces: { step: 0,05 }.
    static bool IsAfterComma(SpecScalar key, SpecNode value, List<SpecEntry> before) =>
        value is SpecScalar { IsPlain: true, Value: "" } && key.Value.All(char.IsAsciiDigit)
        && before is [.., { Value: SpecScalar { IsPlain: true } last }] && long.TryParse(last.Value, out _);
}
