using System.Reflection;
using System.Text;

namespace AsyncOpt.Core.Catalog;

/// <summary>
/// The documentation comments of an assembly, from the XML file beside it, as plain text. Where there is no such file,
/// every text is empty. The file is read when the first text is asked for.
/// </summary>
sealed class XmlDocs
{
    readonly Lazy<(byte[] File, Dictionary<string, int> Members)> _docs;

    /// <summary>The comments of an assembly.</summary>
    /// <param name="assembly">The assembly.</param>
    public XmlDocs(Assembly assembly) => _docs = new(() => Read(assembly));

    // Thousands of members, of which a command shows a few: each is read when its text is asked for.
    static (byte[] File, Dictionary<string, int> Members) Read(Assembly assembly)
    {
        var members = new Dictionary<string, int>(StringComparer.Ordinal);
        // An assembly within a single file has no location; its documentation may lie beside the program.
        var path = assembly.Location.Length > 0
            ? Path.ChangeExtension(assembly.Location, ".xml")
            : Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        if (!File.Exists(path))
            return ([], members);
        var file = File.ReadAllBytes(path);
        var begin = "<member name=\""u8;
        var at = 0;
        while (file.AsSpan(at).IndexOf(begin) is >= 0 and var next)
        {
            at += next + begin.Length;
            var length = file.AsSpan(at).IndexOf((byte)'"');
            if (length < 0)
                break; // another program's file of that name: documentation is a courtesy, not a condition
            // Only types and properties are shown.
            if (file[at] is (byte)'T' or (byte)'P')
                members[Encoding.UTF8.GetString(file.AsSpan(at, length))] = at + length;
        }
        return (file, members);
    }

    /// <summary>The text of one section of a type's comment; empty where there is none.</summary>
    public string Of(Type type, string section) => Text("T:" + Id(type), section);

    /// <summary>The summary of a property; empty where there is none.</summary>
    public string Of(PropertyInfo property) => Text($"P:{Id(property.DeclaringType!)}.{property.Name}", "summary");

    static string Id(Type type) => (type.FullName ?? type.Name).Replace('+', '.');

    string Text(string id, string section)
    {
        var (file, members) = _docs.Value;
        if (!members.TryGetValue(id, out var start))
            return "";
        var end = file.AsSpan(start).IndexOf("</member>"u8);
        return end < 0 ? "" : DocText.Of(Encoding.UTF8.GetString(file.AsSpan(start, end)), section);
    }
}
