using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AsyncOpt.Core;

namespace AsyncOpt.Reporting;

/// <summary>A file of a run folder as it was written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, 64 hexadecimal digits.</param>
public sealed record WrittenFile(string Name, long Bytes, string Sha256)
{
    /// <summary>A file of a folder as it is now.</summary>
    internal static WrittenFile Of(string folder, string name)
    {
        using var file = PlainFile.Open(Path.Combine(folder, name), 0);
        return new WrittenFile(name, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    /// <summary>A file as a manifest has it.</summary>
    /// <exception cref="FormatException">A key is missing or broken.</exception>
    internal static WrittenFile Of(JsonNode node) => new(
        node.Key("name").Value<string>(), node.Key("bytes").Value<long>(), node.Key("sha256").Value<string>());

    /// <summary>The file as a manifest has it.</summary>
    internal JsonObject Json() => new() { ["name"] = Name, ["bytes"] = Bytes, ["sha256"] = Sha256 };

    /// <summary>Refuses a file that is not what was written.</summary>
    /// <exception cref="DamagedRunException">It is missing, cannot be read, or has changed.</exception>
    internal void Check(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (Directory.Exists(path))
            throw new DamagedRunException(path, "is a folder where a file was written");
        try
        {
            var now = Of(folder, Name);
            if (now.Bytes != Bytes)
                throw new DamagedRunException(path, $"is damaged: {Bytes} bytes were written, it has {now.Bytes}");
            if (now.Sha256 != Sha256)
                throw new DamagedRunException(path, "is damaged: it no longer has the SHA-256 of what was written");
        }
        catch (FileNotFoundException e)
        {
            throw new DamagedRunException(path, "is missing", e);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw new DamagedRunException(path, $"cannot be read: {StorageException.Cause(path, e)}", e);
        }
    }
}
