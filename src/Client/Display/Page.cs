using System.Text;
using System.Text.RegularExpressions;

namespace AsyncOpt.Client.Display;

/// <summary>
/// A page of Markdown with generated blocks: between <c>&lt;!-- numbers: WHAT --&gt;</c> and
/// <c>&lt;!-- end of numbers --&gt;</c> stands what run folders say, and nobody writes there by hand. What stands in a
/// fence of code is an example, and no block.
/// </summary>
static partial class Page
{
    /// <summary>The line after a block.</summary>
    public const string End = "<!-- end of numbers -->";

    /// <summary>What the blocks of a page are of, and on what line each begins, in their order.</summary>
    public static IEnumerable<(string What, string Body, int Line)> Blocks(string text) =>
        Block().Matches(WithoutCode(text)).Select(m => (
            m.Groups["what"].Value, text.Substring(m.Groups["body"].Index, m.Groups["body"].Length),
            LineOf(text, m.Index)));

    /// <summary>What is wrong with the marks of a page, with the line; nothing where blocks begin and end.</summary>
    public static IEnumerable<(int Line, string What)> Problems(string text)
    {
        Match? open = null;
        foreach (Match mark in Mark().Matches(WithoutCode(text)))
        {
            var isEnd = mark.Value.StartsWith(End, StringComparison.Ordinal);
            if (isEnd && open is null)
                yield return (LineOf(text, mark.Index), $"'{End}' ends no block");
            if (!isEnd && open is not null)
                yield return (LineOf(text, open.Index), NotEnded(open));
            open = isEnd ? null : mark;
        }
        if (open is not null)
            yield return (LineOf(text, open.Index), NotEnded(open));
    }

    static string NotEnded(Match open) => $"block '{open.Groups["what"].Value}' has no '{End}' behind it";

    static int LineOf(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    /// <summary>The page with its blocks written anew.</summary>
    /// <param name="text">The page.</param>
    /// <param name="body">What stands in a block, ending a line; null to leave it as it is.</param>
    public static string Rewritten(string text, Func<string, string?> body)
    {
        var to = new StringBuilder();
        var done = 0;
        foreach (Match block in Block().Matches(WithoutCode(text)))
        {
            var place = block.Groups["body"];
            if (body(block.Groups["what"].Value) is not { } fresh)
                continue;
            to.Append(text.AsSpan(done..place.Index)).Append(fresh);
            done = place.Index + place.Length;
        }
        return to.Append(text.AsSpan(done..)).ToString();
    }

    // The same places with the same lines, and blanks for what stands in fences.
    static string WithoutCode(string text) =>
        Fence().Replace(text, m => string.Concat(m.Value.Select(c => c == '\n' ? c : ' ')));

    [GeneratedRegex(
        "^<!-- numbers: (?<what>[^\n]*?) -->\n(?<body>.*?)^<!-- end of numbers -->$",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(
        @"^ {0,3}(?<fence>`{3,}|~{3,})[^\n`]*$.*?(^ {0,3}\k<fence>[`~]*[ \r]*$|\z)",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    // Where they are spoken of, they stand within a line.
    [GeneratedRegex("^<!-- numbers: (?<what>[^\n]*?) -->$|^<!-- end of numbers -->$", RegexOptions.Multiline)]
    private static partial Regex Mark();
}
