using AsyncOpt.Benchmarks.Measure;

namespace AsyncOpt.Benchmarks.Tests;

public class LossesTests
{
    [Theory]
    [InlineData(2.0, 2.0)]
    [InlineData(2.0, 1.62)] // 19 % less
    [InlineData(0.05, 0.0405)]
    [InlineData(2.0, 7.0)]
    public void A_ratio_may_rise_and_fall_a_little(double before, double now) =>
        Assert.Empty(Losses.Of(Reports.Of(Reports.Phold(now)), Reports.Of(Reports.Phold(before))));

    [Theory]
    [InlineData(2.0, 1.58)] // 21 % less
    [InlineData(0.05, 0.0395)]
    public void A_ratio_that_lost_more_than_a_fifth_is_named_with_both_values(double before, double now)
    {
        var loss = Assert.Single(Losses.Of(Reports.Of(Reports.Phold(now)), Reports.Of(Reports.Phold(before))));

        Assert.StartsWith("PHOLD, 10 agents, against bare loop: ratio ", loss, StringComparison.Ordinal);
        Assert.Contains("a loss of 21.0 %", loss, StringComparison.Ordinal);
    }

    [Fact]
    public void Absolute_rates_are_not_compared()
    {
        var slow = Reports.Phold(2) with { Ours = new(2, 2, 2), Theirs = new(1, 1, 1) };

        Assert.Empty(Losses.Of(Reports.Of(slow), Reports.Of(Reports.Phold(2))));
    }

    [Fact]
    public void A_ratio_that_is_missing_is_named()
    {
        var loss = Assert.Single(Losses.Of(Reports.Of(Reports.Phold(2)), Reports.Of(Reports.Phold(2), Reports.Ring(1))));

        Assert.Equal("D-SGD, ring, float64, against bare loop: missing in the new report", loss);
    }

    [Fact]
    public void A_reference_that_could_not_run_is_named_with_the_reason()
    {
        var without = Reports.Phold(2) with { Theirs = null, Value = null, Missing = "needs python3 with numpy: not found" };

        var loss = Assert.Single(Losses.Of(Reports.Of(without), Reports.Of(Reports.Phold(2))));

        Assert.Equal("PHOLD, 10 agents, against bare loop: no ratio: needs python3 with numpy: not found", loss);
    }

    [Fact]
    public void A_reference_that_is_slower_than_it_should_be_is_named_with_the_reason_and_is_no_measure()
    {
        var slow = Reports.Phold(40) with { Handicap = "numpy runs on the reference BLAS" };

        var loss = Assert.Single(Losses.Of(Reports.Of(slow), Reports.Of(Reports.Phold(2))));

        Assert.Equal(
            "PHOLD, 10 agents, against bare loop: no ratio that says something: numpy runs on the reference BLAS", loss);
        Assert.Empty(Losses.Of(Reports.Of(Reports.Phold(2)), Reports.Of(slow)));
    }

    [Fact]
    public void A_reference_that_could_not_run_before_is_no_loss()
    {
        var without = Reports.Phold(2) with { Theirs = null, Value = null, Missing = "not here" };

        Assert.Empty(Losses.Of(Reports.Of(Reports.Phold(2)), Reports.Of(without)));
        Assert.Empty(Losses.Of(Reports.Of(without), Reports.Of(without)));
    }

    [Fact]
    public void Each_reference_of_a_row_is_compared_by_itself()
    {
        var losses = Losses.Of(
            Reports.Of(Reports.Phold(2), Reports.Phold(1, "numpy")), Reports.Of(Reports.Phold(2), Reports.Phold(3, "numpy")));

        Assert.Contains("against numpy", Assert.Single(losses), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_new_is_no_loss()
    {
        Assert.Empty(Losses.Of(Reports.Of(Reports.Phold(2), Reports.Ring(1)), Reports.Of(Reports.Phold(2))));
        Assert.Empty(Losses.Of(Reports.Of(Reports.Memory(100)), Reports.Of([Reports.Phold(1)]) with { Ratios = [] }));
    }

    [Theory]
    [InlineData("ring", null, false)]
    [InlineData("phold", null, true)]
    [InlineData("phold", "FLOAT64", false)]
    public void What_was_not_selected_is_not_missed(string row, string? only, bool isShort)
    {
        var report = Reports.Of([Reports.Ring(1)]) with { Selection = new([row], isShort, only), Ratios = [] };
        var committed = Reports.Of(row == "ring" ? [Reports.Phold(2)] : [Reports.Phold(2) with { IsShort = false }, Reports.Ring(1)]);

        Assert.Empty(Losses.Of(report, committed));
    }

    [Theory]
    [InlineData(119, true)]
    [InlineData(121, false)]
    [InlineData(60, true)]
    public void Memory_may_grow_by_a_fifth(double bytes, bool isFine)
    {
        var losses = Losses.Of(Reports.Of(Reports.Memory(bytes)), Reports.Of(Reports.Memory(100)));

        Assert.Equal(isFine ? [] : ["memory, PHOLD: 100 B / agent became 121, 21.0 % more; at most 20 % may be added"], losses);
    }

    [Fact]
    public void Memory_that_was_not_measured_is_named() =>
        Assert.Equal(
            ["memory, PHOLD: missing in the new report"],
            Losses.Of(Reports.Of(Reports.Allocation(0)), Reports.Of(Reports.Memory(100))));

    [Fact]
    public void Any_allocation_is_a_loss_whatever_it_was_before()
    {
        var now = Reports.Of(Reports.Allocation(0.25));

        Assert.Equal(["allocation, PHOLD: 0.25 B / event in the steady state; must be 0"], Losses.Of(now, now));
        Assert.Empty(Losses.Of(Reports.Of(Reports.Allocation(0)), now));
    }
}
