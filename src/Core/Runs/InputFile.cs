using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AsyncOpt.Core.Runs;

/// <summary>A file that a run was made from, as it was when it was read.</summary>
/// <param name="Use">
/// What it is for: the key of the specification that names it, <c>optimum</c>, or <c>plug-in</c>.
/// </param>
/// <param name="Name">As it was named.</param>
/// <param name="Path">Its full path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, 64 hexadecimal digits.</param>
public sealed record InputFile(string Use, string Name, string Path, long Bytes, string Sha256)
{
    /// <summary>What optima are for.</summary>
    public const string Optimum = "optimum";

    /// <summary>What plug-ins are for.</summary>
    public const string PlugIn = "plug-in";

    /// <summary>Reads a file's size and checksum.</summary>
    /// <param name="use">What it is for.</param>
    /// <param name="name">As it was named.</param>
    /// <param name="path">Its path.</param>
    /// <returns>The file; null where it cannot be read, which whoever reads its content says better.</returns>
    public static InputFile? Find(string use, string name, string path)
    {
        try
        {
            using var file = PlainFile.Open(path, 0);
            var hash = Convert.ToHexStringLower(SHA256.HashData(file));
            return new InputFile(use, name, System.IO.Path.GetFullPath(path), file.Length, hash);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            return null;
        }
    }

    /// <summary>A copy of a value of the specification with other names for files.</summary>
    /// <param name="node">The value.</param>
    /// <param name="names">The names to replace, and by what.</param>
    public static JsonNode Replace(JsonNode node, IReadOnlyDictionary<string, string> names) => node switch
    {
        JsonObject mapping => new JsonObject(mapping.Select(e => KeyValuePair.Create(
            e.Key, e.Key == "name" || e.Value is null ? e.Value?.DeepClone() : Replace(e.Value, names)))),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : Replace(item, names))]),
        JsonValue value when value.TryGetValue<string>(out var text) && names.TryGetValue(text, out var other) =>
            JsonValue.Create(other),
        _ => node.DeepClone(),
    };
}
