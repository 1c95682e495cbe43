using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

public class DiagnosticTests
{
    static RunPlan Plan(params Diagnostic[] diagnostics) => PlanOf(
        new DSgd(new() { Step = Step(0.2) }), QuadraticOf(Targets(6), noise: 1), 7.5, Ring(6)) with
    {
        SampleEvery = Seconds(1),
        Diagnostics = diagnostics,
    };

    [Fact]
    public void It_sees_the_estimate_and_each_agent_as_the_standard_metrics_do()
    {
        var record = Simulator.Run(Plan(new WeightDiversity(new() { Eigenvalues = 1 })));

        var expected = record.Metric("consensus-distance");
        Assert.Equal(9, expected.Length); // 0, 1, ..., 7 and the end
        AssertClose(expected, record.Metric("weight-diversity"), 1e-12);
        Assert.All(record.Metric("weight-diversity-eigenvalue-1").Skip(2), v => Assert.True(v > 0));
    }

    [Fact]
    public void A_record_has_the_scale_that_each_metric_declares_and_a_plug_ins_is_linear()
    {
        var record = Simulator.Run(Plan(new Probe(1), new WeightDiversity(new())));

        foreach (var metric in (string[])["loss", "gap", "squared-error", "consensus-distance", "weight-diversity"])
            Assert.Equal(Scale.Log, record.ScaleOf(metric));
        Assert.Equal(Scale.Linear, record.ScaleOf("probe-draw"));
        Assert.Equal(Scale.Log, Plan().ScaleOf("loss" + MetricNames.Worst));
        Assert.Equal(Scale.Log, Plan(new Probe(1)).ScaleOf("probe-draw" + MetricNames.Spread));
        Assert.DoesNotContain(record.Scales, s => s.Scale == Scale.Linear);
    }

    [Fact]
    public void A_record_has_the_metrics_of_which_more_is_better_as_they_are_declared()
    {
        Assert.Equal(["probe-draw"], Simulator.Run(Plan(new Probe(1))).BetterAbove);
        Assert.False(Plan(new Probe(1)).IsBetterAbove("probe-draw" + MetricNames.Spread));
        Assert.False(Plan().IsBetterAbove("loss"));
    }

    [Fact]
    public void Nothing_in_a_run_depends_on_it()
    {
        var (plain, watched) = (Simulator.Run(Plan()), Simulator.Run(Plan(new Probe(1), new WeightDiversity(new()))));

        Assert.Equal(plain.Hash, watched.Hash);
        Assert.Equal(plain.Estimate, watched.Estimate);
        Assert.Equal(plain.Metrics, watched.Metrics.Where(m => !m.Metric.StartsWith("probe", StringComparison.Ordinal)
            && m.Metric != "weight-diversity"));
    }

    [Fact]
    public void Its_draws_depend_on_the_instant_and_on_nothing_else()
    {
        var alone = Simulator.Run(Plan(new Probe(1))).Metric("probe-draw");
        var beside = Simulator.Run(Plan(new WeightDiversity(new()), new Probe(1)) with { Partitions = 3 });

        Assert.Equal(alone, beside.Metric("probe-draw"));
        Assert.Equal(alone.Length, alone.Distinct().Count());
        Assert.DoesNotContain(beside.Metric("probe-other-draw"), draw => alone.Contains(draw));
    }

    [Fact]
    public void It_is_due_every_so_many_instants_and_at_the_end_and_knows_when_that_is()
    {
        var record = Simulator.Run(Plan(new Probe(3)));

        Assert.Equal([0, 3, 6, 8], record.Metric("probe-instant"));
        Assert.Equal([0, 3, 6, 7.5], record.Metric("probe-time"));
        Assert.Equal([0, 12, 30, 42], record.Metric("probe-updates")); // those at the instant itself come after it
    }

    [Fact]
    public void It_reads_vectors_and_tables_of_any_role_by_name()
    {
        var plan = PlanOf(new Tally(), QuadraticOf(Targets(3)), 2.5);
        var record = Simulator.Run(plan with { Diagnostics = [new TallyProbe()] });

        Assert.Equal(2, record.Metric("tally-visits")[^1]);
        Assert.Equal(20, record.Metric("tally-vector")[^1]);
    }

    [Fact]
    public void A_checkpoint_in_the_middle_changes_no_metric()
    {
        var plan = Plan(new Probe(2));
        using var file = new MemoryStream();
        Simulator.Run(plan, new RunHooks { CheckpointAt = Seconds(3.5), CheckpointTo = file });
        file.Position = 0;

        var resumed = Simulator.Run(plan, new RunHooks { ResumeFrom = file });

        Assert.Equal(Simulator.Run(plan).Metrics, resumed.Metrics);
    }

    [Fact]
    public void Of_a_run_that_left_the_finite_numbers_its_metrics_are_not_numbers()
    {
        double[][] far = [.. Enumerable.Repeat(new[] { 1e5 }, 6)];
        var plan = PlanOf(new DSgd(new() { Step = Step(1e305) }), QuadraticOf(far), 9, Ring(6));
        var record = Simulator.Run(plan with { SampleEvery = Seconds(1), Diagnostics = [new WeightDiversity(new())] });

        Assert.Equal(Outcome.Diverged, record.Outcome);
        Assert.Equal(double.NaN, record.Metric("weight-diversity")[^1]);
    }

    [Diagnostic("probe")]
    sealed class Probe(int every) : Diagnostic(new MetricOptions { Every = every })
    {
        public override IReadOnlyList<string> Metrics(RunPlan plan) =>
            ["probe-time", "probe-instant", "probe-updates", "probe-draw", "probe-other-draw"];

        public override bool IsBetterAbove(string metric) => metric == "probe-draw";

        public override void Evaluate(DiagnosticCut cut, Action<string, double> metric)
        {
            metric("probe-time", cut.Time);
            metric("probe-instant", cut.Instant);
            metric("probe-updates", cut.Updates);
            var (draws, others) = (cut.Draws(), cut.Draws(1));
            metric("probe-draw", draws.Uniform());
            metric("probe-other-draw", others.Uniform());
        }
    }

    [Diagnostic("tally-probe")]
    sealed class TallyProbe() : Diagnostic(new MetricOptions())
    {
        public override IReadOnlyList<string> Metrics(RunPlan plan) => ["tally-visits", "tally-vector"];

        public override void Evaluate(DiagnosticCut cut, Action<string, double> metric)
        {
            var x = new double[3];
            cut.Read("worker", "held", 1, x);
            metric("tally-visits", cut.Numbers("worker", "visits", 1)[0]);
            metric("tally-vector", x[0]);
            Assert.Throws<ArgumentException>(() => cut.Numbers("worker", "no such table", 0)[0]);
            Assert.Throws<ArgumentOutOfRangeException>(() => cut.Read("worker", "held", 3, new double[3]));
        }
    }

    /// <summary>Workers that count the seconds in a table, and ten times them in a vector.</summary>
    [Method("tally", Needs = Needs.Workers)]
    sealed class Tally : Method
    {
        public override void Declare(Layout layout) => layout.Role("worker", Count.PerWorker, new Worker());

        struct State
        {
            public int Ticks;
        }

        sealed class Worker : RoleProgram<State>
        {
            Table _visits;
            Vector _held;

            public override void Declare(RoleLayout role) =>
                (_visits, _held) = (role.Table(Dim.Of(1), "visits"), role.Vector("held", Dim.Of(3)));

            public override void OnStart(ref State s, Effects e) => e.SetTimer(Seconds(1));

            public override void OnTimer(ref State s, in TimerFired t, Effects e)
            {
                e.Numbers(_visits)[0] = ++s.Ticks;
                e.Fill(10 * s.Ticks, _held);
                e.SetTimer(Seconds(1));
            }
        }
    }
}
