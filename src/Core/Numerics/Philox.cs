using System.Runtime.CompilerServices;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// Philox4x32-10: a random generator without state. 128 bits of counter and 64 bits of key give 128 random bits, so any
/// draw can be made anywhere, in any order, again and again.
/// </summary>
/// <remarks>
/// Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 4.3; the constants are
/// those of the paper's table 2. A permutation of the counters under each key: different counters never collide.
/// </remarks>
/// <param name="seed">The key: the low 32 bits are the first key word, the high 32 bits the second.</param>
public readonly struct Philox(ulong seed)
{
    internal const int Rounds = 10;
    internal const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;

    // Weyl increments of the key: the golden ratio and sqrt(3) - 1, in units of 2^-32.
    internal const uint Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;

    /// <summary>The key.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>Encrypts one counter under this key.</summary>
    /// <param name="c0">Counter word 0.</param>
    /// <param name="c1">Counter word 1.</param>
    /// <param name="c2">Counter word 2.</param>
    /// <param name="c3">Counter word 3.</param>
    /// <param name="r0">Random word 0, uniform over all 32-bit values; likewise the others.</param>
    /// <param name="r1">Random word 1.</param>
    /// <param name="r2">Random word 2.</param>
    /// <param name="r3">Random word 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Block(uint c0, uint c1, uint c2, uint c3, out uint r0, out uint r1, out uint r2, out uint r3) =>
        Block((uint)Seed, (uint)(Seed >> 32), c0, c1, c2, c3, out r0, out r1, out r2, out r3);

    /// <summary>
    /// Encrypts one counter under a key given as two words: ten rounds of two 32 x 32 bit products each.
    /// </summary>
    /// <param name="k0">Key word 0.</param>
    /// <param name="k1">Key word 1.</param>
    /// <param name="c0">Counter word 0.</param>
    /// <param name="c1">Counter word 1.</param>
    /// <param name="c2">Counter word 2.</param>
    /// <param name="c3">Counter word 3.</param>
    /// <param name="r0">Random word 0, uniform over all 32-bit values; likewise the others.</param>
    /// <param name="r1">Random word 1.</param>
    /// <param name="r2">Random word 2.</param>
    /// <param name="r3">Random word 3.</param>
    public static void Block(
        uint k0, uint k1, uint c0, uint c1, uint c2, uint c3, out uint r0, out uint r1, out uint r2, out uint r3)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(product1 >> 32) ^ c1 ^ k0;
            c2 = (uint)(product0 >> 32) ^ c3 ^ k1;
            c1 = (uint)product1;
            c3 = (uint)product0;
            unchecked
            {
                k0 += Weyl0;
                k1 += Weyl1;
            }
        }
        (r0, r1, r2, r3) = (c0, c1, c2, c3);
    }
}
