using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// A 64-bit hash of raw bits, for proving that two runs have the same ones: every bit counts, -0 differs from 0, and so
/// does the length. Not against an adversary.
/// </summary>
/// <remarks>
/// Eight lanes of 64 bits, each with the round of XXH64 (Y. Collet, "xxHash fast digest algorithm", specification
/// 0.1.1): multiply, rotate, multiply. Word j of a stripe of 64 bytes goes to lane j, so that a machine with wide
/// vectors takes a stripe at once and a device with plain integers gets the same hash. Each round is invertible in its
/// word.
/// Words are read as the machine has them; little-endian is assumed, as everywhere .NET runs.
/// </remarks>
public static class VectorHash
{
    const ulong P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F, P3 = 0x165667B19E3779F9;
    const ulong P4 = 0x85EBCA77C2B2AE63, P5 = 0x27D4EB2F165667C5;

    const int Stripe = 64;

    // A multiple of the stripe: half of a first-level cache.
    const int FiniteBlock = 16 << 10;

    // Shorter vectors follow each other so closely that fewer instructions count more than short waits (measured).
    const int LongMin = 16 * Stripe;

    // Odd numbers from XXH64's primes, different in every lane.
    static readonly Vector512<ulong> Starts = Vector512.Create(
        P1, P2, P3, P4, P5, P1 ^ P2 ^ P3, P2 ^ P3 ^ P4, P3 ^ P4 ^ P5);
    static ReadOnlySpan<ulong> EndWords => [P2, P3, P4, P5, P1, P2 ^ P3 ^ P4, P3 ^ P4 ^ P5, P1 ^ P2 ^ P3];
    static readonly Vector512<ulong> Ends = Vector512.Create(EndWords);

    /// <summary>The hash of a vector's bits.</summary>
    /// <typeparam name="T">Numbers or any type without references.</typeparam>
    /// <param name="values">The vector.</param>
    /// <param name="seed">Another seed gives another hash.</param>
    public static ulong Of<T>(ReadOnlySpan<T> values, ulong seed = 0)
        where T : unmanaged => OfBytes(MemoryMarshal.AsBytes(values), seed);

    /// <summary>
    /// The hash of bytes: stripes from the start, then one that ends with the last byte and may overlap the one before;
    /// fewer than 64 bytes are one stripe, filled up with zeros.
    /// </summary>
    /// <param name="bytes">Any number of bytes.</param>
    /// <param name="seed">Another seed gives another hash.</param>
    public static ulong OfBytes(ReadOnlySpan<byte> bytes, ulong seed = 0)
    {
        if (bytes.Length < Stripe)
            return OfShort(bytes, seed);
        ref var start = ref MemoryMarshal.GetReference(bytes);
        return AreHalved(bytes.Length)
            ? OfHalves(ref start, bytes.Length, seed)
            : Finish(Lanes(ref start, bytes.Length, Vector512.Create(seed) + Starts), bytes.Length);
    }

    /// <summary>The hash of a vector's bits, and whether no element is infinite or NaN, in one pass.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="values">The vector.</param>
    /// <param name="isFinite">Whether all elements are finite.</param>
    public static ulong OfFloats<T>(ReadOnlySpan<T> values, out bool isFinite)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bytes = MemoryMarshal.AsBytes(values);
        if (bytes.Length < Stripe)
        {
            isFinite = true;
            foreach (var value in values)
                isFinite &= T.IsFinite(value);
            return OfShort(bytes, 0);
        }
        ref var start = ref MemoryMarshal.GetReference(bytes);
        if (AreHalved(bytes.Length))
        {
            isFinite = AreFinite(values);
            return OfHalves(ref start, bytes.Length, 0);
        }
        var (lanes, length) = (Starts, bytes.Length);
        isFinite = true;
        // Blocks that stay in the first cache: read twice, fetched once. Each ends between two stripes.
        while (bytes.Length > 2 * FiniteBlock)
        {
            isFinite &= AreFinite(values[..(FiniteBlock / Unsafe.SizeOf<T>())]);
            lanes = Lanes(ref start, FiniteBlock, lanes);
            start = ref Unsafe.Add(ref start, FiniteBlock);
            bytes = bytes[FiniteBlock..];
            values = values[(FiniteBlock / Unsafe.SizeOf<T>())..];
        }
        isFinite &= AreFinite(values);
        return Finish(Lanes(ref start, bytes.Length, lanes), length);
    }

    // A number is finite where its exponent is not all ones: its bits, without the sign, are below infinity's. There
    // are a stripe of numbers or more.
    static bool AreFinite<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var infinity = Vector256.Create(T.PositiveInfinity);
        var all = Vector256<T>.AllBitsSet;
        ref var start = ref MemoryMarshal.GetReference(values);
        nuint i = 0, n = (nuint)values.Length, width = (nuint)Vector256<T>.Count;
        for (; i + width <= n; i += width)
            all &= Vector256.LessThan(Vector256.Abs(Vector256.LoadUnsafe(ref start, i)), infinity);
        // The last register may overlap the one before.
        if (i < n)
            all &= Vector256.LessThan(Vector256.Abs(Vector256.LoadUnsafe(ref start, n - width)), infinity);
        return all.Equals(Vector256<T>.AllBitsSet);
    }

    /// <summary>The hashes of vectors that lie one after the other.</summary>
    /// <typeparam name="T">Numbers or any type without references.</typeparam>
    /// <param name="values">Shape (n, d).</param>
    /// <param name="hashes">Shape (n), out.</param>
    public static void OfRows<T>(ReadOnlySpan<T> values, Span<ulong> hashes)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        var length = hashes.Length == 0 ? 0 : bytes.Length / hashes.Length;
        var i = 0;
        if (length >= Stripe)
        {
            var (starts, ends) = (Starts, Ends);
            ref var start = ref MemoryMarshal.GetReference(bytes);
            for (; i < hashes.Length; i++)
            {
                ref var row = ref Unsafe.Add(ref start, (nint)i * length);
                var lanes = Lanes(ref row, length, starts);
                hashes[i] = Avalanche(unchecked(Sum(lanes, ends) + ((ulong)length * P5)));
            }
        }
        for (; i < hashes.Length; i++)
            hashes[i] = OfBytes(bytes.Slice(i * length, length));
    }

    static ulong OfShort(ReadOnlySpan<byte> bytes, ulong seed)
    {
        Span<byte> filled = stackalloc byte[Stripe];
        filled.Clear();
        bytes.CopyTo(filled);
        var words = Load(ref MemoryMarshal.GetReference(filled), 0);
        return Finish(Round(Vector512.Create(seed) + Starts, words), bytes.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<ulong> Lanes(ref byte start, int length, Vector512<ulong> lanes)
    {
        if (Avx512F.IsSupported && length >= LongMin)
            return LongLanes(ref start, length, lanes);
        if (Avx2.IsSupported && length >= LongMin)
            return LongHalves(ref start, length, lanes);
        for (var at = 0; at < length - Stripe; at += Stripe)
            lanes = Round(lanes, Load(ref start, at));
        return Round(lanes, Load(ref start, length - Stripe));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool AreHalved(int length) => !Avx512F.IsSupported && length < LongMin;

    // Four lanes in a register, the others one by one: where vectors have no product of whole words, and make it of
    // three, another part of the processor makes as many meanwhile. Measured on 176 bytes: 0.6 of the time.
    static ulong OfHalves(ref byte start, int length, ulong seed)
    {
        unchecked
        {
            var lanes = Vector256.Create(seed) + Vector256.Create(P1, P2, P3, P4);
            var (a, b) = (seed + P5, seed + (P1 ^ P2 ^ P3));
            var (c, d) = (seed + (P2 ^ P3 ^ P4), seed + (P3 ^ P4 ^ P5));
            for (var at = 0; ; at = Math.Min(at + Stripe, length - Stripe))
            {
                lanes = Rotate(lanes + (LoadHalf(ref start, at) * P2)) * P1;
                (a, b) = (Round(a, LoadWord(ref start, at + 32)), Round(b, LoadWord(ref start, at + 40)));
                (c, d) = (Round(c, LoadWord(ref start, at + 48)), Round(d, LoadWord(ref start, at + 56)));
                if (at == length - Stripe)
                    break;
            }
            var sum = Vector256.Sum(Rotate(lanes * P2) * Vector256.Create(P2, P3, P4, P5));
            sum += BitOperations.RotateLeft(a * P2, 31) * P1;
            sum += BitOperations.RotateLeft(b * P2, 31) * (P2 ^ P3 ^ P4);
            sum += BitOperations.RotateLeft(c * P2, 31) * (P3 ^ P4 ^ P5);
            sum += BitOperations.RotateLeft(d * P2, 31) * (P1 ^ P2 ^ P3);
            return Avalanche(sum + ((ulong)length * P5));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<ulong> Rotate(Vector256<ulong> lanes) => (lanes << 31) | (lanes >>> 33);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong LoadWord(ref byte start, int offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));

    // Each round waits for the one before, mostly for the processor's product of whole words. This way takes more
    // instructions and, measured, two thirds of the time.
    static Vector512<ulong> LongLanes(ref byte start, int length, Vector512<ulong> lanes)
    {
        lanes += Load(ref start, 0) * P2;
        for (var at = Stripe; at < length - Stripe; at += Stripe)
            lanes = RotatedTimesP1Plus(lanes, Load(ref start, at) * P2);
        lanes = RotatedTimesP1Plus(lanes, Load(ref start, length - Stripe) * P2);
        return RotatedTimesP1Plus(lanes, Vector512<ulong>.Zero);
    }

    // The same in two halves, where words of 256 bits are the widest: measured, 0.87 of the time.
    static Vector512<ulong> LongHalves(ref byte start, int length, Vector512<ulong> lanes)
    {
        var a = lanes.GetLower() + (LoadHalf(ref start, 0) * P2);
        var b = lanes.GetUpper() + (LoadHalf(ref start, Stripe / 2) * P2);
        for (var at = Stripe; at < length - Stripe; at += Stripe)
        {
            a = RotatedTimesP1Plus(a, LoadHalf(ref start, at) * P2);
            b = RotatedTimesP1Plus(b, LoadHalf(ref start, at + (Stripe / 2)) * P2);
        }
        a = RotatedTimesP1Plus(a, LoadHalf(ref start, length - Stripe) * P2);
        b = RotatedTimesP1Plus(b, LoadHalf(ref start, length - (Stripe / 2)) * P2);
        return Vector512.Create(
            RotatedTimesP1Plus(a, Vector256<ulong>.Zero), RotatedTimesP1Plus(b, Vector256<ulong>.Zero));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<ulong> RotatedTimesP1Plus(Vector256<ulong> v, Vector256<ulong> w)
    {
        var (low, high) = (Vector256.Create(P1).AsUInt32(), Vector256.Create(P1 >> 32).AsUInt32());
        var top = v >>> 33;
        var bottom = (Avx2.Multiply(v.AsUInt32(), low) << 31) + ((v ^ (v >>> 32)) << 63);
        return bottom + (Avx2.Multiply(top.AsUInt32(), low) + w) + (Avx2.Multiply(top.AsUInt32(), high) << 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<ulong> LoadHalf(ref byte start, int offset) =>
        Vector256.LoadUnsafe(ref start, (nuint)offset).AsUInt64();

    // rotate(v, 31) P1 + w, from products of halves. With v = 2^33 t + b, where b has 33 bits, the rotated word is
    // 2^31 b + t; of 2^31 b P1, bits 32 of b and of P1 count in the last bit only.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<ulong> RotatedTimesP1Plus(Vector512<ulong> v, Vector512<ulong> w)
    {
        var (low, high) = (Vector512.Create(P1).AsUInt32(), Vector512.Create(P1 >> 32).AsUInt32());
        var top = v >>> 33;
        var bottom = (Avx512F.Multiply(v.AsUInt32(), low) << 31) + ((v ^ (v >>> 32)) << 63);
        return bottom + (Avx512F.Multiply(top.AsUInt32(), low) + w) + (Avx512F.Multiply(top.AsUInt32(), high) << 32);
    }

    // Each lane has a multiplier of its own: exchanged words count.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Sum(Vector512<ulong> lanes, Vector512<ulong> ends) =>
        Vector512.Sum(Rotate(lanes * P2, 31) * ends);

    static ulong Finish(Vector512<ulong> lanes, int length)
    {
        // Where no vector has a product of whole words, eight words take less one by one.
        var sum = Avx512DQ.IsSupported
            ? Sum(lanes, Ends)
            : SumOneByOne(lanes.GetLower(), 0) + SumOneByOne(lanes.GetUpper(), Vector256<ulong>.Count);
        return Avalanche(unchecked(sum + ((ulong)length * P5)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong SumOneByOne(Vector256<ulong> lanes, int first)
    {
        ref var ends = ref MemoryMarshal.GetReference(EndWords);
        ulong sum = 0;
        for (var i = 0; i < Vector256<ulong>.Count; i++)
            sum += BitOperations.RotateLeft(unchecked(lanes[i] * P2), 31) * Unsafe.Add(ref ends, first + i);
        return sum;
    }

    /// <summary>Appends one word to a chain of words: different words or another order give another chain.</summary>
    /// <param name="chain">The chain so far.</param>
    /// <param name="word">The next word.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Chain(ulong chain, ulong word) => ChainMixed(chain, Mix(word));

    /// <summary>Appends a word to each of several chains.</summary>
    /// <param name="chains">The chains so far, in and out.</param>
    /// <param name="words">The next word of each.</param>
    public static void Chain(Span<ulong> chains, ReadOnlySpan<ulong> words)
    {
        words = words[..chains.Length];
        var i = 0;
        for (; i + Vector512<ulong>.Count <= chains.Length; i += Vector512<ulong>.Count)
        {
            var (some, next) = (Vector512.Create<ulong>(chains[i..]), Vector512.Create(words[i..]));
            ChainMixed(some, Mix(next)).CopyTo(chains[i..]);
        }
        for (; i < chains.Length; i++)
            chains[i] = Chain(chains[i], words[i]);
    }

    /// <summary>
    /// A word, ready to be appended by <see cref="ChainMixed(ulong, ulong)"/>: for words that go to many chains.
    /// </summary>
    /// <param name="word">The word.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong word) => Round(0, word);

    /// <summary><c>ChainMixed(chain, Mix(word))</c> is <c>Chain(chain, word)</c>.</summary>
    /// <param name="chain">The chain so far.</param>
    /// <param name="mixed">The next word, mixed.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ChainMixed(ulong chain, ulong mixed) =>
        unchecked(BitOperations.RotateLeft(chain ^ mixed, 27) * P1 + P4);

    /// <summary><see cref="Mix(ulong)"/> of eight words.</summary>
    /// <param name="words">The words.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Mix(Vector512<ulong> words) => Rotate(words * P2, 31) * P1;

    /// <summary><see cref="ChainMixed(ulong, ulong)"/> of eight chains.</summary>
    /// <param name="chains">The chains so far.</param>
    /// <param name="mixed">The next word of each, mixed.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> ChainMixed(Vector512<ulong> chains, Vector512<ulong> mixed) =>
        (Rotate(chains ^ mixed, 27) * P1) + Vector512.Create(P4);

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Round(ulong lane, ulong word) => unchecked(BitOperations.RotateLeft(lane + word * P2, 31) * P1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<ulong> Round(Vector512<ulong> lanes, Vector512<ulong> words) =>
        Rotate(lanes + (words * P2), 31) * P1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<ulong> Rotate(Vector512<ulong> lanes, [ConstantExpected] byte by) =>
        Avx512F.IsSupported ? Avx512F.RotateLeft(lanes, by) : (lanes << by) | (lanes >>> (64 - by));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<ulong> Load(ref byte start, int offset) =>
        Vector512.LoadUnsafe(ref start, (nuint)offset).AsUInt64();
}
