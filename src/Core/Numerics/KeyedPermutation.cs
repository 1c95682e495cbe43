using System.Numerics;
using System.Runtime.CompilerServices;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// A random order of 0, ..., n - 1 that needs no memory: the item at any position can be asked for directly.
/// Serves sampling without replacement: one order per owner and epoch, positions taken in turn.
/// </summary>
/// <remarks>
/// Up to 16 items: Fisher and Yates, all orders exactly equally likely, kept as 16 hexadecimal digits. More items:
/// a Feistel network of eight rounds over the smallest power of two that holds n, its round keys two Philox blocks;
/// values of n or more are sent through again ("cycle walking", Black and Rogaway, CT-RSA 2002), on average less than
/// once. Every round is invertible, hence so is the whole, whatever the round function; on fewer than 5 bits eight
/// rounds do not mix well, hence the first case.
/// </remarks>
public readonly struct KeyedPermutation
{
    const int Small = 16;

    readonly int _n;
    readonly ulong _order;
    readonly int _lowBits, _highBits;
    readonly uint _k0, _k1, _k2, _k3, _k4, _k5, _k6, _k7;

    /// <summary>Makes the order of one owner and epoch.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="purpose">What the order is for.</param>
    /// <param name="id">Whose order it is, below 2^56.</param>
    /// <param name="epoch">Which of its orders, below 2^48.</param>
    /// <param name="n">The number of items, at least 1.</param>
    public KeyedPermutation(ulong seed, Purpose purpose, ulong id, ulong epoch, int n)
        : this(new Draw(seed, purpose, id, epoch), n)
    {
    }

    /// <summary>Makes the order that a draw names.</summary>
    /// <param name="draw">The draw; its words 0 to 15 and 4096 to 2^18 - 1 are used.</param>
    /// <param name="n">The number of items, at least 1.</param>
    public KeyedPermutation(Draw draw, int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        _n = n;
        if (n <= Small)
        {
            _order = ShuffledDigits(draw, n);
            return;
        }
        var bits = 32 - BitOperations.LeadingZeroCount((uint)(n - 1));
        _lowBits = bits / 2;
        _highBits = bits - _lowBits;
        draw.Block(0, out _k0, out _k1, out _k2, out _k3);
        draw.Block(1, out _k4, out _k5, out _k6, out _k7);
    }

    /// <summary>The number of items.</summary>
    public int Count => _n;

    /// <summary>The item at a position.</summary>
    /// <param name="position">0 to n - 1.</param>
    /// <returns>0 to n - 1; different for different positions.</returns>
    public int At(int position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)_n, nameof(position));
        if (_n <= Small)
            return Digit(_order, position);
        var value = (uint)position;
        do
            value = Rounds(value);
        while (value >= (uint)_n);
        return (int)value;
    }

    static int Digit(ulong digits, int position) => (int)(digits >> (4 * position)) & 15;

    static ulong ShuffledDigits(Draw draw, int n)
    {
        var digits = 0xFEDCBA9876543210UL;
        for (var last = n - 1; last > 0; last--)
        {
            var other = draw.Below(last + 1, last);
            // Exclusive or with the difference of two digits swaps them.
            var difference = (ulong)(Digit(digits, last) ^ Digit(digits, other));
            digits ^= (difference << (4 * last)) ^ (difference << (4 * other));
        }
        return digits;
    }

    uint Rounds(uint value)
    {
        var low = value & ((1u << _lowBits) - 1);
        var high = value >> _lowBits;
        // Each half is changed by a function of the other alone.
        high ^= Mix(low, _k0, _highBits);
        low ^= Mix(high, _k1, _lowBits);
        high ^= Mix(low, _k2, _highBits);
        low ^= Mix(high, _k3, _lowBits);
        high ^= Mix(low, _k4, _highBits);
        low ^= Mix(high, _k5, _lowBits);
        high ^= Mix(low, _k6, _highBits);
        low ^= Mix(high, _k7, _lowBits);
        return (high << _lowBits) | low;
    }

    /// <summary>The high bits of a mixture of a half and a round key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Mix(uint half, uint key, int bits)
    {
        unchecked
        {
            var x = (half * 0x9E3779B9u) ^ key;
            x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
            x = (x ^ (x >> 13)) * 0xC2B2AE35u;
            return (x ^ (x >> 16)) >> (32 - bits);
        }
    }
}
