using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

public class RasgpTests
{
    // In- and out-degrees differ, and no two edges go both ways.
    static readonly Topology Uneven = GraphOf(7, [
        (0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 0), (0, 3), (0, 5), (2, 6), (4, 1), (5, 1),
    ]);

    static Topology GraphOf(int nodes, (int From, int To)[] edges)
    {
        var builder = new TopologyBuilder(nodes, symmetric: false, edges.Length);
        foreach (var (from, to) in edges)
            builder.Add(from, to);
        return builder.Build("test");
    }

    static RunPlan On(Core.Programs.Method method, Problem problem, double time) =>
        PlanOf(method, problem, time) with { Topology = Uneven };

    static Rasgp Method(StepSchedule step) => new(new() { Step = step });

    static DropFault Loss(double probability) => new(new() { Probability = probability });

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void Under_loss_all_nodes_come_to_the_exact_mean_where_sgp_stands_still(double loss)
    {
        // The first step takes each node to its own target; then there are none. Messages overtake each other.
        var problem = QuadraticOf(Targets(7));
        var delay = new ShiftedExponential(new() { Shift = 0.1, Mean = 2 });
        var record = Simulator.Run(
            On(Method(FirstOnly), problem, 1000.5).WithDelay(delay) with { Faults = [Loss(loss)] });

        Assert.InRange(record.Counts.Lost, 0.9 * loss * record.Counts.Messages, 1.1 * loss * record.Counts.Messages);
        AssertClose(Mean(Targets(7)), record.Estimate, 1e-11);
        Assert.Equal(0, record.Metric("consensus-distance")[^1], 1e-22);

        var sgp = Simulator.Run(
            On(new Sgp(new() { Step = FirstOnly }), problem, 1000.5).WithDelay(delay) with { Faults = [Loss(loss)] });
        Assert.Equal(Outcome.Stalled, sgp.Outcome);
        Assert.InRange(sgp.Metric("consensus-distance")[^1], 1e-3, 10);
    }

    [Fact]
    public void What_there_is_in_all_is_neither_lost_nor_made()
    {
        var probe = new Masses();
        var plan = On(Method(FirstOnly), QuadraticOf(Targets(7)), 60.5).WithJitter(0.5, 2)
            .WithDelay(new ShiftedExponential(new() { Shift = 0.1, Mean = 2 }));
        var record = Simulator.Run(plan with
        {
            Faults = [Loss(0.3), new DuplicateFault(new() { Probability = 0.2 })],
            Diagnostics = [probe],
            SampleEvery = Seconds(1),
        });

        // All have stepped after 2 s. What is given and not taken is on its way or lost, and is made good for.
        var expected = Mean(Targets(7)).Select(m => 7 * m).ToArray();
        Assert.InRange(record.Counts.Lost, 100, long.MaxValue);
        Assert.All(probe.All.Skip(3), m => AssertClose(expected, m.Sum, 1e-11));
        Assert.All(probe.All.Skip(3), m => Assert.InRange(m.Away, 0.01, 100));
    }

    [Fact]
    public void It_does_what_a_plain_loop_does_with_the_same_draws_also_while_a_node_is_cut_off()
    {
        // Every message comes at the instant it is sent, after all have taken what came before. From 2.5 to 6.5 s what
        // node 2 sends is lost.
        const int n = 7, iterations = 12;
        var problem = QuadraticOf(Targets(n), noise: 1, curvature: 0.7);
        var plan = On(Method(new PowerSchedule(new() { Scale = 0.5, Exponent = 0.5 })), problem, iterations + 0.5);
        var probe = new Masses();
        Simulator.Run(plan with
        {
            Diagnostics = [probe],
            Faults =
            [
                new SplitFault(new() { Places = [2], At = Seconds(2.5), For = Seconds(4), Ways = SplitWays.Out }),
            ],
        });

        double[][] Rows() => [.. Enumerable.Range(0, n).Select(_ => new double[4])];
        // The last coordinate is the weight.
        var (x, given) = (Rows(), Rows());
        var (heard, taken) = (new double[n, n][], new double[n, n][]);
        for (var i = 0; i < n; i++)
            x[i][3] = 1;
        double[] Model(int i) => [.. x[i][..3].Select(v => v / x[i][3])];
        for (var k = 0; k < iterations; k++)
        {
            for (var i = 0; i < n; i++)
            {
                double[] g = [.. Gradient(problem, i, Model(i), i, k), 0];
                Axpy(-0.5 / Math.Sqrt(k + 1), g, x[i]);
                x[i] = [.. x[i].Select(v => v / (1 + Uneven.OutDegree(i)))];
                Axpy(1, x[i], given[i]);
                foreach (var j in Uneven.InNeighbours(i))
                {
                    Axpy(1, heard[j, i] ?? new double[4], x[i]);
                    Axpy(-1, taken[j, i] ?? new double[4], x[i]);
                    taken[j, i] = heard[j, i];
                }
            }
            for (var j = 0; j < n; j++)
            {
                foreach (var i in Uneven.OutNeighbours(j))
                    heard[j, i] = j == 2 && k is >= 2 and <= 5 ? heard[j, i] : (double[])given[j].Clone();
            }
        }
        for (var i = 0; i < n; i++)
            AssertClose(Model(i), probe.Z[i], 1e-12);
    }

    [Fact]
    public void Under_loss_it_minimizes_the_mean_loss()
    {
        var (problem, mean) = (QuadraticOf(Targets(7)), Mean(Targets(7)));
        var step = new PowerSchedule(new() { Scale = 0.5, Exponent = 1 });
        var record = Simulator.Run(On(Method(step), problem, 3000.5) with { Faults = [Loss(0.2)] });

        AssertClose(mean, record.Estimate, 0.01);
    }

    [Fact]
    public void A_node_that_was_down_makes_good_for_what_it_missed()
    {
        var method = new Rasgp(new() { Step = FirstOnly, LeastWeight = 0 });
        var plan = On(method, QuadraticOf(Targets(7)), 400.5);
        var record = Simulator.Run(plan with
        {
            Faults = [new CrashFault(new() { Place = 3, At = Seconds(10.5), For = Seconds(5) })],
        });

        AssertClose(Mean(Targets(7)), record.Estimate, 1e-12);
        Assert.Equal(0, record.Metric("consensus-distance")[^1], 1e-24);
        // What it had begun at 10 s is lost, and begun again at 15.5 s.
        Assert.Equal((7 * 400) - 6, record.Counts.Updates);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0)]
    public void A_node_that_is_cut_off_for_long_sleeps_where_its_weight_would_make_its_steps_too_long(double least)
    {
        var method = new Rasgp(new() { Step = Step(0.01), LeastWeight = least });
        var record = Simulator.Run(On(method, QuadraticOf(Targets(7)), 3000.5) with
        {
            Faults = [new SplitFault(new() { Places = [2], At = Seconds(100.5), For = Seconds(300) })],
        });

        var isSafe = least > 0;
        Assert.Equal(isSafe ? Outcome.BudgetSpent : Outcome.Diverged, record.Outcome);
        if (isSafe)
            AssertClose(Mean(Targets(7)), record.Estimate, 0.05);
    }

    [Fact]
    public void Refuses_graphs_that_change_or_take_weight_and_give_none_back()
    {
        var changing = Graph(new OnePeerExponentialTopology(new() { Nodes = 7 }));
        var oneWay = GraphOf(3, [(0, 1), (1, 0), (1, 2)]);

        Assert.Single(Method(Step(0.1)).Errors(new(7, changing, null, null, 0)));
        Assert.Single(Method(Step(0.1)).Errors(new(3, oneWay, null, null, 0)));
        Assert.Empty(Method(Step(0.1)).Errors(new(7, Uneven, null, null, 0)));
    }

    /// <summary>
    /// At each instant, the sum of all x_i and of what is given and not taken, and the norm of the latter; the last z_i.
    /// </summary>
    [Diagnostic("masses")]
    sealed class Masses() : Diagnostic(new MetricOptions())
    {
        public List<(double[] Sum, double Away)> All { get; } = [];

        public double[][] Z { get; private set; } = [];

        public override IReadOnlyList<string> Metrics(RunPlan plan) => [];

        public override void Evaluate(DiagnosticCut cut, Action<string, double> metric)
        {
            double[][] All(string vector) => [.. Enumerable.Range(0, cut.Agents).Select(i =>
            {
                var x = new double[cut.Estimate.Length];
                cut.Read("node", vector, i, x);
                return x;
            })];
            var away = new double[cut.Estimate.Length];
            foreach (var (i, given) in All("given").Index())
                Axpy(Uneven.OutDegree(i), given, away);
            foreach (var taken in All("taken"))
                Axpy(-1, taken, away);
            var sum = (double[])away.Clone();
            foreach (var x in All("x"))
                Axpy(1, x, sum);
            this.All.Add((sum, Math.Sqrt(away.Sum(a => a * a))));
            Z = All("z");
        }
    }
}
