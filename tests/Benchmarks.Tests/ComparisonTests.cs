using AsyncOpt.Benchmarks.Measure;

namespace AsyncOpt.Benchmarks.Tests;

public class ComparisonTests
{
    [Fact]
    public void Ratios_are_taken_within_a_turn_so_that_a_slow_turn_hurts_both()
    {
        // The machine is half as fast in the second turn.
        var (theirs, ours) = (Rates(10, 5, 10), Rates(30, 15, 31));

        var ratio = Assert.Single(new Comparison("x", "events", Contender(ours), [Contender(theirs) with { MustReach = 2 }]).Run(3));

        Assert.Equal(new Sample(3, 3, 3.1), ratio.Value);
        Assert.Equal(new Sample(30, 15, 31), ratio.Ours);
        Assert.Equal(new Sample(10, 5, 10), ratio.Theirs);
        Assert.Equal(2, ratio.MustReach);
    }

    [Fact]
    public void What_does_not_warm_up_by_itself_is_run_in_vain_until_its_rate_has_settled()
    {
        // Twice as fast each time, five times over; settled where three runs in a row are as fast as the three before.
        var calls = 0;
        var cold = new Contender("cold", () => Math.Min(32, 1 << ++calls));
        var warm = new Contender("warm", () => 1) { WarmsUp = true };

        var ratio = Assert.Single(new Comparison("x", "events", cold, [warm]) { TurnsMax = 2 }.Run(5));

        Assert.Equal(9 + 2, calls);
        Assert.Equal(new Sample(32, 32, 32), ratio.Value);
    }

    [Fact]
    public void A_rate_that_never_settles_is_measured_all_the_same()
    {
        var calls = 0;

        var rates = Settling.Run(() => 1 << ++calls);

        Assert.Equal(Settling.RunsMax, rates.Count);
    }

    [Fact]
    public void Warming_up_is_told_by_the_first_and_the_last_rate()
    {
        var warming = Warming.Of(Settling.Run(new Queue<double>([1, 2, 3, 3, 3, 3, 3.05, 3]).Dequeue));

        // Of six rates the halves have the medians 2 and 3; of the last six of seven, both have 3.
        Assert.Equal(new Warming(1, 3.05, 7), warming);
    }

    [Fact]
    public void What_takes_long_is_warmed_up_on_less()
    {
        var (calls, small) = (0, 0);
        var cold = new Contender("cold", () => ++calls) { Small = () => ++small / small };

        _ = new Comparison("x", "events", cold, []) { TurnsMax = 2 }.Run(5).ToList();

        Assert.Equal((2, 6), (calls, small));
    }

    [Fact]
    public void A_reference_that_is_missing_is_not_run_and_the_others_are()
    {
        var missing = new Contender("numpy", () => throw new InvalidOperationException()) { Missing = "needs numpy" };
        var slow = new Contender("loop", () => 2) { Ran = "numpy 1", Handicap = "slow" };

        var ratios = new Comparison("x", "events", new("ours", () => 4), [missing, slow]).Run(1).ToList();

        Assert.Equal((null, "needs numpy"), (ratios[0].Value, ratios[0].Missing));
        Assert.Equal((new Sample(2, 2, 2), "numpy 1", "slow"), (ratios[1].Value, ratios[1].Ran, ratios[1].Handicap));
    }

    static Contender Contender(IEnumerator<double> rates) => new("it", () => rates.MoveNext() ? rates.Current : double.NaN)
    {
        WarmsUp = true,
    };

    static IEnumerator<double> Rates(params double[] rates) => ((IEnumerable<double>)rates).GetEnumerator();
}
