using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// A 64-bit hash of raw bits, for proving that two runs have the same ones: every bit counts, -0 differs from 0, and so
/// does the length. Not against an adversary.
/// </summary>
/// <remarks>
/// XXH64 (Y. Collet, "xxHash fast digest algorithm", specification 0.1.1): four independent lanes of 64 bits, each
/// step multiply, rotate, multiply. Each step is invertible in its word, so changing one word always changes the hash.
/// Words are read as the machine has them; little-endian is assumed, as everywhere .NET runs.
/// </remarks>
public static class VectorHash
{
    const ulong P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F, P3 = 0x165667B19E3779F9;
    const ulong P4 = 0x85EBCA77C2B2AE63, P5 = 0x27D4EB2F165667C5;

    /// <summary>The hash of a vector's bits.</summary>
    /// <typeparam name="T">Numbers or any type without references.</typeparam>
    /// <param name="values">The vector.</param>
    /// <param name="seed">Another seed gives another hash.</param>
    public static ulong Of<T>(ReadOnlySpan<T> values, ulong seed = 0)
        where T : unmanaged => OfBytes(MemoryMarshal.AsBytes(values), seed);

    /// <summary>The hash of bytes.</summary>
    /// <param name="bytes">Any number of bytes.</param>
    /// <param name="seed">Another seed gives another hash.</param>
    public static ulong OfBytes(ReadOnlySpan<byte> bytes, ulong seed = 0)
    {
        unchecked
        {
            var hash = bytes.Length < 32 ? seed + P5 : Stripes(bytes, seed);
            hash += (ulong)bytes.Length;

            ref var tail = ref MemoryMarshal.GetReference(bytes);
            var at = bytes.Length & ~31;
            for (; at <= bytes.Length - 8; at += 8)
                hash = BitOperations.RotateLeft(hash ^ Round(0, Read<ulong>(ref tail, at)), 27) * P1 + P4;
            if (at <= bytes.Length - 4)
            {
                hash = BitOperations.RotateLeft(hash ^ (Read<uint>(ref tail, at) * P1), 23) * P2 + P3;
                at += 4;
            }
            for (; at < bytes.Length; at++)
                hash = BitOperations.RotateLeft(hash ^ (bytes[at] * P5), 11) * P1;
            return Avalanche(hash);
        }
    }

    /// <summary>Appends one word to a chain of words: different words or another order give another chain.</summary>
    /// <param name="chain">The chain so far.</param>
    /// <param name="word">The next word.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Chain(ulong chain, ulong word) =>
        unchecked(BitOperations.RotateLeft(chain ^ Round(0, word), 27) * P1 + P4);

    /// <summary>Spreads every bit of a word over all bits; invertible.</summary>
    /// <param name="hash">Any word.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Avalanche(ulong hash)
    {
        unchecked
        {
            hash = (hash ^ (hash >> 33)) * P2;
            hash = (hash ^ (hash >> 29)) * P3;
            return hash ^ (hash >> 32);
        }
    }

    /// <summary>All whole stripes of 32 bytes: word j of a stripe goes to lane j.</summary>
    static ulong Stripes(ReadOnlySpan<byte> bytes, ulong seed)
    {
        unchecked
        {
            ref var start = ref MemoryMarshal.GetReference(bytes);
            var (a, b, c, d) = (seed + P1 + P2, seed + P2, seed, seed - P1);
            for (var at = 0; at <= bytes.Length - 32; at += 32)
            {
                a = Round(a, Read<ulong>(ref start, at));
                b = Round(b, Read<ulong>(ref start, at + 8));
                c = Round(c, Read<ulong>(ref start, at + 16));
                d = Round(d, Read<ulong>(ref start, at + 24));
            }
            var hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7)
                + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
            hash = (hash ^ Round(0, a)) * P1 + P4;
            hash = (hash ^ Round(0, b)) * P1 + P4;
            hash = (hash ^ Round(0, c)) * P1 + P4;
            return (hash ^ Round(0, d)) * P1 + P4;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Round(ulong lane, ulong word) => unchecked(BitOperations.RotateLeft(lane + word * P2, 31) * P1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Read<T>(ref byte start, int offset)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref start, offset));
}
