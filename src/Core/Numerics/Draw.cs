using System.Runtime.CompilerServices;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// Names one random draw: the k-th of one thing (a link, an agent) for one purpose under one seed. It holds no state:
/// the same draw asked for twice gives the same numbers, in any order, on any machine.
/// </summary>
/// <remarks>
/// <para>
/// Philox4x32-10 with key = seed and the counter words
/// c0 = k's low 32 bits, c1 = block (16 bits) above k's next 16 bits, c2 = id's low 32 bits,
/// c3 = purpose (8 bits) above id's next 24 bits. Hence k is below 2^48, id below 2^56, and a draw has 2^16 blocks,
/// that is 2^18 words. Larger values are cut off without a check: this is called several times per event.
/// </para>
/// <para>
/// All kinds of numbers come from the same words: <c>Uniform(i)</c> and <c>Exponential(i)</c> from words 2i and 2i + 1,
/// <c>Normal(2p)</c> and <c>Normal(2p + 1)</c> together from words 4p to 4p + 3, <c>Below(n, i)</c> from word i and,
/// where that is rejected, words i + 4096, i + 8192 and so on. So whoever mixes kinds within a draw keeps them apart.
/// </para>
/// </remarks>
/// <param name="seed">The seed of the run, or of that part of it.</param>
/// <param name="purpose">What the draw is for.</param>
/// <param name="id">Whose draw it is, below 2^56.</param>
/// <param name="k">Which one of its owner's draws for this purpose, below 2^48.</param>
public readonly struct Draw(ulong seed, Purpose purpose, ulong id, ulong k)
{
    /// <summary>Words of one draw.</summary>
    public const int Words = 1 << 18;

    // Retries of Below step over this many words, so that Below(n, i) is independent for i below it.
    const int Stride = 4096;

    readonly ulong _seed = seed;
    readonly uint _c0 = (uint)k;
    readonly uint _c1 = (uint)(k >> 32) & 0xFFFF;
    readonly uint _c2 = (uint)id;
    readonly uint _c3 = ((uint)purpose << 24) | ((uint)(id >> 32) & 0xFFFFFF);

    /// <summary>Whether this names the same draw.</summary>
    /// <param name="other">Another draw.</param>
    public bool IsSame(in Draw other) =>
        (_seed, _c0, _c1, _c2, _c3) == (other._seed, other._c0, other._c1, other._c2, other._c3);

    /// <summary>The draw that comes a number of ranks after this one, of the same owner for the same purpose.</summary>
    /// <param name="ranks">How many ranks, at least 0.</param>
    public Draw Later(long ranks)
    {
        var k = (((ulong)_c1 << 32) | _c0) + (ulong)ranks;
        return new Draw(_seed, (Purpose)(_c3 >> 24), ((ulong)(_c3 & 0xFFFFFF) << 32) | _c2, k);
    }

    /// <summary>The draw that comes a number of ranks before this one, of the same owner and purpose.</summary>
    /// <param name="ranks">How many ranks, at least 0 and no more than come before this one.</param>
    public Draw Earlier(long ranks) => Later(-ranks);

    /// <summary>A draw of its own for another purpose, of the same owner and rank.</summary>
    /// <param name="purpose">The other purpose.</param>
    /// <param name="part">
    /// Which one, 0 to 4095, where one has too few words; owners' numbers are below 2^40 then.
    /// </param>
    internal Draw For(Purpose purpose, int part = 0) => new(
        _seed, purpose, (((ulong)(_c3 & 0xFFFFFF) << 32) | _c2) ^ ((ulong)part << 40), ((ulong)_c1 << 32) | _c0);

    /// <summary>Four words at once: words 4 <paramref name="block"/> to 4 <paramref name="block"/> + 3.</summary>
    /// <param name="block">Which block, 0 to 65535.</param>
    /// <param name="r0">The first word.</param>
    /// <param name="r1">The second word.</param>
    /// <param name="r2">The third word.</param>
    /// <param name="r3">The fourth word.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Block(int block, out uint r0, out uint r1, out uint r2, out uint r3) =>
        Philox.Block(
            (uint)_seed, (uint)(_seed >> 32), _c0, _c1 | ((uint)block << 16), _c2, _c3,
            out r0, out r1, out r2, out r3);

    /// <summary>Word i, uniform over all 32-bit values.</summary>
    /// <param name="i">Which word, 0 to 2^18 - 1.</param>
    public uint Word(int i)
    {
        Block(i >> 2, out var r0, out var r1, out var r2, out var r3);
        return (i & 3) switch { 0 => r0, 1 => r1, 2 => r2, _ => r3 };
    }

    /// <summary>Uniform over the odd multiples of 2^-53 between 0 and 1, so never 0 and never 1.</summary>
    /// <param name="i">Which number, 0 to 2^17 - 1.</param>
    public double Uniform(int i = 0)
    {
        Block(i >> 1, out var r0, out var r1, out var r2, out var r3);
        return (i & 1) == 0 ? ToUniform(r0, r1) : ToUniform(r2, r3);
    }

    /// <summary>Exponential with mean 1: -log of <see cref="Uniform"/>. Between 1.1e-16 and 36.8.</summary>
    /// <param name="i">Which number, 0 to 2^17 - 1.</param>
    public double Exponential(int i = 0) => -ExactMath.Log(Uniform(i));

    /// <summary>
    /// Normal with mean 0 and variance 1, by Box and Muller: sqrt(-2 log u) times cos or sin of 2 pi v.
    /// </summary>
    /// <param name="i">Which number, 0 to 2^17 - 1.</param>
    public double Normal(int i = 0)
    {
        NormalPair(i >> 1, out var even, out var odd);
        return (i & 1) == 0 ? even : odd;
    }

    /// <summary>Two independent normal numbers for the price of one: numbers 2p and 2p + 1.</summary>
    /// <param name="p">Which pair, 0 to 65535.</param>
    /// <param name="even"><c>Normal(2p)</c>.</param>
    /// <param name="odd"><c>Normal(2p + 1)</c>.</param>
    public void NormalPair(int p, out double even, out double odd)
    {
        Block(p, out var r0, out var r1, out var r2, out var r3);
        ToNormals(r0, r1, r2, r3, out even, out odd);
    }

    /// <summary>Uniform over 0, ..., n - 1, without bias.</summary>
    /// <remarks>
    /// Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019): a word times n, high half; the
    /// few words that would favour some values are rejected. After 63 rejections (probability below 2^-63) the last
    /// word is taken as it is.
    /// </remarks>
    /// <param name="n">The number of values, at least 1.</param>
    /// <param name="i">Which number of this draw, 0 to 4095.</param>
    public int Below(int n, int i = 0)
    {
        var product = (ulong)Word(i) * (uint)n;
        if ((uint)product < (uint)n)
        {
            var threshold = (uint)-n % (uint)n;
            for (var word = i + Stride; (uint)product < threshold && word < Words; word += Stride)
                product = (ulong)Word(word) * (uint)n;
        }
        return (int)(product >> 32);
    }

    /// <summary><see cref="Below"/> of a draw's word, unless that is perhaps rejected.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryBelow(int n, uint word, out int below)
    {
        var product = (ulong)word * (uint)n;
        below = (int)(product >> 32);
        return (uint)product >= (uint)n;
    }

    /// <summary>52 random bits and a half, in units of 2^-52: exact, and inside the open interval.</summary>
    internal static double ToUniform(uint low, uint high) =>
        ((((ulong)high << 32) | low) >> 12) * (1.0 / (1UL << 52)) + 0.5 / (1UL << 52);

    internal static void ToNormals(uint r0, uint r1, uint r2, uint r3, out double even, out double odd)
    {
        var radius = Math.Sqrt(-2 * ExactMath.Log(ToUniform(r0, r1)));
        ExactMath.SinCosTurns(ToUniform(r2, r3), out var sin, out var cos);
        (even, odd) = (radius * cos, radius * sin);
    }
}
