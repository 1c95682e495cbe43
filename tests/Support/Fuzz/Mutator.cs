using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AsyncOpt.Tests.Fuzz;

/// <summary>Changes that files and requests meet, by accident and on purpose; the same for the same seed.</summary>
/// <param name="seed">The seed of all choices.</param>
public sealed partial class Mutator(int seed)
{
    const int ChangesMax = 4, LongMax = 100_000, DeepMax = 20_000;

    static readonly byte[][] Odd =
    [
        .. new[]
        {
            "", "\0", "{", "}", "[", "]", "&a", "*a", "<<:", "!x ", "\t", "\r", "\n\n", ": ", "'", "\"", "\\", "/etc/passwd",
            "../../x", "/dev/zero", ",", ";", "é", "\u2028", "\uFEFF", "\uFFFF", "\U0001F600", "<!ENTITY a 'b'>", "%", "#", "- ",
            "null", "true", "\\ud800", "{}", "[]", "{\"a\":1,\"a\":2}", "=", "@", "~", "|", ">", "?", "CON", "%00", "$(x)",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE], [0xC3], [0xED, 0xA0, 0x80], [0x1F, 0x8B], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0], [0x80, 0x80, 0x80, 0x80],
    ];

    static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "2147483647", "2147483648", "-2147483648", "4294967296", "9223372036854775807",
        "9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1e308", "1e309", "-1e308",
        "1e-320", "NaN", "nan", "Infinity", "-Infinity", ".inf", "0x1F", "1_000", "1,5", "1e", ".", "+", "00012", "1e-999999999",
        "1e999999999", "0.1e5", "1ms", "1e18", "١٢",
    ];

    readonly Random _random = new(seed);

    /// <summary>A number from 0 to below a limit.</summary>
    public int Below(int limit) => _random.Next(Math.Max(1, limit));

    /// <summary>One of some.</summary>
    public T Pick<T>(IReadOnlyList<T> all) => all[Below(all.Count)];

    /// <summary>A text with one to four changes.</summary>
    /// <param name="original">The text.</param>
    public string Of(string original) => Encoding.UTF8.GetString(Of(Encoding.UTF8.GetBytes(original)));

    /// <summary>A file with one to four changes.</summary>
    /// <param name="original">The file.</param>
    public byte[] Of(byte[] original)
    {
        var bytes = original;
        for (var left = 1 + Below(ChangesMax); left > 0; left--)
            bytes = Changed(bytes);
        return bytes;
    }

    byte[] Changed(byte[] bytes) => Below(16) switch
    {
        0 => Flipped(bytes),
        1 => Cut(bytes),
        2 => bytes[..Below(bytes.Length + 1)],
        3 => Repeated(bytes, 1),
        4 => Repeated(bytes, 1 + Below(200)),
        5 or 6 => Inserted(bytes, Pick(Odd)),
        7 or 8 => OtherNumber(bytes),
        9 or 10 => OtherLines(bytes),
        11 => OtherWord(bytes),
        12 => Encoded(bytes),
        13 => Deep(bytes),
        14 => Inserted(bytes, Long()),
        _ => Swapped(bytes),
    };

    byte[] Flipped(byte[] bytes)
    {
        if (bytes.Length == 0)
            return bytes;
        var changed = (byte[])bytes.Clone();
        ref var at = ref changed[Below(bytes.Length)];
        at = Below(3) switch { 0 => (byte)Below(256), 1 => (byte)(at ^ 0xFF), _ => (byte)(at ^ (1 << Below(8))) };
        return changed;
    }

    // As often short as long.
    Range Piece(byte[] bytes)
    {
        var from = Below(bytes.Length + 1);
        return from..(from + Math.Min(Below(1 << Below(12)), bytes.Length - from));
    }

    byte[] Cut(byte[] bytes)
    {
        var (from, length) = Piece(bytes).GetOffsetAndLength(bytes.Length);
        return [.. bytes[..from], .. bytes[(from + length)..]];
    }

    byte[] Repeated(byte[] bytes, int times)
    {
        var piece = bytes[Piece(bytes)];
        return Inserted(bytes, [.. Enumerable.Repeat(piece[..Math.Min(piece.Length, LongMax / times)], times).SelectMany(b => b)]);
    }

    byte[] Inserted(byte[] bytes, byte[] piece)
    {
        var at = Below(bytes.Length + 1);
        // As often in the place of what is there as before it.
        var behind = Below(2) == 0 ? at : Math.Min(bytes.Length, at + piece.Length);
        return [.. bytes[..at], .. piece, .. bytes[behind..]];
    }

    byte[] Swapped(byte[] bytes)
    {
        int[] at = [Below(bytes.Length + 1), Below(bytes.Length + 1), Below(bytes.Length + 1)];
        Array.Sort(at);
        return [.. bytes[..at[0]], .. bytes[at[1]..at[2]], .. bytes[at[0]..at[1]], .. bytes[at[2]..]];
    }

    byte[] OtherNumber(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        return Number().Matches(text) is { Count: > 0 } numbers && Pick(numbers) is var number
            ? [.. bytes[..number.Index], .. Encoding.UTF8.GetBytes(AnyNumber()), .. bytes[(number.Index + number.Length)..]]
            : bytes;
    }

    string AnyNumber() => Below(4) switch
    {
        0 => new string('9', 1 + Below(400)),
        1 => Below(int.MaxValue).ToString(CultureInfo.InvariantCulture),
        _ => Pick(Numbers),
    };

    byte[] OtherWord(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        if (Word().Matches(text) is not { Count: > 0 } words)
            return bytes;
        var (word, other) = (Pick(words), Pick(words));
        return [.. bytes[..word.Index], .. Encoding.Latin1.GetBytes(other.Value), .. bytes[(word.Index + word.Length)..]];
    }

    byte[] OtherLines(byte[] bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split('\n').ToList();
        var (one, other) = (Below(lines.Count), Below(lines.Count));
        switch (Below(4))
        {
            case 0:
                lines.RemoveAt(one);
                break;
            case 1:
                lines.Insert(other, lines[one]);
                break;
            case 2:
                (lines[one], lines[other]) = (lines[other], lines[one]);
                break;
            default:
                lines[one] = new string(' ', Below(9)) + lines[one].TrimStart();
                break;
        }
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }

    byte[] Encoded(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        return Below(5) switch
        {
            0 => [0xEF, 0xBB, 0xBF, .. bytes],
            1 => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)],
            2 => Encoding.BigEndianUnicode.GetBytes(text),
            3 => Encoding.Latin1.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal)),
            _ => Encoding.Latin1.GetBytes(text.Replace('\n', '\r')),
        };
    }

    byte[] Deep(byte[] bytes)
    {
        var (open, close) = Pick<(string, string)>([("[", "]"), ("{\"a\":", "}"), ("{a: ", "}"), ("- ", ""), ("(", ")"), ("<a>", "</a>")]);
        var depth = 1 + Below(DeepMax);
        return Inserted(bytes, Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Repeat(open, depth)) + (Below(2) == 0 ? "1" + string.Concat(Enumerable.Repeat(close, depth)) : "")));
    }

    byte[] Long() => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(
        Pick(["x", "9", "1,", "1 ", "\n", " ", "a: 1\n", "[1],", "'", "\\", "-", "é"]), 1 + Below(LongMax))));

    [GeneratedRegex(@"[-+]?[0-9][0-9.]*([eE][-+]?[0-9]+)?")]
    private static partial Regex Number();

    [GeneratedRegex("[A-Za-z][A-Za-z0-9_-]*")]
    private static partial Regex Word();
}
