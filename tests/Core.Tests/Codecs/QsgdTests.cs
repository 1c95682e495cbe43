using AsyncOpt.Core.Codecs;

namespace AsyncOpt.Core.Tests.Codecs;

public class QsgdTests
{
    static Qsgd Of(int levels) => new(new() { Levels = levels });

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(15)]
    public void The_mean_is_the_vector_and_the_error_is_that_of_the_formula(int levels)
    {
        var x = Encoded.Vector(20);
        var norm = Math.Sqrt(Encoded.Square(x));
        var shares = x.Select(v => levels * Math.Abs(v) / norm).Select(a => a - Math.Floor(a));
        var error = norm * norm / (levels * levels) * shares.Sum(p => p * (1 - p));

        Encoded.AssertUnbiased(Of(levels), x, error);
        Assert.InRange(
            error, 0, Math.Min(20.0 / (levels * levels), Math.Sqrt(20) / levels) * norm * norm);
    }

    [Fact]
    public void Coordinates_are_levels_of_the_norm_next_to_their_own()
    {
        double[] x = [3, -4, 0, 0]; // norm 5; with 10 levels, each is one of them

        Assert.Equal(x, Encoded.Of(Of(10), x).Vector);
        Assert.All(Encoded.Of(Of(3), x).Vector.Zip((double[])[1.8, 2.4, 0, 0]), p =>
            Assert.Contains(
                Math.Abs(p.First), (double[])[5 * Math.Floor(p.Second) / 3, 5 * Math.Ceiling(p.Second) / 3]));
        Assert.Equal([0, 0], Encoded.Of(Of(3), [0, 0]).Vector);
    }

    [Theory]
    [InlineData(1, 8 + 25)] // 2 bits
    [InlineData(3, 8 + 38)] // 3
    [InlineData(4, 8 + 50)] // 4
    [InlineData(16, 8 + 75)] // 6
    public void A_coordinate_costs_a_sign_and_a_level(int levels, long bytes) =>
        Assert.Equal(bytes, Encoded.Of(Of(levels), Encoded.Vector(100)).Bytes);
}
