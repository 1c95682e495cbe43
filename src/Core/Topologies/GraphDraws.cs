using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Topologies;

/// <summary>
/// The random draws of graph generators: the words of Philox4x32-10 in order, under a key made of the seed.
/// The same seed gives the same graph on every machine. Not thread-safe; one object serves one graph.
/// </summary>
/// <param name="seed">The topology's seed; its low and high halves are the two words of the key.</param>
/// <param name="purpose">Keeps streams apart that share a seed: the last word of the counter.</param>
public sealed class GraphDraws(ulong seed, uint purpose = GraphDraws.Purpose)
{
    const uint Purpose = 0x746F706F; // 'topo'

    readonly uint[] _block = new uint[4];
    ulong _blocks; // blocks drawn so far: the first two words of the next counter
    int _used = 4; // words of the block in hand that are spent

    /// <summary>A uniform integer in [0, n), without bias.</summary>
    /// <param name="n">At least 1.</param>
    public int Below(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        // Lemire (2019), "Fast random integer generation in an interval": multiply, and draw again where the low
        // half falls into the 2^32 mod n values that would be hit once too often.
        uint bound = (uint)n;
        ulong product = (ulong)Word() * bound;
        if ((uint)product < bound)
        {
            uint rejected = (uint)((1UL << 32) % bound);
            while ((uint)product < rejected)
                product = (ulong)Word() * bound;
        }
        return (int)(product >> 32);
    }

    /// <summary>A uniform number in [0, 1), a multiple of 2^-53.</summary>
    public double Uniform()
    {
        ulong high = Word(), low = Word();
        return (((high << 32) | low) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Puts the items into a uniformly random order (Fisher and Yates).</summary>
    /// <param name="items">Reordered in place.</param>
    public void Shuffle(Span<int> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = Below(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    uint Word()
    {
        if (_used == 4)
        {
            new Philox(seed).Block((uint)_blocks, (uint)(_blocks >> 32), 0, purpose,
                out _block[0], out _block[1], out _block[2], out _block[3]);
            _blocks++;
            _used = 0;
        }
        return _block[_used++];
    }
}
