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
            Block((uint)_blocks, (uint)(_blocks >> 32), 0, purpose, (uint)seed, (uint)(seed >> 32), _block);
            _blocks++;
            _used = 0;
        }
        return _block[_used++];
    }

    // TO BE REPLACED by the shared Philox of Core/Numerics: Salmon, Moraes, Dror, Shaw (2011), "Parallel random
    // numbers: as easy as 1, 2, 3", philox4x32 with 10 rounds.
    internal static void Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, Span<uint> words)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        (words[0], words[1], words[2], words[3]) = (c0, c1, c2, c3);
    }
}
