using System.Numerics;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public sealed class PairwiseSumTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(7 * 1024 + 13)]
    [InlineData(100_000)]
    public void Is_close_to_the_exact_sum(int n)
    {
        var values = Numbers(n, 1);
        // Multiples of 2^-53 below 1 in size: their exact sum is an integer count of those units.
        var units = values.Aggregate(BigInteger.Zero, (sum, v) => sum + new BigInteger(v * (1UL << 53)));
        var exact = (double)units / (1UL << 53);

        // Each term passes at most 1,023 additions in its block and log2 of the blocks after it.
        var bound = (1024 + 20) * 1.2e-16 * values.Sum(Math.Abs);
        Assert.InRange(PairwiseSum.Sum(values), exact - bound, exact + bound);
    }

    [Fact]
    public void Adds_blocks_along_the_documented_tree()
    {
        var values = Numbers(6 * 1024 + 5, 2);
        var b = values.Chunk(1024).Select(block => block.Aggregate(0.0, (s, v) => s + v)).ToArray();

        var expected = ((b[0] + b[1]) + (b[2] + b[3])) + ((b[4] + b[5]) + b[6]);
        Assert.Equal(expected, PairwiseSum.Sum(values));
        Assert.NotEqual(values.Aggregate(0.0, (s, v) => s + v), expected);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Has_the_same_bits_wherever_partitions_are_cut(int blocksPerPartition)
    {
        var values = Numbers(23 * 1024 + 77, 3);
        var sum = new PairwiseSum();
        foreach (var part in values.Chunk(blocksPerPartition * 1024))
            foreach (var block in part.Chunk(1024))
            {
                if (block.Length == 1024)
                    sum.AddBlock(PairwiseSum.BlockSum(block));
                else
                    Array.ForEach(block, v => sum.Add(v));
            }

        Assert.Equal(PairwiseSum.Sum(values), sum.Total);
    }

    [Fact]
    public void Keeps_the_accuracy_that_a_running_sum_loses()
    {
        var values = Enumerable.Repeat(0.1, 1_000_000).ToArray();
        Assert.Equal(100_000, PairwiseSum.Sum(values), 1e-8);
        Assert.NotEqual(100_000, values.Aggregate(0.0, (s, v) => s + v), 1e-7);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(22)]
    public void Sums_vectors_as_it_sums_each_coordinate(int dimension)
    {
        const int Rows = 5 * 1024 + 9;
        var numbers = Numbers(Rows * dimension, 4);
        var sum = new PairwiseVectorSum(dimension);
        var total = new double[dimension];
        for (var i = 0; i < Rows; i++)
            sum.Add(numbers.AsSpan(i * dimension, dimension));
        sum.Total(total);

        for (var j = 0; j < dimension; j++)
        {
            var column = Enumerable.Range(0, Rows).Select(i => numbers[i * dimension + j]).ToArray();
            Assert.Equal(PairwiseSum.Sum(column), total[j]);
        }

        var mean = new double[dimension];
        sum.Mean(mean);
        Assert.Equal(total.Select(t => t / Rows), mean);
        Assert.Equal(Rows, sum.Count);
        sum.Clear();
        sum.Total(total);
        Assert.All(total, t => Assert.Equal(0, t));
    }

    [Fact]
    public void Sums_vectors_with_the_same_bits_from_blocks_and_from_floats()
    {
        const int Dimension = 5, Rows = 3 * 1024 + 100;
        var floats = Numbers(Rows * Dimension, 5).Select(x => (float)x).ToArray();
        var doubles = floats.Select(x => (double)x).ToArray();
        var (byRows, byFloats, byBlocks) =
            (new PairwiseVectorSum(Dimension), new PairwiseVectorSum(Dimension), new PairwiseVectorSum(Dimension));
        for (var i = 0; i < Rows; i++)
        {
            byRows.Add(doubles.AsSpan(i * Dimension, Dimension));
            byFloats.Add(floats.AsSpan(i * Dimension, Dimension));
        }
        foreach (var block in doubles.Chunk(1024 * Dimension))
        {
            var blockSum = new double[Dimension];
            foreach (var row in block.Chunk(Dimension))
            {
                if (block.Length < 1024 * Dimension)
                    byBlocks.Add(row);
                for (var j = 0; j < Dimension; j++)
                    blockSum[j] += row[j];
            }
            if (block.Length == 1024 * Dimension)
                byBlocks.AddBlock(blockSum);
        }

        double[] expected = new double[Dimension], actual = new double[Dimension];
        byRows.Total(expected);
        byFloats.Total(actual);
        Assert.Equal(expected, actual);
        byBlocks.Total(actual);
        Assert.Equal(expected, actual);
    }

    /// <summary>n numbers in (-1, 1), multiples of 2^-53, of varying sign.</summary>
    static double[] Numbers(int n, ulong seed)
    {
        var sequence = new DrawSequence(seed, Purpose.None);
        var values = new double[n];
        foreach (ref var value in values.AsSpan())
            value = (sequence.Below(2) == 0 ? 1 : -1) * sequence.Uniform();
        return values;
    }
}
