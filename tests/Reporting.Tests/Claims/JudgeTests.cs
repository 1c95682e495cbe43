using AsyncOpt.Core;
using AsyncOpt.Core.Claims;
using AsyncOpt.Reporting.Claims;

namespace AsyncOpt.Reporting.Tests.Claims;

public class JudgeTests
{
    const double Inf = double.PositiveInfinity;

    static readonly Judge Judge = new(0.95);
    static readonly Expectation AtLeast = new() { AtLeast = 2 };
    static readonly Expectation AtMost = new() { AtMost = 0.5 };
    static readonly Expectation Band = new() { Between = [0.9, 1.1] };
    static readonly Expectation Away = new() { Between = [2, 3] };

    static Verdict Of(Expectation expect, double? none, double value, double low, double high, bool strict = false) =>
        Judge.Of(new Estimate(5, value, low, high, ""), expect, none, strict).Verdict;

    [Fact]
    public void At_least_so_much_is_reproduced_where_the_estimate_is_and_the_interval_excludes_the_null()
    {
        Assert.Equal(Verdict.Reproduced, Of(AtLeast, 1, 2.5, 1.2, 4));
        Assert.Equal(Verdict.Reproduced, Of(AtLeast, 1, 2, 1.01, 4));
        Assert.Equal(Verdict.NotReproduced, Of(AtLeast, 1, 2.5, 0.9, 6));
        Assert.Equal(Verdict.InDirectionOnly, Of(AtLeast, 1, 1.9, 1.5, 2.4));
        Assert.Equal(Verdict.NotReproduced, Of(AtLeast, 1, 0.5, 0.4, 0.6));
        Assert.Equal(Verdict.Reproduced, Of(AtLeast, 1, Inf, Inf, Inf));
    }

    [Fact]
    public void At_most_so_much_mirrors_that()
    {
        Assert.Equal(Verdict.Reproduced, Of(AtMost, 1, 0.4, 0.1, 0.9));
        Assert.Equal(Verdict.NotReproduced, Of(AtMost, 1, 0.4, 0.1, 1));
        Assert.Equal(Verdict.InDirectionOnly, Of(AtMost, 1, 0.7, 0.6, 0.8));
        Assert.Equal(Verdict.Reproduced, Of(AtMost, 1, 0, 0, 0));
    }

    [Fact]
    public void An_effect_larger_than_a_band_is_in_direction_only()
    {
        Assert.Equal(Verdict.Reproduced, Of(Away, 1, 2.5, 1.5, 3.5));
        Assert.Equal((Verdict.InDirectionOnly, "more than expected"),
            Judge.Of(new Estimate(5, 4, 3.5, 4.5, ""), Away, 1, false));
        Assert.Equal((Verdict.InDirectionOnly, "less than expected"),
            Judge.Of(new Estimate(5, 1.5, 1.2, 1.8, ""), Away, 1, false));
        Assert.Equal((Verdict.NotReproduced, "the opposite is shown"),
            Judge.Of(new Estimate(5, 0.5, 0.2, 0.8, ""), Away, 1, false));
        Assert.Equal((Verdict.NotReproduced, "the interval includes 1"),
            Judge.Of(new Estimate(5, 2.5, 0.2, 5, ""), Away, 1, false));
    }

    [Fact]
    public void Where_the_null_is_expected_or_there_is_none_the_whole_interval_must_be_as_expected()
    {
        Assert.Equal(Verdict.Reproduced, Of(Band, 1, 1.02, 0.95, 1.09));
        Assert.Equal(Verdict.NotReproduced, Of(Band, 1, 1.02, 0.95, 1.12));
        Assert.Equal(Verdict.NotReproduced, Of(Band, 1, 1.2, 1.15, 1.25));
        Assert.Equal(Verdict.Reproduced, Of(AtLeast, null, 3, 2, 4));
        Assert.Equal(Verdict.NotReproduced, Of(AtLeast, null, 3, 1.9, 4));
        Assert.Equal(Verdict.NotReproduced, Of(AtLeast, 1, 3, 1.9, 4, strict: true));
    }

    [Fact]
    public void What_is_undefined_is_not_reproduced() =>
        Assert.Equal(Verdict.NotReproduced, Of(AtLeast, 1, double.NaN, double.NaN, double.NaN));

    [Fact]
    public void A_claim_is_as_strong_as_its_weakest_contrast()
    {
        Assert.Equal(Verdict.InDirectionOnly, Judge.Weakest([Verdict.Reproduced, Verdict.InDirectionOnly]));
        Assert.Equal(Verdict.NotReproduced, Judge.Weakest([Verdict.NotReproduced, Verdict.InDirectionOnly]));
        Assert.Equal(Verdict.Reproduced, Judge.Weakest([Verdict.Reproduced]));
    }

    [Fact]
    public void Arms_of_the_same_seeds_are_paired_and_others_are_not()
    {
        var contrast = new Contrast
        {
            Name = "b is twice a",
            Of = new() { Arm = "b", Metric = "m" },
            To = new() { Arm = "a", Metric = "m" },
            Effect = Effect.Ratio,
            Expect = new() { Between = [1.9, 2.1] },
        };
        // Seeds differ a thousandfold, pairs do not.
        var paired = Stored.Case(("a", [1, 30, 1000]), ("b", [2, 60, 2000]));
        var apart = paired with
        {
            Arms = new Dictionary<string, IReadOnlyList<StoredRun>>(paired.Arms)
            {
                ["b"] = [.. paired.Arms["b"].Select(r => r with { Seed = r.Seed + 100 })],
            },
        };

        var result = Assert.Single(Judge.Of([contrast], [paired]));
        Assert.Equal((Verdict.Reproduced, "1.9 to 2.1"), (result.Verdict, result.Expected));
        Assert.Equal("m: b / a", result.What);
        Assert.Equal([2, 60, 2000], result.Values[0].PerSeed);
        Assert.Equal(Verdict.NotReproduced, Assert.Single(Judge.Of([contrast], [apart])).Verdict);
    }

    [Fact]
    public void A_predicted_number_stands_for_all_seeds()
    {
        var contrast = new Contrast
        {
            Name = "as predicted",
            Of = new() { Arm = "a", Metric = "m" },
            To = new() { Number = 4 },
            Effect = Effect.RatioOfMeans,
            Expect = new() { Between = [0.8, 1.2] },
        };

        var result = Assert.Single(Judge.Of([contrast], [Stored.Case(("a", [3.9, 4, 4.1, 4.2]))]));

        Assert.Equal(Verdict.Reproduced, result.Verdict);
        Assert.Equal(4.05 / 4, result.Estimate.Value, 12);
    }

    [Fact]
    public void A_slope_is_that_of_the_logarithms_by_least_squares()
    {
        var contrast = new Contrast
        {
            Name = "like 1 / x^2",
            Of = new() { Metric = "m" },
            Slope = [new() { Arm = "one", X = 1 }, new() { Arm = "two", X = 2 }, new() { Arm = "four", X = 4 }],
            Expect = new() { Between = [-2.1, -1.9] },
        };
        var exact = Stored.Case(("one", [16, 160]), ("two", [4, 40]), ("four", [1, 10]));
        var failed = Stored.Case(("one", [16, 160]), ("two", [4, Inf]), ("four", [1, 10]));

        var result = Assert.Single(Judge.Of([contrast], [exact]));
        Assert.Equal(-2, result.Estimate.Value, 12);
        Assert.Equal(Verdict.Reproduced, result.Verdict);
        result = Assert.Single(Judge.Of([contrast], [failed]));
        Assert.Equal((Verdict.NotReproduced, "a run of a point failed, or is not positive"), (result.Verdict, result.Reason));
    }

    [Fact]
    public void A_rate_is_a_slope_along_one_arm()
    {
        var contrast = new Contrast
        {
            Name = "like 1 / n",
            Of = new() { Arm = "a", Metric = "m" },
            Slope = [new() { At = new() { Updates = 10 } }, new() { At = new() { Updates = 40 } }],
            Expect = new() { AtMost = -0.9 },
        };
        var runs = new CaseRuns("", new Dictionary<string, IReadOnlyList<StoredRun>>
        {
            ["a"] = Stored.Arm("a", 1, Stored.Run([9, 8, 7, 6, 2]), Stored.Run([9, 4, 7, 6, 1])),
        });

        var result = Assert.Single(Judge.Of([contrast], [runs]));

        Assert.Equal(-1, result.Estimate.Value, 12);
        Assert.Equal(Verdict.Reproduced, result.Verdict);
    }

    [Fact]
    public void An_order_is_judged_pair_by_pair_and_equals_are_none()
    {
        var contrast = new Contrast { Name = "a < b < c", Of = new() { Metric = "m" }, Order = ["a", "b", "c"] };

        var results = Judge.Of([contrast], [Stored.Case(("a", [1, 2]), ("b", [2, 3]), ("c", [2, 3]))]);

        Assert.Equal(["m: b - a", "m: c - b"], results.Select(r => r.What));
        Assert.Equal([Verdict.Reproduced, Verdict.NotReproduced], results.Select(r => r.Verdict));
    }

    [Fact]
    public void A_diverged_arm_loses_against_any_other()
    {
        var contrast = new Contrast
        {
            Name = "b diverges",
            Of = new() { Arm = "b", Metric = "m" },
            To = new() { Arm = "a", Metric = "m" },
            Effect = Effect.Ratio,
            Expect = new() { AtLeast = 10 },
        };

        Assert.Equal(Verdict.Reproduced,
            Assert.Single(Judge.Of([contrast], [Stored.Case(("a", [1, 1e9]), ("b", [Inf, Inf]))])).Verdict);
        Assert.Equal(Verdict.NotReproduced,
            Assert.Single(Judge.Of([contrast], [Stored.Case(("a", [Inf, Inf]), ("b", [Inf, Inf]))])).Verdict);
        Assert.Equal(Verdict.NotReproduced,
            Assert.Single(Judge.Of([contrast], [Stored.Case(("a", [1, 1]), ("b", [1, Inf]))])).Verdict);
    }

    [Fact]
    public void A_contrast_is_judged_in_its_cases_only()
    {
        var contrast = new Contrast
        {
            Name = "a value", Of = new() { Arm = "a", Metric = "m" }, Expect = new() { AtLeast = 1 }, Cases = ["two"],
        };

        var result = Assert.Single(Judge.Of(
            [contrast], [Stored.Case("one", 1, ("a", [0, 0])), Stored.Case("two", 1, ("a", [2, 2]))]));

        Assert.Equal(("two", Verdict.Reproduced), (result.Case, result.Verdict));
    }

    [Fact]
    public void What_cannot_be_told_names_the_case_and_the_repetition()
    {
        var contrast = new Contrast
        {
            Name = "later", Of = new() { Arm = "a", Metric = "m", At = new() { Time = 5 } }, Expect = new() { AtLeast = 1 },
        };

        var e = Assert.Throws<InputException>(() => Judge.Of([contrast], [Stored.Case("one", 1, ("a", [2, 2]))]));

        Assert.StartsWith("case 'one', repetition 0: arm 'a' ended at 1 s", e.Message, StringComparison.Ordinal);
    }
}
