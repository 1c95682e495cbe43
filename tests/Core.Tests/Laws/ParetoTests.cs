using AsyncOpt.Core.Laws;

namespace AsyncOpt.Core.Tests.Laws;

public sealed class ParetoTests
{
    [Fact]
    public void Follows_the_pareto_law()
    {
        var law = new Pareto(new() { Scale = 2, Shape = 3 });

        // P(X > x) = (2 / x)^3; mean 3, variance 4 * 3 / (2^2 * 1) = 3.
        LawCheck.Follows(law, 2, 3, 3, (2 * Math.Cbrt(2), 0.5), (2 * Math.Cbrt(100), 0.99));
        Assert.InRange(LawCheck.Draws(law).Min(), 2, 2.0001);
    }

    [Fact]
    public void Has_no_mean_up_to_shape_1()
    {
        LawCheck.Follows(
            new Pareto(new() { Scale = 1, Shape = 1 }), 1, double.PositiveInfinity, null, (2, 0.5), (1000, 0.999));
        LawCheck.Follows(new Pareto(new() { Scale = 1, Shape = 0.1 }), 1, double.PositiveInfinity, null, (1024, 0.5));
    }

    [Fact]
    public void Refuses_negative_scales_and_shapes_without_numbers_to_hold_them() =>
        Assert.Equal(2, LawCheck.Errors(new Pareto.Options { Scale = -1, Shape = 0.05 }).Length);
}
