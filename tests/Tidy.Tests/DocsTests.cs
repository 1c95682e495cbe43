using System.Text.RegularExpressions;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Tidy.Tests;

/// <summary>Pages that say what the code says. ASYNCOPT_REWRITE=1 writes docs/catalogue.md anew.</summary>
public partial class DocsTests
{
    [Fact]
    public void The_page_of_the_catalogue_is_up_to_date()
    {
        const string page = "docs/catalogue.md";
        var text = CataloguePage.Of(Catalogue.Load());
        if (Environment.GetEnvironmentVariable("ASYNCOPT_REWRITE") == "1")
            File.WriteAllText(Project.At(page), text);

        Assert.Equal(text, Project.Read(page));
    }

    [Fact]
    public void Links_between_pages_lead_somewhere()
    {
        var broken = from page in Project.Files(".md")
                     from Match link in Link().Matches(Project.Read(page))
                     let target = link.Groups["target"].Value
                     where !target.Contains("://") && !target.StartsWith("mailto:", StringComparison.Ordinal)
                     let path = Path.Combine(Path.GetDirectoryName(Project.At(page))!, target)
                     where target.Length > 0 && !File.Exists(path) && !Directory.Exists(path)
                     select $"{page}: {target}";

        Project.None(broken);
    }

    [Fact]
    public void Every_method_is_named_in_the_title_of_a_page()
    {
        var titles = Project.Files(".md").Where(page => page.StartsWith("docs/methods/", StringComparison.Ordinal))
            .Select(page => Project.Read(page).Split('\n')[0]).ToList();

        Project.None(Catalogue.Load().OfKind(typeof(Method))
            .Where(method => !titles.Exists(title => title.Contains($"`{method.Name}`", StringComparison.Ordinal)))
            .Select(method => method.Name));
    }

    /// <summary>
    /// A block of C# that begins with <c>// path</c> shows a part of that file; <c>...</c> stands for what is left out.
    /// </summary>
    [Fact]
    public void Examples_are_parts_of_files_that_compile()
    {
        var shown = from page in Project.Files(".md")
                    from Match block in Example().Matches(Project.Read(page))
                    select (Page: page, Path: block.Groups["path"].Value, Text: block.Groups["text"].Value);
        foreach (var (page, path, text) in shown)
        {
            var (file, from) = (Project.Read(path), 0);
            foreach (var part in Ellipsis().Split(text).Select(p => p.Trim('\n')))
            {
                var at = file.IndexOf(part, from, StringComparison.Ordinal);
                Assert.True(at >= 0, $"{page} shows what is not in {path}:\n{part}");
                from = at + part.Length;
            }
        }
    }

    [GeneratedRegex(@"\]\((?<target>[^)#\s]*)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"```csharp\n// (?<path>\S+)\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"^[ ]*\.\.\.\n", RegexOptions.Multiline)]
    private static partial Regex Ellipsis();
}
