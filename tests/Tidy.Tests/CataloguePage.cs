using System.Text;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Tidy.Tests;

/// <summary>The catalogue as a page of Markdown.</summary>
static class CataloguePage
{
    const string Head = """
        # Catalogue

        Everything that an experiment file can name. This page is generated from the code: after a change, run the tests
        of `tests/Tidy.Tests` once with `ASYNCOPT_REWRITE=1`. `asyncopt describe NAME` says more about each: ranges,
        formula, differences from the paper.

        An option in bold has no default.

        """;

    public static string Of(Catalogue catalogue)
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (var kind in catalogue.Kinds)
        {
            page.Append($"\n## {char.ToUpperInvariant(kind.Plural[0])}{kind.Plural[1..]}\n\n");
            if (kind.Summary.Length > 0)
                page.Append($"{Escape(kind.Summary)}\n\n");
            page.Append("| name | what | options | source |\n| --- | --- | --- | --- |\n");
            foreach (var entry in catalogue.OfKind(kind.Type))
                page.Append(Row(entry));
        }
        return page.ToString();
    }

    static string Row(Entry entry) =>
        $"| {string.Join(", ", entry.Attribute.Aliases.Prepend(entry.Name).Select(n => $"`{n}`"))} "
        + $"| {Escape(entry.Summary)}{string.Concat(entry.KnownAs.Select(KnownAs))} | {string.Join(", ", entry.Options.Select(Of))} "
        + $"| {Escape(entry.Source)} |\n";

    static string KnownAs(KnownName name) => name.Known.With is { } options
        ? $" `{name.Known.Name}`: {Escape(options)}."
        : "";

    static string Of(Option option) => option.IsRequired ? $"**`{option.Name}`**"
        : option.DefaultText.Length == 0 ? $"`{option.Name}`"
        : $"`{option.Name}` = {Escape(option.DefaultText)}";

    // Within a cell, so that text stays text.
    static string Escape(string text) => string.Concat(text.Select(c => c switch
    {
        '\n' => " ",
        '|' or '*' or '_' or '<' or '>' or '[' or ']' or '\\' or '`' => $"\\{c}",
        _ => c.ToString(),
    }));
}
