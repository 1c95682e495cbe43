using System.Net;
using System.Text;

namespace AsyncOpt.Core.Catalog;

/// <summary>
/// One section of a documentation comment as plain text. A command shows a few sections and is over; the framework's
/// XML takes longer to load than all else that it does, and these comments have tags, texts and references alone.
/// </summary>
sealed class DocText
{
    const string Verbatim = "<![CDATA[";

    readonly StringBuilder _text = new();

    // A blank is written before the next character, unless a line begins there.
    bool _isBlankDue, _isLineDue;

    DocText()
    {
    }

    /// <summary>
    /// The text of the first element of a name: paragraphs become lines; references show their last name, options their
    /// key, code its text.
    /// </summary>
    /// <param name="member">A <c>member</c> element.</param>
    /// <param name="section">The element's name.</param>
    /// <returns>The text; empty where there is no such element, or it has no end.</returns>
    public static string Of(ReadOnlySpan<char> member, string section)
    {
        var start = member.IndexOf($"<{section}>", StringComparison.Ordinal);
        if (start < 0)
            return "";
        member = member[(start + section.Length + 2)..];
        var end = member.IndexOf($"</{section}>", StringComparison.Ordinal);
        if (end < 0)
            return "";
        var text = new DocText();
        text.Render(member[..end]);
        return text._text.ToString();
    }

    void Render(ReadOnlySpan<char> content)
    {
        while (content.Length > 0)
        {
            var open = content.IndexOf('<');
            Append(Decoded(open < 0 ? content : content[..open]));
            if (open < 0)
                return;
            content = content[open..];
            var end = content.StartsWith("<!--") ? "-->" : content.StartsWith(Verbatim) ? "]]>" : ">";
            var close = content.IndexOf(end, StringComparison.Ordinal);
            if (close < 0)
                return;
            if (end == ">")
                Tag(content[1..close]);
            else if (end == "]]>")
                Append(content[Verbatim.Length..close]);
            content = content[(close + end.Length)..];
        }
    }

    void Tag(ReadOnlySpan<char> tag)
    {
        var (isEnd, isEmpty) = (tag.StartsWith('/'), tag.EndsWith('/'));
        tag = tag.Trim('/');
        var blank = tag.IndexOfAny(" \t\r\n");
        switch (blank < 0 ? tag : tag[..blank])
        {
            case "para" or "code" or "item":
                _isLineDue = true;
                break;
            case "see" or "seealso" or "paramref" or "typeparamref" when isEmpty && !isEnd:
                Append(Target(tag));
                break;
        }
    }

    // Blanks between two tags are no text.
    void Append(ReadOnlySpan<char> text)
    {
        if (text.IsWhiteSpace())
            return;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                _isBlankDue = true;
                continue;
            }
            if (_text.Length > 0 && (_isLineDue || _isBlankDue))
                _text.Append(_isLineDue ? '\n' : ' ');
            (_isLineDue, _isBlankDue) = (false, false);
            _text.Append(c);
        }
    }

    static string Target(ReadOnlySpan<char> tag)
    {
        if (Attribute(tag, "cref") is not { } reference)
            return Attribute(tag, "name") ?? Attribute(tag, "href") ?? Attribute(tag, "langword") ?? "";
        var id = reference.Split('(')[0];
        var name = id[(id.LastIndexOfAny(['.', ':']) + 1)..];
        // Properties that are documented are options, which users know by their keys.
        return id.StartsWith("P:", StringComparison.Ordinal) ? KebabCase.Of(name) : name;
    }

    static string? Attribute(ReadOnlySpan<char> tag, string name)
    {
        var start = tag.IndexOf($" {name}=\"", StringComparison.Ordinal);
        if (start < 0)
            return null;
        tag = tag[(start + name.Length + 3)..];
        return Decoded(tag[..Math.Max(0, tag.IndexOf('"'))]);
    }

    static string Decoded(ReadOnlySpan<char> text) => WebUtility.HtmlDecode(text.ToString());
}
