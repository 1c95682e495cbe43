using System.Security.Cryptography;
using System.Text;

namespace AsyncOpt.Core.Runs;

/// <summary>
/// The checksum of a manifest in itself: its last key, <c>sha256</c>, has the SHA-256 of the bytes before that key, in
/// 64 hexadecimal digits. It tells a text that was changed, not who changed it.
/// </summary>
public static class ManifestSeal
{
    /// <summary>The name of the key.</summary>
    public const string Key = "sha256";

    // Only a key of the whole has an indent of two, and no text in JSON has a line break.
    const string Begin = ",\n  \"" + Key + "\": \"", End = "\"\n}\n", Close = "\n}";

    /// <summary>Adds the key to the text of a JSON object.</summary>
    /// <param name="json">An object with at least one key, indented by two blanks, its lines ended by LF.</param>
    public static string Add(string json)
    {
        if (!json.EndsWith(Close, StringComparison.Ordinal))
            throw new ArgumentException("expected an indented object", nameof(json));
        var sealedText = json[..^Close.Length];
        return sealedText + Begin + HashOf(sealedText) + End;
    }

    /// <summary>Whether a text is the one that the key was added to; null where it has no such key.</summary>
    /// <param name="text">The manifest's text.</param>
    public static bool? IsIntact(string text)
    {
        var at = text.LastIndexOf(Begin, StringComparison.Ordinal);
        return at < 0 ? null : text[at..] == Begin + HashOf(text[..at]) + End;
    }

    static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
