using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Numerics;

public class StandardNormalTests
{
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.84134474606854293, 1)]
    [InlineData(0.0013498980316300946, -3)]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(1e-100, -21.273453560965319)]
    public void Shares_and_quantiles_are_those_of_tables(double share, double z)
    {
        Assert.Equal(z, StandardNormal.Quantile(share), 1e-14 * Math.Max(1, Math.Abs(z)));
        Assert.Equal(share, StandardNormal.Below(z), 1e-15);
        Assert.Equal(1, StandardNormal.Below(z) / share, 2e-8);
    }

    [Fact]
    public void The_share_is_the_integral_of_the_density()
    {
        const int Steps = 20_000;
        for (var z = -8.0; z <= 8; z += 0.37)
        {
            // Simpson's rule from -12 on, below which less than 1e-32 lies.
            var step = (z + 12) / Steps;
            var sum = 0.0;
            for (var i = 0; i <= Steps; i++)
            {
                var x = -12 + (i * step);
                sum += (i == 0 || i == Steps ? 1 : (i & 1) == 1 ? 4 : 2) * Math.Exp(-0.5 * x * x);
            }
            var share = sum * step / 3 / Math.Sqrt(2 * Math.PI);
            Assert.Equal(share, StandardNormal.Below(z), 1e-14);
            Assert.Equal(1, StandardNormal.Below(z) / share, 2e-8);
        }
    }

    [Fact]
    public void One_is_the_inverse_of_the_other()
    {
        for (var share = 1e-12; share < 0.5; share *= 1.7)
            Assert.Equal(share, StandardNormal.Below(StandardNormal.Quantile(share)), 1e-15);
        for (var z = -6.0; z <= 6; z += 0.1)
            Assert.Equal(1, StandardNormal.Below(z) + StandardNormal.Below(-z), 1e-15);
    }

    [Fact]
    public void Far_out_nothing_is_left()
    {
        Assert.Equal((0, 1), (StandardNormal.Below(-40), StandardNormal.Below(40)));
        Assert.True(double.IsNaN(StandardNormal.Below(double.NaN)));
    }
}
