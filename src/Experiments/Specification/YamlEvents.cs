using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AsyncOpt.Experiments.Specification;

/// <summary>
/// The events of a YAML text. Whatever the library throws, and it throws more than its own exceptions, becomes one
/// <see cref="YamlException"/> with the place in the text and a sentence for the user.
/// </summary>
sealed class YamlEvents : IParser
{
    // What the library says, and what a user can do about it; {0} is the character at the place.
    static readonly (string Said, string Sentence)[] Sentences =
    [
        ("tab", "this line is indented with a tab; YAML takes spaces"),
        ("expected ',' or '}'", "expected ',' or '}' before this"),
        ("expected ',' or ']'", "expected ',' or ']' before this"),
        ("quoted scalar, found unexpected end", "this quote is not closed"),
        ("quoted scalar, found unknown escape", "unknown escape in double quotes; in single quotes, \\ is a character"),
        ("double-quoted scalar, found wrong indentation", "this quote is not closed, or its lines are not indented"),
        ("could not find expected ':'", "expected a colon and a space after this"),
        ("found invalid mapping", "a colon and a space cannot stand within a value; put the value into quotes"),
        ("Mapping values are not allowed", "a key cannot stand here; put it on its own line, or quote its text"),
        ("did not find expected key", "expected a key with a colon, indented like those above"),
        ("did not find expected '-'", "expected '- ' as in the items of the list above"),
        ("cannot start any token", "a value cannot begin with '{0}'; put it into quotes"),
        ("did not find expected node content", "expected a value before '{0}'"),
        ("Block sequence entries are not allowed", "'- ' cannot stand here; put each item on its own line"),
        ("block scalar, ", "nothing may follow '|' or '>' on its line; put the text into quotes"),
        ("anchor or alias", "'{0}' begins the name of a value; put the text into quotes"),
        ("while scanning a tag", "'{0}' begins a tag, and tags are not read; put the text into quotes"),
        ("directive", "a line cannot begin with '%'; put the text into quotes"),
        ("comment", "a blank must stand before '#'"),
    ];

    readonly string _text;
    readonly Scanner _scanner;
    readonly Parser _parser;
    readonly Stack<NodeEvent> _open = []; // lists and mappings in brackets

    /// <summary>The events of a text.</summary>
    public YamlEvents(string text)
    {
        _text = text;
        _scanner = new Scanner(new StringReader(text));
        _parser = new Parser(_scanner);
    }

    /// <inheritdoc />
    public ParsingEvent? Current => _parser.Current;

    /// <inheritdoc />
    public bool MoveNext()
    {
        bool moved;
        try
        {
            moved = _parser.MoveNext();
        }
        catch (YamlException e)
        {
            throw IsAtEnd(e.Start) && _open.TryPeek(out var open) ? NotClosed(open, e) : Explained(e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var here = _scanner.CurrentPosition;
            throw _open.TryPeek(out var open) ? NotClosed(open, e) : At(here, "what stands here is no YAML", e);
        }
        switch (Current)
        {
            case MappingStart { Style: MappingStyle.Flow } or SequenceStart { Style: SequenceStyle.Flow }:
                _open.Push((NodeEvent)Current);
                break;
            case MappingEnd or SequenceEnd when _open.Count > 0:
                _open.Pop(); // within brackets there are brackets alone
                break;
        }
        return moved;
    }

    /// <summary>An exception with a place and a sentence.</summary>
    public static YamlException At(Mark mark, string sentence, Exception? cause = null) =>
        new(mark, mark, sentence, cause!);

    bool IsAtEnd(Mark mark) => _text.AsSpan((int)Math.Min(mark.Index, _text.Length)).IsWhiteSpace();

    static YamlException NotClosed(NodeEvent open, Exception cause)
    {
        var (opened, closed) = open is MappingStart ? ('{', '}') : ('[', ']');
        return At(open.Start, $"this '{opened}' is not closed: expected ',' or '{closed}'", cause);
    }

    YamlException Explained(YamlException e)
    {
        var (said, sentence) = Array.Find(
            Sentences, s => e.Message.Contains(s.Said, StringComparison.OrdinalIgnoreCase));
        var mark = said == "tab" ? _scanner.CurrentPosition : e.Start;
        var character = mark.Index < _text.Length ? _text[(int)mark.Index].ToString() : "";
        return At(mark, sentence?.Replace("{0}", character, StringComparison.Ordinal) ?? e.Message, e);
    }
}
