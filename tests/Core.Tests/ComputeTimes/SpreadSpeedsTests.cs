using AsyncOpt.Core.ComputeTimes;

namespace AsyncOpt.Core.Tests.ComputeTimes;

public class SpreadSpeedsTests
{
    static double[] Of(double exponent, int places, params double[] factors) =>
        new SpreadSpeeds(new() { Factors = factors, Exponent = exponent, Cycle = true })
            .Factors(new(places, 1, name => name));

    [Fact]
    public void Another_number_of_factors_than_places_is_refused_unless_they_are_dealt_out_in_turn() =>
        Assert.Equal("speeds 'spread': 2 factors for 3 places; give one for each, or `cycle: true`, "
            + "which deals them out in turn",
            Assert.Throws<InputException>(() => new SpreadSpeeds(new() { Factors = [1, 2], Exponent = 1 })
                .Factors(new(3, 1, name => name))).Message);

    [Fact]
    public void Exponent_one_is_the_list_itself_again_and_again() =>
        Assert.Equal([0.58, 0.75, 1.51, 3.33, 0.58, 0.75], Of(1, 6, 0.58, 0.75, 1.51, 3.33));

    [Fact]
    public void Exponent_zero_makes_all_equally_fast() => Assert.All(Of(0, 3, 1, 4, 2), s => Assert.Equal(2, s, 1e-14));

    [Fact]
    public void Quotients_are_taken_to_the_exponent()
    {
        var half = Of(0.5, 2, 1, 16);

        Assert.Equal(4, half[1] / half[0], 1e-13);
        Assert.Equal(4, half[0] * half[1] / 4, 1e-13); // the geometric mean stays 4
    }

    [Fact]
    public void Refuses_a_list_without_factors() =>
        Assert.NotEmpty(new SpreadSpeeds.Options { Factors = [], Exponent = 1 }.Violations());
}
