using AsyncOpt.Core;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Metrics of events count what the run's own counts and logs count.</summary>
public class EventMetricTests
{
    static RunPlan Plan(params EventMetric[] metrics) => PlanOf(
        new DSgd(new() { Step = Step(0.2) }), QuadraticOf(Targets(6), noise: 1), 7.5, Ring(6)) with
    {
        SampleEvery = Seconds(1),
        EventMetrics = metrics,
    };

    // Messages are under way for random times and get lost; a node crashes.
    static RunPlan Troubled(params EventMetric[] metrics) => PlanOf(
        new AdPsgd(new() { Step = Step(0.1), Timeout = Seconds(3) }), QuadraticOf(Targets(6), noise: 1), 20, Ring(6))
            .WithDelay(new Core.Laws.Uniform(new() { Low = 0.3, High = 0.9 })).WithJitter(0.5, 1.5) with
    {
        SampleEvery = Seconds(2),
        LogUpdates = true,
        Faults = [new DropFault(new() { Probability = 0.1 })],
        EventMetrics = metrics,
    };

    [Fact]
    public void Totals_are_the_runs_own_counts()
    {
        var record = Simulator.Run(Troubled(new Everything(1)));

        Assert.True(record.Counts is { Lost: > 0, Updates: > 0, Gradients: > 0 });
        Assert.Equal(record.Counts.Updates, record.Metric("total-updates")[^1]);
        Assert.Equal(record.Counts.Messages, record.Metric("total-sent")[^1]);
        Assert.Equal(record.Counts.Bytes, record.Metric("total-bytes")[^1]);
        Assert.Equal(record.Counts.Lost, record.Metric("total-lost")[^1]);
        Assert.Equal(record.Counts.Gradients, record.Metric("total-steps")[^1]);
        Assert.Equal(record.Counts.Samples, record.Metric("total-samples")[^1]);
        Assert.Equal(
            record.UpdateLog.Sum(u => (double)(u.Compute + u.Wire + u.Queue)), record.Metric("total-age")[^1]);
        Assert.Equal(record.UpdateLog.Sum(u => u.Staleness), record.Metric("total-staleness")[^1]);
    }

    [Fact]
    public void What_is_recent_is_what_came_since_the_last_evaluation()
    {
        var record = Simulator.Run(Troubled(new Everything(3)));

        // Instants 0, 3, 6, 9 and the end, 2 s apart; what happens at an instant comes after it.
        double[] ends = [0, 6, 12, 18, 20];
        var expected = ends.Select((end, i) => (double)record.UpdateLog.Count(u =>
            u.Time < end * 1e9 && (i == 0 || u.Time >= ends[i - 1] * 1e9)));
        Assert.Equal(expected, record.Metric("recent-updates"));
        Assert.True(record.Metric("recent-updates").Min() < record.Metric("recent-updates").Max());
    }

    [Fact]
    public void Partitions_and_threads_change_nothing()
    {
        var alone = Simulator.Run(Troubled(new Everything(1)));

        foreach (var (partitions, threads) in ((int, int)[])[(2, 1), (3, 2), (6, 4)])
        {
            var record = Simulator.Run(Troubled(new Everything(1)) with
            {
                Partitions = partitions,
                ForcePartitions = true,
                Threads = threads,
            });
            Assert.Equal(partitions, record.Partitions);
            Assert.Equal(alone.Metrics, record.Metrics);
        }
    }

    [Fact]
    public void Nothing_in_a_run_depends_on_them_and_rounds_count_the_same()
    {
        var (plain, counted) = (Simulator.Run(Plan()), Simulator.Run(Plan(new Everything(1))));

        Assert.True(plain.Counts.Cohorts > 0);
        Assert.Equal(plain.Hash, counted.Hash);
        Assert.Equal(plain.Metrics, counted.Metrics.Where(m => m.Metric is "loss" or "gap" or "squared-error"
            or "gradient-norm" or "consensus-distance"));
        Assert.Equal(plain.Counts.Updates, counted.Metric("total-updates")[^1]);
        Assert.Equal(plain.Counts.Messages, counted.Metric("total-sent")[^1]);
    }

    [Fact]
    public void A_checkpoint_between_two_instants_changes_no_metric()
    {
        var plan = Troubled(new Everything(2));
        using var file = new MemoryStream();
        Simulator.Run(plan with { Partitions = 2, ForcePartitions = true },
            new RunHooks { CheckpointAt = Seconds(7), CheckpointTo = file });
        file.Position = 0;

        var resumed = Simulator.Run(
            plan with { Partitions = 3, ForcePartitions = true }, new RunHooks { ResumeFrom = file });

        Assert.Equal(Simulator.Run(plan).Metrics, resumed.Metrics);
    }

    [Fact]
    public void A_checkpoint_of_other_metrics_is_refused()
    {
        using var file = new MemoryStream();
        Simulator.Run(Troubled(), new RunHooks { CheckpointAt = Seconds(7), CheckpointTo = file });
        file.Position = 0;

        var e = Assert.Throws<UnusableCheckpointException>(() =>
            Simulator.Run(Troubled(new Everything(1)), new RunHooks { ResumeFrom = file }));

        Assert.Contains("metrics everything x10", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_a_metric_reads_is_told_to_it()
    {
        var record = Simulator.Run(Troubled(new OfLostAlone()));

        Assert.Equal(record.Counts.Lost, record.Metric("lost-alone")[^1]);
    }

    [Fact]
    public void A_target_may_be_one_of_its_metrics_and_its_scale_is_declared()
    {
        var record = Simulator.Run(Troubled(new Everything(1)) with
        {
            Stop = new StopRules { Target = new MetricTarget("total-updates", 30, Above: true, Stop: true) },
        });

        Assert.Equal(Outcome.TargetReached, record.Outcome);
        Assert.InRange(record.Metric("total-updates")[^1], 30, 100);
        Assert.Equal(Scale.Log, record.ScaleOf("total-updates"));
        Assert.Equal(Scale.Linear, record.ScaleOf("recent-updates"));
        Assert.Contains("total-updates", record.BetterAbove);
    }

    /// <summary>Counts by kind, and how many updates a role made.</summary>
    [EventMetric("everything")]
    sealed class Everything(int every) : EventMetric(new MetricOptions { Every = every })
    {
        static readonly string[] Totals =
            ["updates", "sent", "bytes", "lost", "steps", "samples", "age", "staleness", "requested", "roles"];

        public override EventKinds Reads =>
            EventKinds.Updates | EventKinds.Sent | EventKinds.Lost | EventKinds.Computed;

        public override IReadOnlyList<string> Metrics(RunPlan plan) =>
            [.. Totals.Select(t => "total-" + t), "recent-updates"];

        public override int SumsOf(RunPlan plan, Layout layout) => Totals.Length;

        public override Scale ScaleOf(string metric) =>
            metric.StartsWith("total-", StringComparison.Ordinal) ? Scale.Log : Scale.Linear;

        public override bool IsBetterAbove(string metric) => metric == "total-updates";

        public override void OnUpdate(in UpdateEvent e, Span<Int128> sums)
        {
            sums[0]++;
            sums[6] += e.Origin.Age;
            sums[7] += e.Staleness;
            sums[9] += e.Role.Index + 1;
        }

        public override void OnSent(in SentEvent e, Span<Int128> sums)
        {
            sums[1]++;
            sums[2] += e.Bytes;
        }

        public override void OnLost(in LostEvent e, Span<Int128> sums) => sums[3]++;

        public override void OnComputed(in ComputedEvent e, Span<Int128> sums)
        {
            sums[4] += e.Oracle.CountsGradient ? e.Steps : 0;
            sums[5] += e.Samples;
            sums[8] += e.Now - e.Requested;
        }

        public override void Evaluate(in EventSums sums, Action<string, double> metric)
        {
            for (var i = 0; i < Totals.Length; i++)
                metric("total-" + Totals[i], (double)sums.Total[i]);
            metric("recent-updates", (double)sums.Recent[0]);
        }
    }

    [EventMetric("of-lost-alone")]
    sealed class OfLostAlone() : EventMetric(new MetricOptions())
    {
        public override EventKinds Reads => EventKinds.Lost;

        public override IReadOnlyList<string> Metrics(RunPlan plan) => ["lost-alone"];

        public override int SumsOf(RunPlan plan, Layout layout) => 1;

        public override void OnUpdate(in UpdateEvent e, Span<Int128> sums) => throw new InvalidOperationException();

        public override void OnSent(in SentEvent e, Span<Int128> sums) => throw new InvalidOperationException();

        public override void OnLost(in LostEvent e, Span<Int128> sums) => sums[0]++;

        public override void OnComputed(in ComputedEvent e, Span<Int128> sums) =>
            throw new InvalidOperationException();

        public override void Evaluate(in EventSums sums, Action<string, double> metric) =>
            metric("lost-alone", (double)sums.Total[0]);
    }
}
