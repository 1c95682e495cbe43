using System.Text.RegularExpressions;
using System.Xml.Linq;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Tests.Catalog;

public sealed partial class DocTextTests
{
    [Theory]
    [InlineData("<summary>a</summary>", "a")]
    [InlineData("<summary>\n  one\n  two </summary>", "one two")]
    [InlineData("<summary>a <c>b</c> <c>c</c>, d.</summary>", "a bc, d.")]
    [InlineData("<summary><para>a</para><para>\n b\n</para>c<code>d</code></summary>", "a\nb\nc\nd")]
    [InlineData("<summary>a &lt; b &amp;&amp; c&#x3e;d</summary>", "a < b && c>d")]
    [InlineData("<summary>a<!-- > not b -->c</summary>", "ac")]
    [InlineData("<summary>x <![CDATA[a < b &amp; c]]></summary>", "x a < b &amp; c")]
    [InlineData("<summary>the <see cref=\"T:A.B.C\"/> and <see langword=\"null\" /></summary>", "the C and null")]
    [InlineData("<summary>is <see cref=\"P:A.B.SamplesPerPlace\"/>.</summary>", "is samples-per-place.")]
    [InlineData("<summary><see cref=\"M:A.B.F(System.Int32)\"/>, <see cref=\"T:A.B\">it</see></summary>", "F, it")]
    [InlineData("<remarks>b</remarks>", "")]
    [InlineData("<summary>", "")]
    [InlineData("<summary>a <see</summary>", "a")]
    public void A_section_reads_as_plain_text(string section, string text) =>
        Assert.Equal(text, DocText.Of($"<member name=\"T:X\">{section}</member>", "summary"));

    [Fact]
    public void Every_comment_of_these_assemblies_reads_as_the_frameworks_xml_reads_it()
    {
        string[] files = Directory.GetFiles(AppContext.BaseDirectory, "AsyncOpt.*.xml");
        var members = files.SelectMany(f => XDocument.Load(f, LoadOptions.PreserveWhitespace).Descendants("member"))
            .Select(m => m.ToString(SaveOptions.DisableFormatting)).ToList();

        Assert.True(members.Count > 1000, $"{members.Count} comments in {files.Length} files");
        Assert.All(members, member => Assert.All(
            (string[])["summary", "remarks", "returns", "example"],
            section => Assert.Equal(Reference(member, section), DocText.Of(member, section))));
    }

    static string Reference(string member, string section) => XElement.Parse(member).Element(section) is { } element
        ? string.Join('\n', Rendered(element).Split('\n')
            .Select(line => Blanks().Replace(line, " ").Trim()).Where(line => line.Length > 0))
        : "";

    static string Inner(XElement element) => string.Concat(element.Nodes().Select(Rendered));

    static string Rendered(XNode node) => node switch
    {
        XText text => Blanks().Replace(text.Value, " "),
        XElement { Name.LocalName: "see" or "seealso" or "paramref" or "typeparamref" } e when e.IsEmpty => Target(e),
        XElement { Name.LocalName: "para" or "code" or "item" } e => "\n" + Inner(e) + "\n",
        XElement e => Inner(e),
        _ => "",
    };

    static string Target(XElement reference)
    {
        if (reference.Attribute("cref")?.Value is not { } id)
            return reference.Attributes().Single(a => a.Name.LocalName is "name" or "href" or "langword").Value;
        var name = id.Split('(')[0].Split('.', ':')[^1];
        return id[0] == 'P' ? KebabCase.Of(name) : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
