using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Simulation.Replay;

/// <summary>
/// The file of a log: 8 bytes that name the format, the header, then blocks in the order in which they were full. Each
/// is a tag, the number of bytes of its content, the content, and 4 bytes of the content's hash. Numbers are LEB128, 7
/// bits a byte, least first; those with a sign are folded to 0, -1, 1, -2, ... before.
/// </summary>
static class ReplayLogFormat
{
    /// <summary>The first bytes; the last one counts the versions of the format.</summary>
    public static ReadOnlySpan<byte> Magic => "AORPLAY1"u8;

    /// <summary>The most bytes of a number.</summary>
    public const int NumberBytesMax = 10;

    /// <summary>The most bytes of an entry: its kind and six numbers.</summary>
    public const int EntryBytesMax = 1 + (6 * NumberBytesMax);

    public const int HashBytes = sizeof(ulong);

    public const int CheckBytes = sizeof(uint);

    /// <summary>The hash that ends a block.</summary>
    public static uint CheckOf(byte tag, ReadOnlySpan<byte> content) => (uint)VectorHash.OfBytes(content, tag);

    /// <summary>Writes a number; returns the place behind it.</summary>
    public static int Write(Span<byte> to, int at, ulong number)
    {
        while (number >= 0x80)
        {
            to[at++] = (byte)(number | 0x80);
            number >>= 7;
        }
        to[at++] = (byte)number;
        return at;
    }

    /// <summary>Writes a number that may be negative; returns the place behind it.</summary>
    public static int WriteSigned(Span<byte> to, int at, long number) =>
        Write(to, at, (ulong)((number << 1) ^ (number >> 63)));

    /// <exception cref="FormatException">The number is cut, or too long.</exception>
    public static ulong Read(ReadOnlySpan<byte> from, ref int at)
    {
        ulong number = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= from.Length)
                throw new FormatException("a number is cut");
            var part = from[at++];
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return number;
        }
        throw new FormatException("a number is too long");
    }

    /// <exception cref="FormatException">The number is cut, or too long.</exception>
    public static long ReadSigned(ReadOnlySpan<byte> from, ref int at)
    {
        var number = Read(from, ref at);
        return (long)(number >> 1) ^ -(long)(number & 1);
    }
}
