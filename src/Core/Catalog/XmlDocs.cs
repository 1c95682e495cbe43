using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace AsyncOpt.Core.Catalog;

/// <summary>
/// The documentation comments of an assembly, from the XML file beside it, as plain text. Where there is no such file,
/// every text is empty. The file is read when the first text is asked for.
/// </summary>
sealed partial class XmlDocs(Assembly assembly)
{
    const string Begin = "<member name=\"", End = "</member>";

    readonly Lazy<Dictionary<string, ReadOnlyMemory<char>>> _members = new(() => Read(assembly));

    // Thousands of members, of which a command shows a few: each is parsed when its text is asked for.
    static Dictionary<string, ReadOnlyMemory<char>> Read(Assembly assembly)
    {
        var members = new Dictionary<string, ReadOnlyMemory<char>>(StringComparer.Ordinal);
        // An assembly within a single file has no location; its documentation may lie beside the program.
        var path = assembly.Location.Length > 0
            ? Path.ChangeExtension(assembly.Location, ".xml")
            : Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        if (!File.Exists(path))
            return members;
        var text = File.ReadAllText(path);
        for (var at = 0; (at = text.IndexOf(Begin, at, StringComparison.Ordinal)) >= 0;)
        {
            var (name, end) = (at + Begin.Length, text.IndexOf(End, at, StringComparison.Ordinal));
            if (end < 0)
                break;
            end += End.Length;
            members[text[name..text.IndexOf('"', name)]] = text.AsMemory(at..end);
            at = end;
        }
        return members;
    }

    static XElement? Section(ReadOnlyMemory<char> member, string section)
    {
        try
        {
            return XElement.Parse(member.ToString()).Element(section);
        }
        catch (XmlException)
        {
            return null; // another program's file of that name: documentation is a courtesy, not a condition
        }
    }

    /// <summary>The text of one section of a type's comment; empty where there is none.</summary>
    public string Of(Type type, string section) => Text("T:" + Id(type), section);

    /// <summary>The summary of a property; empty where there is none.</summary>
    public string Of(PropertyInfo property) => Text($"P:{Id(property.DeclaringType!)}.{property.Name}", "summary");

    static string Id(Type type) => (type.FullName ?? type.Name).Replace('+', '.');

    string Text(string id, string section) =>
        _members.Value.TryGetValue(id, out var member) && Section(member, section) is { } element
            ? Tidy(string.Concat(element.Nodes().Select(Render)))
            : "";

    // Paragraphs become lines; references show their last name, options their key, code its text.
    static string Render(XNode node) => node switch
    {
        XText text => LineBreaks().Replace(text.Value, " "),
        XElement { Name.LocalName: "see" or "seealso" or "paramref" or "typeparamref" } e when e.IsEmpty => Target(e),
        XElement { Name.LocalName: "para" or "code" or "item" } e => "\n" + Inner(e) + "\n",
        XElement e => Inner(e),
        _ => "",
    };

    static string Inner(XElement element) => string.Concat(element.Nodes().Select(Render));

    static string Target(XElement reference)
    {
        var target = (reference.Attribute("cref") ?? reference.Attribute("name") ?? reference.Attribute("href")
            ?? reference.Attribute("langword"))?.Value ?? "";
        if (reference.Attribute("cref") is null)
            return target;
        var id = target.Split('(')[0];
        var name = id[(id.LastIndexOfAny(['.', ':']) + 1)..];
        // Properties that are documented are options, which users know by their keys.
        return id.StartsWith("P:", StringComparison.Ordinal) ? KebabCase.Of(name) : name;
    }

    static string Tidy(string text) => string.Join('\n', text.Split('\n')
        .Select(line => Spaces().Replace(line, " ").Trim()).Where(line => line.Length > 0));

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex LineBreaks();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
