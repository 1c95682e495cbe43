using AsyncOpt.Core;
using AsyncOpt.Core.Claims;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Claims;

namespace AsyncOpt.Reporting.Tests.Claims;

public class MeasureTests
{
    static readonly Quantity M = new() { Arm = "a", Metric = "m" };

    static double Of(Quantity quantity, params double[] values) => Measure.Of(quantity, _ => Stored.Run(values));

    [Fact]
    public void A_quantity_is_the_last_value_unless_it_says_more() => Assert.Equal(3, Of(M, 9, 5, 3));

    [Fact]
    public void Between_two_instants_positive_values_are_interpolated_on_the_log_scale()
    {
        // Half way between 8 and 2 lies their geometric mean.
        Assert.Equal(4, Of(M with { At = new() { Updates = 15 } }, 9, 8, 2), 12);
        Assert.Equal(8, Of(M with { At = new() { Updates = 10 } }, 9, 8, 2));
        Assert.Equal(8, Of(M with { At = new() { Time = 1 } }, 9, 8, 2));
        Assert.Equal(8, Of(M with { At = new() { Gradients = 20 } }, 9, 8, 2));
        Assert.Equal(8, Of(M with { At = new() { Samples = 200 } }, 9, 8, 2));
        Assert.Equal(8, Of(M with { At = new() { Bytes = 1000 } }, 9, 8, 2));
    }

    [Fact]
    public void Where_a_value_is_not_positive_interpolation_is_linear() =>
        Assert.Equal(-1, Of(M with { At = new() { Time = 1.75 } }, 9, 2, -2), 12);

    [Fact]
    public void A_run_that_ended_before_the_instant_is_an_error_that_says_what_to_do()
    {
        var e = Assert.Throws<InputException>(() => Of(M with { At = new() { Updates = 21 } }, 9, 8, 2));

        Assert.Contains("arm 'a' ended at 20 updates", e.Message, StringComparison.Ordinal);
        Assert.Contains("longer stop", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tail_is_a_share_of_the_run_up_to_the_instant()
    {
        double[] values = [100, 50, 6, 4, 2];

        Assert.Equal(4, Of(M with { Tail = 0.5 }, values), 12);                       // times 2, 3, 4
        Assert.Equal(2, Of(M with { Tail = 0.5, Take = Take.Min }, values));
        Assert.Equal(6, Of(M with { Tail = 0.5, Take = Take.Max }, values));
        Assert.Equal(28, Of(M with { Tail = 0.5, At = new() { Updates = 20 } }, values), 12); // updates 10, 20
        Assert.Equal(100, Of(M with { Take = Take.Max }, values));
        Assert.Equal(32.4, Of(M with { Take = Take.Mean }, values), 12);
    }

    [Fact]
    public void The_time_to_a_value_is_that_of_its_first_crossing()
    {
        double[] values = [16, 8, 2, 8, 1];

        Assert.Equal(1.5, Of(M with { Reach = 4 }, values), 12);
        Assert.Equal(15, Of(M with { Reach = 4, In = Axis.Updates }, values), 12);
        Assert.Equal(0, Of(M with { Reach = 20 }, values));
        Assert.Equal(double.PositiveInfinity, Of(M with { Reach = 0.5 }, values));
    }

    [Fact]
    public void A_metric_of_which_more_is_better_is_reached_from_below_whatever_its_name()
    {
        var run = Stored.Run([0.1, 0.4, 0.6]);

        Assert.Equal(
            1 + Math.Log(0.5 / 0.4) / Math.Log(0.6 / 0.4),
            Measure.Of(M with { Reach = 0.5 }, _ => run with { BetterAbove = ["m"] }), 12);
        Assert.Equal(0, Measure.Of(M with { Reach = 0.5 }, _ => run));
    }

    [Theory]
    [InlineData(Outcome.Diverged)]
    [InlineData(Outcome.Stalled)]
    public void A_failed_run_is_worse_than_any_finite_value(Outcome outcome)
    {
        Assert.Equal(double.PositiveInfinity, Measure.Of(M, _ => Stored.Run([1, 2], outcome)));
        Assert.Equal(double.PositiveInfinity, Measure.Of(M with { Reach = 1.5 }, _ => Stored.Run([2, 1], outcome)));
        Assert.Equal(0, Measure.Of(M, _ => Stored.Run([0.5, 0.9], outcome) with { BetterAbove = ["m"] }));
    }

    [Fact]
    public void A_value_that_is_not_a_number_fails_the_run() =>
        Assert.Equal(double.PositiveInfinity, Of(M, 3, double.NaN, 1));

    [Theory]
    [InlineData("updates", 23)]
    [InlineData("gradients", 7)]
    [InlineData("samples", 70)]
    [InlineData("bytes", 500)]
    [InlineData("messages", 9)]
    [InlineData("lost", 2)]
    [InlineData("virtual-time", 2)]
    [InlineData("staleness-mean", 2)]
    [InlineData("staleness-max", 6)]
    [InlineData("age-compute", 1)]
    [InlineData("age-wire", 0.5)]
    [InlineData("age-queue", 0.25)]
    [InlineData("bytes.server", 400)]
    [InlineData("messages.worker", 5)]
    [InlineData("diverged", 0)]
    public void Counts_are_quantities_too(string name, double expected)
    {
        Assert.Equal(expected, Of(new Quantity { Arm = "a", Metric = name }, 9, 8, 2));
        if (name != "diverged")
            return;
        var diverged = Stored.Run([1, 2], Outcome.Diverged);
        Assert.Equal(1, Measure.Of(new Quantity { Arm = "a", Metric = name }, _ => diverged));
    }

    [Fact]
    public void Counts_along_the_run_are_known_at_any_instant()
    {
        var updates = new Quantity { Arm = "a", Metric = "updates" };

        Assert.Equal(10, Of(updates with { At = new() { Time = 1 } }, 9, 8, 2));
        Assert.Equal(0.5, Of(updates with { Reach = 0 }, 9, 8, 2) + 0.5);
    }

    [Fact]
    public void Quantities_are_scaled_divided_and_subtracted_seed_by_seed()
    {
        var runs = new Dictionary<string, RunRecord> { ["a"] = Stored.Run([1, 6]), ["b"] = Stored.Run([1, 4]) };
        var b = new Quantity { Arm = "b", Metric = "m" };
        double Value(Quantity q) => Measure.Of(q, arm => runs[arm]);

        Assert.Equal(2, Value(M with { Minus = b }));
        Assert.Equal(1.5, Value(M with { DividedBy = b }));
        Assert.Equal(3 - 4, Value(M with { Times = 2, DividedBy = b, Minus = b }));
        Assert.Equal(14, Value(new Quantity { Number = 7, Times = 2 }));
    }

    [Fact]
    public void A_quantity_has_the_scale_that_follows_from_what_it_is()
    {
        var run = Stored.Run([1, 6]) with { Scales = [("m", Scale.Logit), ("gap", Scale.Log)] };
        Scale Of(Quantity q) => Measure.ScaleOf(q with { Arm = "a" }, _ => run);
        var plain = new Quantity { Arm = "a", Metric = "other" };

        Assert.Equal(Scale.Logit, Of(M));
        Assert.Equal(Scale.Log, Of(M with { Metric = "gap" }));
        Assert.Equal(Scale.Linear, Of(plain));
        Assert.Equal(Scale.Linear, Of(M with { Metric = "gap", Minus = M }));
        Assert.Equal(Scale.Log, Of(M with { Times = 100 }));
        Assert.Equal(Scale.Log, Of(M with { DividedBy = M }));
        Assert.Equal(Scale.Linear, Of(M with { DividedBy = plain }));
        Assert.Equal(Scale.Log, Of(plain with { Reach = 2 }));
        Assert.Equal(Scale.Log, Of(M with { Metric = "staleness-mean" }));
        Assert.Equal(Scale.Logit, Of(M with { Metric = "diverged" }));
    }

    [Fact]
    public void A_missing_metric_or_role_is_named_with_those_there_are()
    {
        Assert.Equal("arm 'a' has no metric 'gap'; it has m",
            Assert.Throws<InputException>(() => Of(M with { Metric = "gap" }, 1, 2)).Message);
        Assert.Equal("arm 'a' has no role 'node'; it has server, worker",
            Assert.Throws<InputException>(() => Of(M with { Metric = "bytes.node" }, 1, 2)).Message);
    }

    [Fact]
    public void A_metric_that_is_reported_twice_at_the_end_counts_once()
    {
        var run = Stored.Run([4, 2, 1]);
        run = run with { Metrics = [.. run.Metrics, run.Metrics[^1] with { Value = 3 }] };

        Assert.Equal(3, Measure.Of(M, _ => run));
        Assert.Equal(3, Measure.Of(M with { Take = Take.Mean }, _ => run), 12);
    }
}
