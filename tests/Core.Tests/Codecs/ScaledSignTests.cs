using AsyncOpt.Core.Codecs;

namespace AsyncOpt.Core.Tests.Codecs;

public class ScaledSignTests
{
    readonly ScaledSign _sign = new(new());

    [Fact]
    public void Signs_times_the_mean_magnitude() =>
        Assert.Equal([2, -2, 2], Encoded.Of(_sign, [1, -5, 0]).Vector);

    [Fact]
    public void The_error_is_what_the_mean_magnitude_leaves()
    {
        var x = Encoded.Vector(100);
        var sum = x.Sum(Math.Abs);

        Assert.Equal(Encoded.Square(x) - (sum * sum / 100), Encoded.Error(Encoded.Of(_sign, x).Vector, x), 1e-9);
    }

    [Theory]
    [InlineData(64, 8, 16)]
    [InlineData(65, 4, 13)]
    public void One_bit_a_coordinate_and_a_number(int dimension, int width, long bytes) =>
        Assert.Equal(bytes, Encoded.Of(_sign, Encoded.Vector(dimension), width: width).Bytes);
}
