using AsyncOpt.Core;
using AsyncOpt.Core.Claims;
using AsyncOpt.Reporting.Claims;

namespace AsyncOpt.Reporting.Tests.Claims;

public class ClaimJudgeTests
{
    const double Inf = double.PositiveInfinity;

    static readonly ClaimJudge Judge = new(0.95);

    static Expectation AtLeast(double low) => new() { AtLeast = low };

    static Expectation AtMost(double high) => new() { AtMost = high };

    static Expectation Band(double low, double high) => new() { Between = [low, high] };

    /// <summary>Interval, what is expected, the effect that says nothing, what theory predicts, the verdict.</summary>
    public static TheoryData<double, double, Expectation, double?, double?, Verdict, string> Verdicts => new()
    {
        // The whole interval is as expected.
        { 2.1, 4, AtLeast(2), 1, null, Verdict.Reproduced, "" },
        { 2, 4, AtLeast(2), 1, null, Verdict.Reproduced, "" },
        { 0.1, 0.5, AtMost(0.5), 1, null, Verdict.Reproduced, "" },
        { 2.1, 2.9, Band(2, 3), 1, null, Verdict.Reproduced, "" },
        { 0.95, 1.09, Band(0.9, 1.1), 1, null, Verdict.Reproduced, "" },
        { 2.1, 4, AtLeast(2), null, null, Verdict.Reproduced, "" },
        { Inf, Inf, AtLeast(2), 1, null, Verdict.Reproduced, "" },
        { 0, 0, AtMost(0.5), 1, null, Verdict.Reproduced, "" },
        { 2.1, 2.9, Band(2, 3), 1, 2.5, Verdict.Reproduced, "" },
        // It reaches beyond, whatever its middle.
        { 1.2, 4, AtLeast(2), 1, null, Verdict.Undecided, "the interval reaches beyond what is expected" },
        { 1.9, 400, AtLeast(2), 1, null, Verdict.Undecided, "the interval reaches beyond what is expected" },
        { -0.82, -0.6, Band(-0.8, -0.3), 0, null, Verdict.Undecided, "the interval reaches beyond what is expected" },
        { 0.95, 1.12, Band(0.9, 1.1), 1, null, Verdict.Undecided, "the interval reaches beyond what is expected" },
        { 1.9, 4, AtLeast(2), null, null, Verdict.Undecided, "the interval reaches beyond what is expected" },
        { 0.9, 6, AtLeast(2), 1, null, Verdict.Undecided, "the interval includes 1" },
        { double.NegativeInfinity, Inf, AtMost(0.5), 1, null, Verdict.Undecided, "the interval includes 1" },
        { 0, 0.2, AtLeast(0), 0, null, Verdict.Undecided, "the interval includes 0" },
        // The direction, and another size.
        { 1.5, 1.9, AtLeast(2), 1, null, Verdict.DirectionOnly, "less than expected" },
        { 0.6, 0.8, AtMost(0.5), 1, null, Verdict.DirectionOnly, "less than expected" },
        { 3.5, 4.5, Band(2, 3), 1, null, Verdict.DirectionOnly, "more than expected" },
        { 0.01, 0.05, Band(0.1, 0.3), 1, null, Verdict.DirectionOnly, "more than expected" },
        { 3.5, 4.5, Band(2, 3), 1, 2.5, Verdict.DirectionOnly, "more than expected" },
        // What theory says is excluded, what is expected is not.
        { 6.98, 8.8, AtLeast(7), 1, 10.7, Verdict.TheoryExcluded, "the interval excludes 10.7" },
        { 7.1, 8.8, AtLeast(7), 1, 10.7, Verdict.TheoryExcluded, "the interval excludes 10.7" },
        { -0.82, -0.6, Band(-0.8, -0.3), 0, -0.5, Verdict.TheoryExcluded, "the interval excludes -0.5" },
        { 1.02, 1.09, Band(0.9, 1.1), 1, 1.0, Verdict.TheoryExcluded, "the interval excludes 1" },
        // No effect, none as large, or the opposite.
        { 0.4, 0.6, AtLeast(2), 1, null, Verdict.NotReproduced, "the opposite is shown" },
        { 1.2, 1.8, AtMost(0.5), 1, null, Verdict.NotReproduced, "the opposite is shown" },
        { 0.4, 0.6, AtLeast(2), 1, 3.0, Verdict.NotReproduced, "the opposite is shown" },
        { 0.9, 1.3, AtLeast(2), 1, null, Verdict.NotReproduced, "no effect as large as expected" },
        { 0, 0, AtLeast(0), 0, null, Verdict.NotReproduced, "no effect" },
        { 1.15, 1.25, Band(0.9, 1.1), 1, null, Verdict.NotReproduced, "not as expected" },
        { 1, 1.9, AtLeast(2), null, null, Verdict.NotReproduced, "not as expected" },
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void A_verdict_is_on_the_whole_interval(
        double low, double high, Expectation expect, double? none, double? predicted, Verdict verdict, string reason)
    {
        var middle = double.IsInfinity(low) ? low == high ? low : 0 : (low + high) / 2;

        Assert.Equal((verdict, reason), ClaimJudge.Of(new Estimate(5, middle, low, high, ""), expect, none, predicted));
        // Seen from the other side it is the same.
        if (reason is "" or "the opposite is shown")
        {
            var other = expect.AtLeast is { } least ? AtMost(-least)
                : expect.AtMost is { } most ? AtLeast(-most) : Band(-expect.High, -expect.Low);
            Assert.Equal(
                (verdict, reason), ClaimJudge.Of(new Estimate(5, -middle, -high, -low, ""), other, -none, -predicted));
        }
    }

    [Fact]
    public void What_is_undefined_is_not_reproduced() => Assert.Equal(
        (Verdict.Undecided, "why"), ClaimJudge.Of(Estimate.Undefined(5, "why"), AtLeast(2), 1));

    [Fact]
    public void The_intervals_of_all_headlines_hold_together_over_all_looks()
    {
        Contrast Value(ContrastRole role) => new()
        {
            Name = "a value", Of = new() { Arm = "a", Metric = "m" }, Expect = AtLeast(0), Role = role,
        };
        var runs = Stored.Case(("a", [1, 2, 3, 5]));
        Estimate Of(ClaimJudge judge, params ContrastRole[] roles) =>
            judge.Of([.. roles.Select(Value)], [runs])[0].Estimate;

        const ContrastRole headline = ContrastRole.Headline, control = ContrastRole.Control;
        Assert.Equal(Estimate.OfMean([1, 2, 3, 5], 0.95), Of(Judge, headline));
        Assert.Equal(Estimate.OfMean([1, 2, 3, 5], 0.975), Of(Judge, headline, headline));
        Assert.Equal(Estimate.OfMean([1, 2, 3, 5], 0.95), Of(Judge, headline, control));
        Assert.Equal(Estimate.OfMean([1, 2, 3, 5], 0.95), Of(new ClaimJudge(0.95, 3), control, headline));
        Assert.Equal(1 - 0.05 / 3, ClaimJudge.Each(0.95, 1, 3), 12);
        Assert.Equal(1 - 0.05 / 6, ClaimJudge.Each(0.95, 2, 3), 12);
    }

    [Theory]
    [InlineData(Verdict.Reproduced, Verdict.Reproduced, Verdict.Reproduced)]
    [InlineData(Verdict.DirectionOnly, Verdict.Reproduced, Verdict.DirectionOnly)]
    [InlineData(Verdict.Reproduced, Verdict.TheoryExcluded, Verdict.Undecided)]
    [InlineData(Verdict.Reproduced, Verdict.NotReproduced, Verdict.Undecided)]
    [InlineData(Verdict.NotReproduced, Verdict.NotReproduced, Verdict.NotReproduced)]
    public void A_claim_counts_only_where_its_controls_hold(Verdict headline, Verdict control, Verdict claim)
    {
        ContrastResult Result(ContrastRole role, Verdict verdict) =>
            new("", "c", "", "", Estimate.Undefined(0, ""), role, verdict, "", []);

        Assert.Equal(claim, ClaimJudge.Of(
            [Result(ContrastRole.Control, control), Result(ContrastRole.Headline, headline)]));
    }

    [Fact]
    public void A_claim_is_as_strong_as_its_weakest_contrast()
    {
        Assert.Equal(Verdict.DirectionOnly, ClaimJudge.Weakest([Verdict.Reproduced, Verdict.DirectionOnly]));
        Assert.Equal(Verdict.NotReproduced, ClaimJudge.Weakest([Verdict.NotReproduced, Verdict.DirectionOnly]));
        Assert.Equal(Verdict.Reproduced, ClaimJudge.Weakest([Verdict.Reproduced]));
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
        Assert.Equal(Verdict.Undecided, Assert.Single(Judge.Of([contrast], [apart])).Verdict);
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
        Assert.Equal((Verdict.Undecided, "a run of a point failed, or is not positive"), (result.Verdict, result.Reason));
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
        Assert.Equal(Verdict.Undecided,
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
