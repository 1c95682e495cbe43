using System.Buffers.Binary;
using System.Numerics;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public sealed class VectorHashTests
{
    [Fact]
    public void Equals_the_plain_reference_for_every_length()
    {
        var bytes = Bytes(1_300);           // long vectors go another way, from 1,024 bytes on
        for (var length = 0; length <= bytes.Length; length++)
            Assert.Equal(Reference(bytes[..length], 17), VectorHash.OfBytes(bytes.AsSpan(0, length), 17));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(4_096)]
    [InlineData(8_193)]
    [InlineData(12_301)]
    [InlineData(50_000)]
    public void The_pass_that_looks_for_what_is_not_finite_has_the_same_hash(int length)
    {
        var sequence = new DrawSequence(2, Purpose.None);
        var values = new float[length];
        foreach (ref var x in values.AsSpan())
            x = (float)sequence.Normal();

        Assert.Equal(VectorHash.Of<float>(values), VectorHash.OfFloats<float>(values, out var isFinite));
        Assert.True(isFinite);
        foreach (var wrong in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            for (var i = 0; i < length; i += 1 + (length / 97))
                Refuses(i, wrong);
            if (length > 0)
                Refuses(length - 1, wrong);
        }

        void Refuses(int at, float wrong)
        {
            var before = values[at];
            values[at] = wrong;
            Assert.Equal(VectorHash.Of<float>(values), VectorHash.OfFloats<float>(values, out var all));
            Assert.False(all);
            values[at] = before;
        }
    }

    [Fact]
    public void The_largest_numbers_are_finite()
    {
        var values = new double[5_000];
        Array.Fill(values, -double.MaxValue);

        Assert.Equal(VectorHash.Of<double>(values), VectorHash.OfFloats<double>(values, out var isFinite));
        Assert.True(isFinite);
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

    [Fact]
    public void Chains_side_by_side_are_those_of_one_after_the_other()
    {
        for (var count = 0; count < 40; count++)
        {
            ulong[] chains = [.. Enumerable.Range(0, count).Select(i => VectorHash.Mix((ulong)i))];
            ulong[] words = [.. Enumerable.Range(0, count + 3).Select(i => VectorHash.Mix((ulong)(i + 1000)))];
            var expected = chains.Zip(words, VectorHash.Chain).ToArray();

            VectorHash.Chain(chains, words);

            Assert.Equal(expected, chains);
        }
    }

    [Fact]
    public void Words_exchanged_between_lanes_or_stripes_change_it()
    {
        double[] vector = [.. Enumerable.Range(1, 30).Select(i => (double)i)];
        var hashes = new HashSet<ulong> { VectorHash.Of<double>(vector) };
        for (var i = 0; i < vector.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                (vector[i], vector[j]) = (vector[j], vector[i]);
                Assert.True(hashes.Add(VectorHash.Of<double>(vector)));
                (vector[i], vector[j]) = (vector[j], vector[i]);
            }
        }
    }

    [Fact]
    public void Two_changed_signs_change_it()
    {
        double[] vector = [.. Enumerable.Range(1, 30).Select(i => (double)i)];
        var hashes = new HashSet<ulong> { VectorHash.Of<double>(vector) };
        for (var i = 0; i < vector.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                (vector[i], vector[j]) = (-vector[i], -vector[j]);
                Assert.True(hashes.Add(VectorHash.Of<double>(vector)));
                (vector[i], vector[j]) = (-vector[i], -vector[j]);
            }
        }
    }

    /// <summary>The steps of the description, word by word, lane by lane.</summary>
    static ulong Reference(byte[] bytes, ulong seed)
    {
        const ulong P1 = 11400714785074694791, P2 = 14029467366897019727, P3 = 1609587929392839161;
        const ulong P4 = 9650029242287828579, P5 = 2870177450012600261;
        ulong[] starts = [P1, P2, P3, P4, P5, P1 ^ P2 ^ P3, P2 ^ P3 ^ P4, P3 ^ P4 ^ P5];
        ulong[] ends = [P2, P3, P4, P5, P1, P2 ^ P3 ^ P4, P3 ^ P4 ^ P5, P1 ^ P2 ^ P3];

        var stripes = new List<byte[]>();
        for (var at = 0; at + 64 < bytes.Length; at += 64)
            stripes.Add(bytes[at..(at + 64)]);
        stripes.Add(bytes.Length < 64 ? [.. bytes, .. new byte[64 - bytes.Length]] : bytes[^64..]);
        ulong sum = 0;
        for (var j = 0; j < 8; j++)
        {
            var lane = seed + starts[j];
            foreach (var stripe in stripes)
            {
                var word = BinaryPrimitives.ReadUInt64LittleEndian(stripe.AsSpan(8 * j));
                lane = BitOperations.RotateLeft(lane + (word * P2), 31) * P1;
            }
            sum += BitOperations.RotateLeft(lane * P2, 31) * ends[j];
        }
        var hash = sum + ((ulong)bytes.Length * P5);
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
