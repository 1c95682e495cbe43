using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Comparing;

namespace AsyncOpt.Reporting.Tests.Comparing;

public sealed class RunPairsTests : InFolder
{
    string A => Path.Combine(Folder, "a");

    string B => Path.Combine(Folder, "b");

    [Fact]
    public void Two_runs_are_compared_whatever_ran_in_them()
    {
        Write(A, "async", 0, [4, 3, 0, 3], [2, 1]);
        Write(B, "other", 1, [3, 4, 0, 3], [2, 0.5]);

        var comparison = Assert.Single(RunPairs.Compare(
            RunFolder.PathOf(A, "async", 0), RunFolder.PathOf(B, "other", 1)));

        Assert.Equal(("async / other", 1, null), (comparison.Name, comparison.Pairs, comparison.Target));
        Assert.Equal(0.1, comparison.Distance, 15);
        Assert.Equal((1, 0.5, -0.5), Of(comparison, "gap"));
        Assert.Equal((1, 1, 0), Of(comparison, "staleness, 50 % below or at"));
        Assert.Equal([Outcome.BudgetSpent], comparison.Outcomes.A);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b\nx,y\n")]
    public void A_damaged_histogram_has_no_distance(string text)
    {
        Write(A, "async", 0, [4, 3, 0, 3], [2, 1]);
        Write(B, "async", 0, [4, 3, 0, 3], [2, 1]);
        var file = Path.Combine(RunFolder.PathOf(B, "async", 0), RunFolder.StalenessFile);
        File.WriteAllText(file, text);

        var e = Assert.Throws<DamagedRunException>(() => RunPairs.Compare(A, B));

        Assert.StartsWith($"{file}: is damaged: ", e.Message);
    }

    [Fact]
    public void Experiments_are_compared_arm_by_arm_and_seed_by_seed()
    {
        foreach (var seed in (int[])[0, 1])
        {
            Write(A, "x", seed, [5, 5], [1 + seed]);
            Write(B, "x", seed, seed == 0 ? [5, 5] : [0, 10], [3 + (3 * seed)], target: 0.1);
            Write(A, "y", seed, [10], [1]);
            Write(B, "y", seed, [10], [1]);
        }

        var comparisons = RunPairs.Compare(A, B);

        Assert.Equal([("x", 2), ("y", 2)], comparisons.Select(c => (c.Name, c.Pairs)));
        Assert.Equal([0, 0.5], comparisons[0].Distances);
        Assert.Equal(0.5, comparisons[0].Distance);
        Assert.Equal((0.1, null), (comparisons[0].Target, comparisons[1].Target));
        // 1, 2 against 3, 6: means 1.5, 4.5, and 3 = the mean of 2, 4.
        Assert.Equal((1.5, 4.5, 3), Of(comparisons[0], "gap"));
        Assert.Equal([5, 15], comparisons[0].Staleness.B.Counts);
    }

    [Fact]
    public void The_other_way_round_a_comparison_mirrors()
    {
        // B is above A for every seed, and still the paired t interval of four differences holds 0.
        (double A, double B)[] gaps = [(1, 1.005), (2, 2.015), (1.5, 1.52), (3, 3.09)];
        foreach (var (seed, (a, b)) in gaps.Index())
        {
            Write(A, "x", seed, [5, 5], [a]);
            Write(B, "x", seed, [5, 5], [b]);
        }

        var (ab, ba) = (RunPairs.Compare(A, B)[0].Quantities, RunPairs.Compare(B, A)[0].Quantities);

        Assert.Equal(ab.Select(q => (q.Name, q.A, q.B)), ba.Select(q => (q.Name, q.B, q.A)));
        Assert.Equal(
            ab.Select(q => (q.Difference.Mean, q.Difference.Low, q.Difference.High)),
            ba.Select(q => (-q.Difference.Mean, -q.Difference.High, -q.Difference.Low)));
        var gap = ab.Single(q => q.Name == "gap");
        Assert.InRange(0, gap.Difference.Low, gap.Difference.High);
        Assert.Equal((Scale.Log, Scale.Linear), (gap.A.Scale, gap.Difference.Scale));
    }

    [Fact]
    public void A_metric_that_one_run_lacks_has_no_difference()
    {
        Write(A, "x", 0, [5, 5], [1]);
        Write(B, "x", 0, [5, 5], []);

        var gap = RunPairs.Compare(A, B)[0].Quantities.Single(q => q.Name == "gap");

        Assert.Equal((1, 0, 0), (gap.A.Count, gap.B.Count, gap.Difference.Count));
    }

    [Fact]
    public void Folders_that_do_not_belong_together_are_refused()
    {
        Assert.Contains("no such folder", Refusal(), StringComparison.Ordinal);
        Directory.CreateDirectory(A);
        Write(B, "x", 0, [1], [1]);
        Assert.Contains($"{A}: expected a run folder", Refusal(), StringComparison.Ordinal);
        Write(A, "x", 0, [1], [1]);
        Write(A, "x", 1, [1], [1]);
        Assert.Contains($"only {A} has {Path.Combine("x", "seed-1")};", Refusal(), StringComparison.Ordinal);
        Assert.Contains("is one run", Assert.Throws<InputException>(
            () => RunPairs.Compare(RunFolder.PathOf(A, "x", 0), B)).Message, StringComparison.Ordinal);
    }

    string Refusal() => Assert.Throws<InputException>(() => RunPairs.Compare(A, B)).Message;

    static (double A, double B, double Difference) Of(Comparison comparison, string name)
    {
        var found = comparison.Quantities.Single(q => q.Name == name);
        return (found.A.Mean, found.B.Mean, found.Difference.Mean);
    }

    static void Write(
        string output, string arm, int seed, long[] staleness, double[] gaps, double? target = null)
    {
        var specification = new JsonObject();
        if (target is { } distance)
            specification["compare"] = new JsonObject { ["staleness-distance"] = distance };
        var record = Records.Run(gaps);
        record = record with { Staleness = record.Staleness with { Counts = staleness, Updates = staleness.Sum() } };
        RunFolder.Write(
            RunFolder.PathOf(output, arm, seed),
            Records.Facts() with { Arm = arm, Repetition = seed, Specification = specification }, record);
    }
}
