using System.Text;

namespace AsyncOpt.Swarm.Tests.Fuzz;

/// <summary>Changes that files meet, by accident and on purpose.</summary>
static class Mutations
{
    static readonly byte[][] Odd =
    [
        .. new[]
        {
            "", "\0", "-1", "1e999", "nan", "99999999999999999999", "2147483648", "{", "]", "&a", "*a", "<<:", "!x ", "\t",
            "\r", "\n\n", ": ", "'", "\"", "/etc/passwd", "../../x", ",", ";", "é", "<!ENTITY a 'b'>", "%", "#", "0x1", "- ",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE], [0xC3], [0x1F, 0x8B],
    ];

    /// <summary>A file with one to four changes.</summary>
    /// <param name="original">The file.</param>
    /// <param name="dice">The choices.</param>
    public static byte[] Of(byte[] original, Dice dice)
    {
        var bytes = original.ToList();
        for (var left = dice.Whole(1, 4); left > 0; left--)
            Change(bytes, dice);
        return [.. bytes];
    }

    static void Change(List<byte> bytes, Dice dice)
    {
        var at = dice.Whole(0, bytes.Count);
        var length = Math.Min(dice.WholeScale(1, 400), bytes.Count - at);
        switch (dice.Whole(0, 6))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << dice.Whole(0, 7));
                break;
            case 1:
                bytes.RemoveRange(at, length);
                break;
            case 2:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                bytes.InsertRange(at, Enumerable.Repeat(bytes.GetRange(at, Math.Min(length, 20)), 200).SelectMany(b => b));
                break;
            default:
                bytes.InsertRange(at, dice.Pick(Odd));
                break;
        }
    }
}
