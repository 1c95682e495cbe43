using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// Names many random draws for one purpose under one seed: draw i is <c>new Draw(seed, purpose, ids[i], ks[i])</c>.
/// What is asked of all of them at once has the same bits as asked one by one, and costs a fraction of it.
/// </summary>
/// <param name="seed">The seed of the run, or of that part of it.</param>
/// <param name="purpose">What the draws are for.</param>
/// <param name="ids">Whose draw each is, below 2^56.</param>
/// <param name="ks">Which of its owner's draws for this purpose each is, below 2^48; as many as ids.</param>
public readonly ref struct Draws(ulong seed, Purpose purpose, ReadOnlySpan<ulong> ids, ReadOnlySpan<ulong> ks)
{
    // Four counters to a register, and two registers side by side: a product takes three cycles, and there are two
    // multipliers.
    const int Lanes = 8;

    readonly ulong _seed = seed;
    readonly Purpose _purpose = purpose;
    readonly ReadOnlySpan<ulong> _ids = ids;
    readonly ReadOnlySpan<ulong> _ks = ks[..ids.Length];

    /// <summary>How many draws there are.</summary>
    public int Count => _ids.Length;

    /// <summary>One of the draws.</summary>
    /// <param name="i">Which, from 0.</param>
    public Draw this[int i] => new(_seed, _purpose, _ids[i], _ks[i]);

    /// <summary>Words 0 and 1 of each draw, word 1 above word 0.</summary>
    /// <param name="words">Shape (draws), out.</param>
    public void Words(Span<ulong> words)
    {
        var done = 0;
        if (Avx2.IsSupported)
        {
            for (; done <= Count - Lanes; done += Lanes)
            {
                Block(done, out var first, out var second);
                first.CopyTo(words[done..]);
                second.CopyTo(words[(done + (Lanes / 2))..]);
            }
        }
        for (; done < Count; done++)
        {
            this[done].Block(0, out var low, out var high, out _, out _);
            words[done] = ((ulong)high << 32) | low;
        }
    }

    /// <summary>The first uniform number of each draw, <see cref="Draw.Uniform"/>.</summary>
    /// <param name="values">Shape (draws), out.</param>
    public void Uniforms(Span<double> values)
    {
        var done = 0;
        if (Avx2.IsSupported)
        {
            for (; done <= Count - Lanes; done += Lanes)
            {
                Block(done, out var first, out var second);
                ToUniforms(first).CopyTo(values[done..]);
                ToUniforms(second).CopyTo(values[(done + (Lanes / 2))..]);
            }
        }
        for (; done < Count; done++)
            values[done] = this[done].Uniform();
    }

    /// <summary>The first exponential number of each draw, <see cref="Draw.Exponential"/>.</summary>
    /// <param name="values">Shape (draws), out.</param>
    public void Exponentials(Span<double> values)
    {
        Uniforms(values);
        var done = 0;
        ref var first = ref MemoryMarshal.GetReference(values);
        if (Avx2.IsSupported)
        {
            for (; done <= Count - (Lanes / 2); done += Lanes / 2)
            {
                var uniforms = Vector256.LoadUnsafe(ref first, (nuint)done);
                (-ExactMath.LogOfNormals(uniforms)).StoreUnsafe(ref first, (nuint)done);
            }
        }
        for (; done < Count; done++)
            values[done] = -ExactMath.Log(values[done]);
    }

    /// <summary>Words 0 and 1 of eight draws, word 1 above word 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Block(int at, out Vector256<ulong> first, out Vector256<ulong> second)
    {
        ref var ids = ref Unsafe.Add(ref MemoryMarshal.GetReference(_ids), at);
        ref var ks = ref Unsafe.Add(ref MemoryMarshal.GetReference(_ks), at);
        var a = new Counters(Vector256.LoadUnsafe(ref ids), Vector256.LoadUnsafe(ref ks), _purpose);
        var b = new Counters(Vector256.LoadUnsafe(ref ids, 4), Vector256.LoadUnsafe(ref ks, 4), _purpose);
        var (k0, k1) = ((uint)_seed, (uint)(_seed >> 32));
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var (key0, key1) = (Vector256.Create((ulong)k0), Vector256.Create((ulong)k1));
            a.Encrypt(key0, key1);
            b.Encrypt(key0, key1);
            unchecked
            {
                k0 += Philox.Weyl0;
                k1 += Philox.Weyl1;
            }
        }
        (first, second) = (a.Low, b.Low);
    }

    /// <summary>52 random bits and a half, in units of 2^-52, as <see cref="Draw.ToUniform"/> makes them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<double> ToUniforms(Vector256<ulong> words)
    {
        // With the bits of 2^52 above them, 52 bits are the fraction of a double: both steps are exact.
        var bits = (words >>> 12) | Vector256.Create(0x4330000000000000UL);
        var whole = bits.AsDouble() - Vector256.Create((double)(1UL << 52));
        return (whole * (1.0 / (1UL << 52))) + Vector256.Create(0.5 / (1UL << 52));
    }

    /// <summary>
    /// Four counters, a word of each in the lower half of a lane. What is in the upper halves is of no account, as
    /// products read the lower ones.
    /// </summary>
    struct Counters(Vector256<ulong> ids, Vector256<ulong> ks, Purpose purpose)
    {
        Vector256<ulong> _c0 = ks;
        Vector256<ulong> _c1 = (ks >>> 32) & Vector256.Create(0xFFFFUL);
        Vector256<ulong> _c2 = ids;
        Vector256<ulong> _c3 =
            ((ids >>> 32) & Vector256.Create(0xFFFFFFUL)) | Vector256.Create((ulong)(uint)purpose << 24);

        public readonly Vector256<ulong> Low => (_c0 & Vector256.Create(0xFFFFFFFFUL)) | (_c1 << 32);

        /// <summary>A round of <see cref="Philox"/>.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Encrypt(Vector256<ulong> key0, Vector256<ulong> key1)
        {
            var product0 = Avx2.Multiply(_c0.AsUInt32(), Vector256.Create(Philox.Multiplier0));
            var product1 = Avx2.Multiply(_c2.AsUInt32(), Vector256.Create(Philox.Multiplier1));
            _c0 = (product1 >>> 32) ^ _c1 ^ key0;
            _c2 = (product0 >>> 32) ^ _c3 ^ key1;
            (_c1, _c3) = (product1, product0);
        }
    }
}
