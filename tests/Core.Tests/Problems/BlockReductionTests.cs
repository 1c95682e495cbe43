using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Core.Tests.Problems;

public class BlockReductionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(200_000)]
    public void Parallel_sums_have_the_bits_of_the_serial_pairwise_ones(int count)
    {
        var values = ProblemCases.Point(count);
        var serial = new PairwiseVectorSum(2);
        foreach (var value in values)
            serial.Add([value, value * value]);
        double[] expected = new double[2], total = new double[2];
        serial.Total(expected);

        var scalar = BlockReduction.Sum(count, total, (first, end, sum) =>
        {
            var own = 0.0;
            for (var i = first; i < end; i++)
            {
                own += values[i];
                sum[0] += values[i];
                sum[1] += values[i] * values[i];
            }
            return own;
        });

        Assert.Equal(PairwiseSum.Sum(values), scalar, 0.0);
        Assert.Equal(expected, total);
    }

    [Fact]
    public void An_error_in_a_block_is_not_swallowed() => Assert.ThrowsAny<Exception>(
        () => BlockReduction.Sum(5000, [], (first, _, _) => first > 2000 ? throw new InvalidOperationException() : 0));
}
