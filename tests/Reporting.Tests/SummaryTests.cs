using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting.Tests;

public sealed class SummaryTests : InFolder
{
    // Quantiles of Student's t at 0.975, from printed tables.
    [Theory]
    [InlineData(new[] { 1.0, 3.0 }, 12.7062047362)]
    [InlineData(new[] { 0.0, 2.0, 4.0 }, 4.3026527297)]
    [InlineData(new[] { 0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, 2.2621571628)]
    public void A_confidence_interval_is_students(double[] values, double quantile)
    {
        var interval = Interval.Of(values, Scale.Linear);

        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
        Assert.Equal(mean, interval.Mean, 12);
        Assert.Equal(deviation, interval.StandardDeviation, 12);
        Assert.Equal(quantile * deviation / Math.Sqrt(values.Length), interval.HalfWidth, 8);
    }

    [Fact]
    public void One_value_has_no_interval_and_none_has_no_mean()
    {
        var one = Interval.Of([2.5], Scale.Linear);

        Assert.Equal(2.5, one.Mean);
        Assert.True(double.IsNaN(one.HalfWidth));
        Assert.Equal((2.5, 2.5), (one.Low, one.High));
        Assert.True(double.IsNaN(Interval.Of([], Scale.Linear).Mean));
    }

    [Fact]
    public void Equal_values_do_not_deviate_by_rounding()
    {
        var interval = Interval.Of([0.35, 0.35, 0.35, 0.35], Scale.Log);

        Assert.Equal((0.35, 0.0, 0.0), (interval.Mean, interval.StandardDeviation, interval.HalfWidth));
        Assert.Equal((0.35, 0.35), (interval.Low, interval.High));
    }

    [Fact]
    public void An_infinite_value_makes_mean_and_interval_say_so()
    {
        var interval = Interval.Of([1, double.PositiveInfinity], Scale.Log);

        Assert.Equal(double.PositiveInfinity, interval.Mean);
        Assert.True(double.IsNaN(interval.HalfWidth));
        Assert.True(double.IsNaN(Interval.Of([double.PositiveInfinity, 1], Scale.Log).HalfWidth));
        Assert.Equal(double.PositiveInfinity, Interval.Of([double.PositiveInfinity, 1], Scale.Log).Mean);
    }

    [Fact]
    public void Where_a_run_stood_when_it_diverged_is_no_result_of_the_others()
    {
        var some = Summary.Of("a", [Records.Run([1]), Records.Run([3]), Records.Run([1e9], outcome: Outcome.Diverged)]);
        var all = Summary.Of("a", [Records.Run([1e9], outcome: Outcome.Diverged)]);

        Assert.Equal((2, 2.0, 3.0), (some.Final[0].Value.Count, some.Final[0].Value.Mean, some.Final[0].Value.Greatest));
        Assert.Equal((3, 1), (some.Runs, some.Outcomes.Single(o => o.Outcome == Outcome.Diverged).Runs));
        Assert.Equal(("gap", 0), (all.Final[0].Metric, all.Final[0].Value.Count));
    }

    [Fact]
    public void An_arm_is_summed_up_over_its_seeds()
    {
        var summary = Summary.Of("async",
        [
            Records.Run([1, 0.5], staleness: 1, timeToTarget: 0.1, Outcome.TargetReached),
            Records.Run([1, 0.7, 0.3], staleness: 2),
            Records.Run([1, 0.7], staleness: 3, timeToTarget: 0.3, Outcome.TargetReached),
        ]);

        Assert.Equal([(Outcome.BudgetSpent, 1), (Outcome.TargetReached, 2)], summary.Outcomes);
        var (metric, value) = Assert.Single(summary.Final);
        Assert.Equal("gap", metric);
        Assert.Equal(0.5, value.Mean, 12);                       // of 0.5, 0.3 and 0.7
        Assert.Equal(0.2, value.StandardDeviation, 12);
        Assert.Equal(4.3026527297 * 0.2 / Math.Sqrt(3), value.HalfWidth, 8);
        Assert.Equal((2, 0.2), (summary.TimeToTarget.Count, Math.Round(summary.TimeToTarget.Mean, 12)));
        Assert.Equal(2, summary.StalenessMean.Mean, 12);
        Assert.Equal(3, summary.StalenessMax);
        Assert.Equal(["server", "worker"], summary.Traffic.Select(t => t.Role));
        Assert.Equal((30, 3000), (summary.Traffic[0].Messages.Mean, summary.Traffic[0].Bytes.Mean));
    }

    [Fact]
    public void A_seed_that_passed_the_target_and_diverged_has_no_time_to_it()
    {
        var some = Summary.Of("a",
        [
            Records.Run([1, 0.5], timeToTarget: 0.1),
            Records.Run([1, 0.5, 1e13], timeToTarget: 0.5, outcome: Outcome.Diverged),
        ]);
        var all = Summary.Of("a", [Records.Run([1, 1e13], timeToTarget: 0.5, outcome: Outcome.Diverged)]);

        Assert.Equal((1, 0.1), (some.TimeToTarget.Count, some.TimeToTarget.Mean));
        Assert.Equal(0, all.TimeToTarget.Count);
    }

    [Fact]
    public void Bands_hold_the_instants_that_all_seeds_reached()
    {
        var bands = Summary.Bands([Records.Run([1, 0.5]), Records.Run([3, 0.7, 0.3])]);

        Assert.Equal([0.0, 0.1], bands.Select(b => b.Time));
        Assert.Equal(2, bands[0].Value.Mean, 12);
        Assert.Equal((1, 3), (bands[0].Value.Low, bands[0].Value.High));
        Assert.Equal((1, 2, 20, 100), (bands[1].Updates, bands[1].Gradients, bands[1].Samples, bands[1].Bytes));
    }

    [Fact]
    public void The_tables_are_written_in_long_form()
    {
        RunRecord[] runs = [Records.Run([1, 0.5])];

        var paths = SummaryTables.Write(Folder, [Summary.Of("a,b", runs)], [Summary.Bands(runs)]);

        Assert.Equal([Path.Combine(Folder, "summary.csv"), Path.Combine(Folder, "bands.csv")], paths);
        var lines = File.ReadAllLines(paths[0]);
        Assert.Equal("arm,quantity,seeds,mean,standard_deviation,low_95,high_95,scale,least,greatest", lines[0]);
        Assert.All(lines, line => Assert.Equal(9, line.Replace("a,b", "a").Count(c => c == ',')));
        Assert.Contains("\"a,b\",outcome.budget_spent,1,,,,,,,", lines);
        Assert.Contains("\"a,b\",final.gap,1,0.5,,,,log,0.5,0.5", lines);
        Assert.Contains("\"a,b\",time_to_target_s,0,,,,,log,,", lines);
        Assert.Contains("\"a,b\",messages.server,1,30,,,,log,30,30", lines);
        Assert.Equal("\"a,b\",gap,0.1,1,2,20,100,1,0.5,0.5,0.5", File.ReadAllLines(paths[1])[2]);
    }

    [Fact]
    public void Intervals_are_on_the_scale_that_the_runs_declare()
    {
        RunRecord[] runs = [.. new[] { 0.9, 0.99, 0.999, 0.9999 }.Select(v => Records.Run([0.5, v]))];
        double High(Scale scale) => Assert.Single(
            Summary.Of("a", [.. runs.Select(r => r with { Scales = [("gap", scale)] })]).Final).Value.High;

        Assert.True(High(Scale.Linear) > 1);
        Assert.InRange(High(Scale.Logit), 0.99, 1);
        Assert.Equal(runs[0].Metrics.Count, Summary.Bands(runs).Count);
        Assert.Equal(Scale.Log, Summary.Of("a", runs).Updates.Scale);
        // Runs of other programs than one do not say what they mean together.
        Assert.Equal(Scale.Linear, Summary.Of("a", [.. runs, runs[0] with { Scales = [] }]).Final[0].Value.Scale);
    }

    [Fact]
    public void The_table_of_runs_has_a_line_for_each_with_its_end_its_hash_and_its_last_metrics()
    {
        var (to, run) = (new StringWriter(), Records.Run([1, 0.5], staleness: 1.2, timeToTarget: 0.1));
        var other = run with
        {
            Outcome = Outcome.Stalled,
            Reason = "worker 1, 2 wait",
            Metrics = [],
            TimeToTarget = null,
        };

        SummaryTables.Runs(to, [("a,b", 0, run), ("a,b", 3, other)]);

        Assert.Equal(
            [
                "arm,seed,outcome,reason,hash,virtual_time_s,wall_time_s,time_to_target_s,staleness_mean,staleness_max,"
                    + "updates,gradients,samples,events,messages,bytes,lost,crashes,final.gap",
                "\"a,b\",0,budget spent,virtual time of 2 s spent,00ab0000000000cd,2.000000001,4,0.1,1.2,3,"
                    + "10,12,120,0,0,0,0,0,0.5",
                "\"a,b\",3,stalled,\"worker 1, 2 wait\",00ab0000000000cd,2.000000001,4,,1.2,3,10,12,120,0,0,0,0,0,",
            ],
            to.ToString().TrimEnd('\n').Split('\n'));
    }
}
