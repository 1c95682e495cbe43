using System.Text.RegularExpressions;

namespace AsyncOpt.Client.Display;

/// <summary>
/// A page of Markdown with generated blocks: between <c>&lt;!-- numbers: WHAT --&gt;</c> and
/// <c>&lt;!-- end of numbers --&gt;</c> stands what run folders say, and nobody writes there by hand.
/// </summary>
static partial class Page
{
    /// <summary>What the blocks of a page are of, in their order.</summary>
    public static IEnumerable<(string What, string Body)> Blocks(string text) =>
        Block().Matches(text).Select(m => (m.Groups["what"].Value, m.Groups["body"].Value));

    /// <summary>The page with its blocks written anew.</summary>
    /// <param name="text">The page.</param>
    /// <param name="body">What stands in a block, ending a line; null to leave it as it is.</param>
    public static string Rewritten(string text, Func<string, string?> body) =>
        Block().Replace(text, m => body(m.Groups["what"].Value) is { } fresh
            ? $"<!-- numbers: {m.Groups["what"].Value} -->\n{fresh}<!-- end of numbers -->"
            : m.Value);

    [GeneratedRegex("<!-- numbers: (?<what>[^\n]*?) -->\n(?<body>.*?)<!-- end of numbers -->", RegexOptions.Singleline)]
    private static partial Regex Block();
}
