using AsyncOpt.Core.Codecs;

namespace AsyncOpt.Core.Tests.Codecs;

public class TopKTests
{
    static TopK Of(double share) => new(new() { Share = share });

    [Fact]
    public void The_largest_magnitudes_stay_as_they_are_and_the_others_are_zero()
    {
        for (ulong seed = 1; seed <= 50; seed++)
        {
            // Of few values, so that many are equal: those of lower rank go first.
            var x = Encoded.Vector(101, seed).Select(v => Math.Round(2 * v)).ToArray();
            var kept = Enumerable.Range(0, x.Length).OrderByDescending(i => Math.Abs(x[i])).ThenBy(i => i).Take(20);
            var expected = new double[x.Length];
            foreach (var i in kept)
                expected[i] = x[i];

            Assert.Equal(expected, Encoded.Of(Of(0.2), x).Vector);
        }
    }

    [Fact]
    public void What_is_left_out_is_at_most_the_share_that_is_not_sent()
    {
        var x = Encoded.Vector(200);
        double[] worst = [.. x.Select(v => Math.Sign(v) * 2.0)];

        Assert.InRange(Encoded.Error(Encoded.Of(Of(0.1), x).Vector, x), 0, 0.9 * Encoded.Square(x));
        // Where all are equal, the bound is met.
        Assert.Equal(0.9 * Encoded.Square(worst), Encoded.Error(Encoded.Of(Of(0.1), worst).Vector, worst), 1e-9);
    }

    [Theory]
    [InlineData(0.1, 8, 20 * 12)]
    [InlineData(0.1, 4, 20 * 8)]
    [InlineData(0.001, 8, 12)] // at least one coordinate
    [InlineData(0.9, 8, 200 * 8)] // whole, where ranks would cost more
    [InlineData(1, 8, 200 * 8)]
    public void A_coordinate_costs_its_bytes_and_those_of_its_rank(double share, int width, long bytes) =>
        Assert.Equal(bytes, Encoded.Of(Of(share), Encoded.Vector(200), width: width).Bytes);

    [Fact]
    public void What_is_no_number_is_sent()
    {
        double[] x = [1, double.NaN, 3, double.NegativeInfinity];

        Assert.Equal([0, double.NaN, 0, double.NegativeInfinity], Encoded.Of(Of(0.5), x).Vector);
    }
}
