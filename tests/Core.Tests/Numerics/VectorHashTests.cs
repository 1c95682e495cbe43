using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public sealed class VectorHashTests
{
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999UL)]
    [InlineData("a", 0xD24EC4F1A98C6E5BUL)]
    [InlineData("abc", 0x44BC2CF5AD770999UL)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1UL)]
    public void Gives_the_published_hashes(string text, ulong expected) =>
        Assert.Equal(expected, VectorHash.OfBytes(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Equals_the_plain_reference_for_every_length()
    {
        var bytes = Bytes(300);
        for (var length = 0; length <= bytes.Length; length++)
            Assert.Equal(Reference(bytes[..length], 17), VectorHash.OfBytes(bytes.AsSpan(0, length), 17));
    }

    [Fact]
    public void Every_flipped_bit_changes_it()
    {
        var bytes = Bytes(200);
        var hashes = new HashSet<ulong> { VectorHash.OfBytes(bytes) };
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(hashes.Add(VectorHash.OfBytes(bytes)));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Small_vectors_do_not_collide()
    {
        var sequence = new DrawSequence(1, Purpose.None);
        var hashes = new HashSet<ulong>();
        for (var i = 0; i < 100_000; i++)
        {
            var vector = new double[1 + i % 9];
            foreach (ref var x in vector.AsSpan())
                x = sequence.Normal();
            hashes.Add(VectorHash.Of<double>(vector));
        }

        Assert.Equal(100_000, hashes.Count);
    }

    [Fact]
    public void Length_sign_of_zero_order_and_seed_count()
    {
        double[][] vectors = [[], [0], [0, 0], [-0.0], [1, 2], [2, 1], new double[4], new double[5], new double[8]];
        var hashes = vectors.Select(v => VectorHash.Of<double>(v)).Append(VectorHash.Of<double>([], 1)).ToHashSet();

        Assert.Equal(10, hashes.Count);
        Assert.NotEqual(VectorHash.Of<double>([0]), VectorHash.Of<float>([0]));
    }

    [Fact]
    public void A_chain_depends_on_every_word_and_on_their_order()
    {
        ulong Chain(params ulong[] words) => words.Aggregate(0UL, VectorHash.Chain);
        var chains = new HashSet<ulong>
        {
            Chain(1, 2, 3), Chain(2, 1, 3), Chain(1, 3, 2), Chain(1, 2), Chain(1, 2, 3, 0),
        };
        for (var bit = 0; bit < 64; bit++)
            chains.Add(Chain(1, 2 ^ (1UL << bit), 3));

        // Flipping bit 0 of 2 gives 3, flipping bit 1 gives 0: new ones, all of them.
        Assert.Equal(5 + 64, chains.Count);
    }

    /// <summary>The steps of the specification, word by word.</summary>
    static ulong Reference(byte[] bytes, ulong seed)
    {
        const ulong P1 = 11400714785074694791, P2 = 14029467366897019727, P3 = 1609587929392839161;
        const ulong P4 = 9650029242287828579, P5 = 2870177450012600261;
        ulong Round(ulong lane, ulong word) => BitOperations.RotateLeft(lane + word * P2, 31) * P1;

        var hash = seed + P5;
        var at = 0;
        if (bytes.Length >= 32)
        {
            ulong[] lanes = [seed + P1 + P2, seed + P2, seed, seed - P1];
            for (; at + 32 <= bytes.Length; at += 32)
                for (var j = 0; j < 4; j++)
                    lanes[j] = Round(lanes[j], BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at + 8 * j)));
            int[] turns = [1, 7, 12, 18];
            hash = lanes.Zip(turns).Aggregate(0UL, (h, p) => h + BitOperations.RotateLeft(p.First, p.Second));
            hash = lanes.Aggregate(hash, (h, lane) => (h ^ Round(0, lane)) * P1 + P4);
        }
        hash += (ulong)bytes.Length;
        for (; at + 8 <= bytes.Length; at += 8)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            hash = BitOperations.RotateLeft(hash ^ Round(0, word), 27) * P1 + P4;
        }
        for (; at + 4 <= bytes.Length; at += 4)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
            hash = BitOperations.RotateLeft(hash ^ (word * P1), 23) * P2 + P3;
        }
        for (; at < bytes.Length; at++)
            hash = BitOperations.RotateLeft(hash ^ (bytes[at] * P5), 11) * P1;
        hash = (hash ^ (hash >> 33)) * P2;
        hash = (hash ^ (hash >> 29)) * P3;
        return hash ^ (hash >> 32);
    }

    static byte[] Bytes(int count)
    {
        var sequence = new DrawSequence(2, Purpose.None);
        return [.. Enumerable.Range(0, count).Select(_ => (byte)sequence.Next())];
    }
}
