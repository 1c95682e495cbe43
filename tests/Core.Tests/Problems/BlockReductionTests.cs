using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Core.Tests.Problems;

public class BlockReductionTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(1024, false)]
    [InlineData(1025, false)]
    [InlineData(1025, true)]
    [InlineData(200_000, false)]
    [InlineData(200_000, true)]
    public void Sums_have_the_bits_of_the_serial_pairwise_ones_on_one_core_or_all(int count, bool alone)
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
        }, alone);

        Assert.Equal(PairwiseSum.Sum(values), scalar, 0.0);
        Assert.Equal(expected, total);
    }

    [Fact]
    public void An_error_in_a_block_is_not_swallowed() => Assert.ThrowsAny<Exception>(
        () => BlockReduction.Sum(5000, [], (first, _, _) => first > 2000 ? throw new InvalidOperationException() : 0));
}
