using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

public class SgpTests
{
    // In- and out-degrees differ, and no two edges go both ways.
    static readonly Topology Uneven = GraphOf(7, [
        (0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 0), (0, 3), (0, 5), (2, 6), (4, 1), (5, 1),
    ]);

    static readonly Topology OnePeer = Graph(new OnePeerExponentialTopology(new() { Nodes = 7 }));

    static Topology GraphOf(int nodes, (int From, int To)[] edges)
    {
        var builder = new TopologyBuilder(nodes, symmetric: false, edges.Length);
        foreach (var (from, to) in edges)
            builder.Add(from, to);
        return builder.Build("test");
    }

    static Sgp Method(StepSchedule step, long? iterations = null) =>
        new(new() { Step = step, Iterations = iterations });

    static RunPlan On(Topology graph, Sgp method, Problem problem, double time = 10_000) =>
        PlanOf(method, problem, time) with { Topology = graph, Mixing = null };

    [Fact]
    public void Nodes_of_any_directed_graph_go_to_their_mean()
    {
        var ring = Graph(new RingTopology(new() { Nodes = 7, Directed = true }));
        foreach (var graph in (Topology[])[Uneven, OnePeer, ring])
        {
            // The first step takes each node to its own target; then there are none.
            var record = Simulator.Run(On(graph, Method(FirstOnly, 400), QuadraticOf(Targets(7))));

            AssertClose(Mean(Targets(7)), record.Estimate, 1e-13);
            Assert.Equal(0, record.Metric("consensus-distance")[^1], 1e-26);
        }
    }

    [Fact]
    public void On_the_directed_ring_they_do_so_at_the_rate_of_its_second_eigenvalue()
    {
        var ring = Graph(new RingTopology(new() { Nodes = 8, Directed = true }));
        var plan = On(ring, Method(FirstOnly), QuadraticOf(Targets(8)), 90.5);
        var distances = Simulator.Run(plan with { SampleEvery = Seconds(1) }).Metric("consensus-distance");

        // The eigenvalues of (I + shift) / 2 are (1 + e^it) / 2, of modulus cos(t / 2), t = 2 pi / 8 for the second.
        var modulus = Math.Cos(Math.PI / 8);
        Assert.Equal(modulus * modulus, distances[80] / distances[79], 1e-6);
    }

    [Fact]
    public void Averaging_keeps_the_sum_of_the_points_and_weights_add_up_to_the_number_of_nodes()
    {
        var sums = Mean(Targets(7)).Select(m => 7 * m).ToArray();
        foreach (var graph in (Topology[])[Uneven, OnePeer])
        {
            var probe = new Sums();
            var plan = On(graph, Method(FirstOnly), QuadraticOf(Targets(7)), 30.5);
            Simulator.Run(plan with { Diagnostics = [probe], SampleEvery = Seconds(1) });

            // Links take no time: between sampling instants nothing is under way. The first step is at 1 s.
            Assert.Equal(32, probe.X.Count);
            Assert.All(probe.X.Skip(2), x => AssertClose(sums, x, 1e-12));
            Assert.All(probe.Weights.Skip(2), w => Assert.Equal(7, w.Sum(), 1e-12));
        }
    }

    [Fact]
    public void Weights_differ_where_degrees_do_and_are_one_elsewhere()
    {
        double[] WeightsOn(Topology graph)
        {
            var probe = new Sums();
            Simulator.Run(On(graph, Method(FirstOnly, 300), QuadraticOf(Targets(7))) with { Diagnostics = [probe] });
            return probe.Weights[^1];
        }
        Assert.All(WeightsOn(OnePeer), w => Assert.Equal(1, w, 1e-13));

        // They go to the eigenvector of eigenvalue 1 of the shares, here by powers.
        var w = Enumerable.Repeat(1.0, 7).ToArray();
        for (var k = 0; k < 1000; k++)
            w = Pushed(Uneven, [.. w.Select(a => (double[])[a])]).Select(row => row[0]).ToArray();
        Assert.InRange(w.Max() / w.Min(), 1.5, 100);
        AssertClose(w, WeightsOn(Uneven), 1e-12);
    }

    static double[][] Pushed(Topology phase, double[][] rows)
    {
        double Share(int j) => 1.0 / (1 + phase.OutDegree(j));
        return [.. rows.Select((row, i) => row.Select((value, c) => (Share(i) * value)
            + phase.InNeighbours(i).ToArray().Sum(j => Share(j) * rows[j][c])).ToArray())];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_does_what_a_plain_loop_does_with_the_same_draws(bool changes)
    {
        const int n = 7, iterations = 9;
        var problem = QuadraticOf(Targets(n), noise: 1, curvature: 0.7);
        var graph = changes ? OnePeer : Uneven;
        var plan = On(graph, Method(new PowerSchedule(new() { Scale = 0.5, Exponent = 0.5 }), iterations), problem)
            .WithJitter(0.1, 3).WithDelay(new ShiftedExponential(new() { Shift = 0.1, Mean = 1 }));
        var probe = new Sums();
        Simulator.Run(plan with { Diagnostics = [probe] });

        double[][] x = [.. Enumerable.Range(0, n).Select(_ => new double[3])];
        double[][] w = [.. x.Select(_ => (double[])[1])];
        var z = x.Select(p => (double[])p.Clone()).ToArray();
        for (var k = 0; k < iterations; k++)
        {
            for (var i = 0; i < n; i++)
                Axpy(-0.5 / Math.Sqrt(k + 1), Gradient(problem, i, z[i], i, k), x[i]);
            (x, w) = (Pushed(graph.PhaseAt(k), x), Pushed(graph.PhaseAt(k), w));
            z = [.. x.Select((p, i) => p.Select(value => value / w[i][0]).ToArray())];
        }
        for (var i = 0; i < n; i++)
            AssertClose(z[i], probe.Z[i], 1e-12);
        Assert.True(changes || w.Max(v => v[0]) > 1.2);
    }

    [Fact]
    public void Where_degrees_are_equal_it_is_d_sgd_that_adapts_and_then_combines()
    {
        var graph = Graph(new ExponentialTopology(new() { Nodes = 7 }));
        var problem = QuadraticOf(Targets(7), noise: 1);
        foreach (var optimizer in (Optimizer[])[new Sgd(), new Nesterov(new())])
        {
            var dsgd = new DSgd(new()
            {
                Step = Step(0.1), Variant = DSgd.Order.Atc, Iterations = 20, Optimizer = optimizer,
            });
            var expected = Simulator.Run(
                PlanOf(dsgd, problem, 100) with { Topology = graph, Mixing = new UniformMixing().Schedule(graph) });
            var record = Simulator.Run(
                On(graph, new Sgp(new() { Step = Step(0.1), Iterations = 20, Optimizer = optimizer }), problem));

            AssertClose(expected.Estimate, record.Estimate, 1e-13);
            Assert.Equal(expected.Metric("consensus-distance")[^1], record.Metric("consensus-distance")[^1], 1e-12);
        }
    }

    [Fact]
    public void It_minimizes_the_mean_loss_where_d_sgd_minimizes_a_weighted_one()
    {
        var (problem, mean) = (QuadraticOf(Targets(7)), Mean(Targets(7)));
        var step = new PowerSchedule(new() { Scale = 0.5, Exponent = 1 });
        var record = Simulator.Run(On(Uneven, Method(step, 3000), problem));
        var dsgd = new DSgd(new() { Step = step, Iterations = 3000, Variant = DSgd.Order.Atc });
        var weighted = Simulator.Run(PlanOf(dsgd, problem, 10_000) with
        {
            Topology = Uneven,
            Mixing = new UniformMixing().Schedule(Uneven),
        });

        AssertClose(mean, record.Estimate, 0.005);
        Assert.Contains(Enumerable.Range(0, 3), k => Math.Abs(weighted.Estimate[k] - mean[k]) > 0.1);
    }

    [Fact]
    public void A_message_carries_a_vector_and_a_number()
    {
        var record = Simulator.Run(On(Uneven, Method(Step(0.1), 5), QuadraticOf(Targets(7, 4))));

        Assert.Equal(5 * Uneven.Edges, record.Counts.Messages);
        Assert.Equal(5 * Uneven.Edges * (4 + 1) * sizeof(double), record.Counts.Bytes);
    }

    [Fact]
    public void Neither_the_order_of_messages_nor_a_lead_of_neighbours_changes_a_bit()
    {
        var plan = On(Uneven, Method(Step(0.2), 30), QuadraticOf(Targets(7)));
        var expected = Simulator.Run(plan).Estimate;

        Assert.Equal(expected, Simulator.Run(plan.WithSpeeds(1, 1, 1, 1, 1, 1, 40)).Estimate);
        var jittered = plan.WithDelay(new ShiftedExponential(new() { Shift = 0.1, Mean = 3 }));
        Assert.Equal(expected, Simulator.Run(jittered).Estimate);
        var doubled = Simulator.Run(jittered with { Faults = [new DuplicateFault(new() { Probability = 0.5 })] });
        Assert.True(doubled.Counts.Duplicated > 100);
        Assert.Equal(expected, doubled.Estimate);
    }

    [Fact]
    public void A_lost_message_ends_in_a_stall_that_names_it()
    {
        var plan = On(Uneven, Method(Step(0.1)), QuadraticOf(Targets(7)));
        var record = Simulator.Run(plan with { Faults = [new DropFault(new() { Probability = 0.02 })] });

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("'push'", record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_within_a_computation_is_made_up_for()
    {
        var plan = On(Uneven, Method(Step(0.1), 30), QuadraticOf(Targets(7)));
        var record = Simulator.Run(plan with
        {
            Faults = [new CrashFault(new() { Place = 4, At = Seconds(10.5), For = Seconds(0.25) })],
        });

        Assert.Equal(Outcome.Completed, record.Outcome);
        Assert.Equal(30_750_000_000, record.VirtualTime); // 10.5 + 0.25 + 1 + 19
        Assert.Equal(Simulator.Run(plan).Estimate, record.Estimate);
    }

    [Fact]
    public void Refuses_a_graph_on_which_a_lead_has_no_bound()
    {
        var graph = GraphOf(3, [(0, 1), (1, 0), (1, 2)]);

        Assert.Single(Method(Step(0.1)).Errors(new(3, graph, null, null, 0)));
        Assert.Empty(Method(Step(0.1)).Errors(new(7, Uneven, null, null, 0)));
    }

    /// <summary>The sum of all x_i, and the w_i, which are x_i / z_i, at each instant; the last z_i.</summary>
    [Diagnostic("sums")]
    sealed class Sums() : Diagnostic(new MetricOptions())
    {
        public List<double[]> X { get; } = [];

        public List<double[]> Weights { get; } = [];

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
            var x = All("x");
            Z = All("z");
            X.Add([.. Enumerable.Range(0, x[0].Length).Select(k => x.Sum(row => row[k]))]);
            // The coordinate that is farthest from 0.
            var farthest = Z.Select(z => Array.FindIndex(z, v => Math.Abs(v) == z.Max(Math.Abs))).ToArray();
            Weights.Add([.. x.Select((row, i) => row[farthest[i]] / Z[i][farthest[i]])]);
        }
    }
}
