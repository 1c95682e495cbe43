using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// Orders events of one agent, time and depth: unbiased between senders, the same for every number of partitions.
/// </summary>
/// <remarks>
/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): number
/// 2^32 sender + sequence of the stream that begins at a key drawn from the seed. Every event that is sent has a tie,
/// and few ever need it: this costs a fifth of a draw.
/// </remarks>
public readonly struct Ties(ulong seed)
{
    const ulong Gamma = 0x9E3779B97F4A7C15;

    readonly ulong _key = KeyOf(new Draw(seed, Purpose.Tie, 0, 0));

    /// <summary>The tie of an event: uniform over all 32-bit values.</summary>
    /// <param name="sender">Who sends it.</param>
    /// <param name="sequence">How many events the sender had sent before.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Of(int sender, uint sequence)
    {
        unchecked
        {
            var z = _key + (((((ulong)(uint)sender) << 32) | sequence) * Gamma);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (uint)((z ^ (z >> 31)) >> 32);
        }
    }

    /// <summary>The ties of eight events, in the high halves, above the senders.</summary>
    /// <param name="senders">Who send them.</param>
    /// <param name="sequences">How many events each sender had sent before.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<ulong> Above(Vector512<ulong> senders, Vector512<ulong> sequences)
    {
        var z = Vector512.Create(_key) + (((senders << 32) | sequences) * Gamma);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >>> 31)) & Vector512.Create(0xFFFFFFFF00000000)) | senders;
    }

    static ulong KeyOf(Draw draw)
    {
        draw.Block(0, out var low, out var high, out _, out _);
        return ((ulong)high << 32) | low;
    }
}
