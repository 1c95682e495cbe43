namespace AsyncOpt.Core.Data;

/// <summary>What is between the fields of an edge list's lines.</summary>
public enum FieldSeparator
{
    /// <summary>That of the first line: a semicolon or a comma where it has one, else blanks.</summary>
    Auto,

    /// <summary>Blanks and tabs, any number of them.</summary>
    Blank,

    /// <summary>A comma.</summary>
    Comma,

    /// <summary>A semicolon.</summary>
    Semicolon,

    /// <summary>A tab, so that labels may have blanks.</summary>
    Tab,
}

/// <summary>Takes the lines of an edge list apart.</summary>
/// <remarks>
/// Separators within double quotes, within parentheses that begin a field (a pair of coordinates as Python writes it),
/// and after an opening brace that begins one (a mapping of attributes, which ends the line) separate nothing.
/// </remarks>
static class EdgeListFields
{
    /// <summary>More fields than these make no edge list.</summary>
    public const int Max = 64;

    /// <summary>The separator of a file, by its first line.</summary>
    public static FieldSeparator Of(ReadOnlySpan<char> line)
    {
        var found = FieldSeparator.Blank;
        for (var at = 0; at < line.Length; at++)
        {
            if (at == 0 || line[at - 1] is ' ' or '\t' or ',' or ';')
                at = Math.Max(at, GroupEnd(line, at));
            if (at == line.Length)
                break;
            if (line[at] == ';')
                return FieldSeparator.Semicolon;
            if (line[at] == ',')
                found = FieldSeparator.Comma;
        }
        return found;
    }

    /// <summary>The fields of a line, without blanks around them.</summary>
    /// <returns>How many there are, as many as there is room for at most; -1 where a quote or brace is not closed.
    /// </returns>
    public static int Split(ReadOnlySpan<char> line, FieldSeparator separator, Span<Range> fields)
    {
        int count = 0, at = 0;
        while (count < fields.Length)
        {
            while (at < line.Length && IsBlank(line[at], separator))
                at++;
            if (at == line.Length && separator == FieldSeparator.Blank)
                return count;
            var start = at;
            at = GroupEnd(line, start);
            if (at < 0)
                return -1;
            while (at < line.Length && !IsSeparator(line[at], separator))
                at++;
            fields[count++] = start..(start + line[start..at].TrimEnd().Length);
            if (at++ >= line.Length)
                return count;
        }
        return count;
    }

    /// <summary>What a field says, without its quotes.</summary>
    public static ReadOnlySpan<char> Unquoted(ReadOnlySpan<char> field) => field is not ['"', .. var inner, '"'] ? field
        : inner.Contains("\"\"", StringComparison.Ordinal) ? inner.ToString().Replace("\"\"", "\"") : inner;

    // The end of the group that begins a field; where none does, the field's start; -1 where it does not end.
    static int GroupEnd(ReadOnlySpan<char> line, int start)
    {
        if (start == line.Length)
            return start;
        if (line[start] == '{')
            return line[^1] == '}' ? line.Length : -1;
        if (line[start] == '(')
            return line[start..].IndexOf(')') is > 0 and var length ? start + length + 1 : start;
        if (line[start] != '"')
            return start;
        for (var end = start + 1; end < line.Length; end++)
        {
            if (line[end] != '"')
                continue;
            if (end + 1 == line.Length || line[end + 1] != '"')
                return end + 1;
            end++; // two quotes stand for one
        }
        return -1;
    }

    static bool IsBlank(char c, FieldSeparator separator) =>
        c == ' ' || (c == '\t' && separator != FieldSeparator.Tab);

    static bool IsSeparator(char c, FieldSeparator separator) => separator switch
    {
        FieldSeparator.Comma => c == ',',
        FieldSeparator.Semicolon => c == ';',
        FieldSeparator.Tab => c == '\t',
        _ => c is ' ' or '\t',
    };
}
