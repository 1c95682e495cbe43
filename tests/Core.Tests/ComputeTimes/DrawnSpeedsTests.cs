using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.ComputeTimes;

public class DrawnSpeedsTests
{
    static readonly Law Law = new ShiftedExponential(new() { Shift = 1, Mean = 2 });

    static double[] Factors(int places, SpeedNormalization normalize = SpeedNormalization.None, ulong seed = 5) =>
        new DrawnSpeeds(new() { Law = Law, Normalize = normalize })
            .Factors(new SpeedContext(places, seed, name => name));

    [Fact]
    public void Each_place_has_a_draw_of_its_own_whatever_their_number()
    {
        var factors = Factors(5);

        Assert.Equal(factors[..3], Factors(3));
        Assert.Equal(Law.Sample(new Draw(5, Purpose.Speed, 3, 0)), factors[3]);
        Assert.Equal(5, factors.Distinct().Count());
        Assert.NotEqual(factors, Factors(5, seed: 6));
    }

    [Fact]
    public void Normalizes_to_the_mean_or_the_least()
    {
        Assert.Equal(1, Factors(100, SpeedNormalization.Mean).Average(), 1e-12);
        Assert.Equal(1, Factors(100, SpeedNormalization.Min).Min());
        Assert.InRange(Factors(2000).Average(), 2.8, 3.2);
    }

    [Fact]
    public void Refuses_a_law_that_gives_zero() =>
        Assert.Throws<InputException>(() =>
            new DrawnSpeeds(new() { Law = new Constant(new() { Value = 0 }) }).Factors(new SpeedContext(2, 1, n => n)));
}
