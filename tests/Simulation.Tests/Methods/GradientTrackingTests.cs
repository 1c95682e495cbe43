using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

public class GradientTrackingTests
{
    static readonly Topology Directed = Graph(new ExponentialTopology(new() { Nodes = 9 }));

    static GradientTracking Method(double step, long? iterations = null) =>
        new(new() { Step = Step(step), Iterations = iterations });

    static RunPlan On(Topology graph, Method method, Problem problem, double time = 10_000) =>
        PlanOf(method, problem, time) with { Topology = graph, Mixing = new UniformMixing().Schedule(graph) };

    [Fact]
    public void It_is_gradient_descent_for_the_mean_point_of_equal_curvatures()
    {
        // Then the mean of the gradients is the gradient at the mean: x := x - eta h (x - c), from 0.
        var targets = Targets(9);
        foreach (var graph in (Topology[])[Complete(9), Ring(9), Directed])
        {
            var record = Simulator.Run(On(graph, Method(0.25, 11), QuadraticOf(targets, curvature: 0.5)));

            Assert.Equal(Outcome.Completed, record.Outcome);
            Assert.Equal(9 * 11, record.Counts.Updates);
            AssertClose([.. Mean(targets).Select(c => c * (1 - Math.Pow(0.875, 11)))], record.Estimate, 1e-13);
        }
    }

    [Fact]
    public void Nodes_that_differ_in_curvature_go_to_the_minimum_of_the_sum_where_d_sgd_does_not()
    {
        var problem = new Bowls(9);
        var onePeer = Graph(new OnePeerExponentialTopology(new() { Nodes = 9 }));
        foreach (var graph in (Topology[])[Ring(9), Directed, onePeer])
        {
            var tracked = Simulator.Run(On(graph, Method(0.05, 2000), problem));
            var plain = Simulator.Run(On(graph, new DSgd(new() { Step = Step(0.05), Iterations = 2000 }), problem));

            AssertClose(problem.Minimum, tracked.Estimate, 1e-12);
            Assert.Equal(0, tracked.Metric("consensus-distance")[^1], 1e-24);
            Assert.True(Math.Abs(plain.Estimate[0] - problem.Minimum[0]) > 1e-3);
            Assert.True(plain.Metric("consensus-distance")[^1] > 1e-3);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_does_what_a_plain_loop_does_with_the_same_draws(bool changes)
    {
        const int n = 9, iterations = 7;
        var problem = QuadraticOf(Targets(n), noise: 1, curvature: 0.7);
        var graph = changes ? Graph(new OnePeerExponentialTopology(new() { Nodes = n })) : Directed;
        var plan = On(graph, Method(0.3, iterations), problem).WithJitter(0.1, 3)
            .WithDelay(new ShiftedExponential(new() { Shift = 0.1, Mean = 1 }));
        var probe = new Trackers(n);
        Simulator.Run(plan with { Diagnostics = [probe] });

        double[][] x = [.. Enumerable.Range(0, n).Select(_ => new double[3])];
        double[][] g = [.. x.Select((p, i) => Gradient(problem, i, p, i))];
        double[][] y = [.. g.Select(p => (double[])p.Clone())];
        for (var k = 0; k < iterations; k++)
        {
            var w = plan.Mixing!.At(k).ToDense();
            double[][] Mixed(double[][] rows) => [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, 3)
                .Select(c => Enumerable.Range(0, n).Sum(j => w[i, j] * rows[j][c])).ToArray())];
            var (next, trackers) = (Mixed(x), Mixed(y));
            for (var i = 0; i < n; i++)
            {
                Axpy(-0.3, y[i], next[i]);
                Axpy(-1, g[i], trackers[i]);
                // After the last iteration no gradient is computed any more.
                g[i] = k < iterations - 1 ? Gradient(problem, i, next[i], i, k + 1) : new double[3];
                Axpy(1, g[i], trackers[i]);
            }
            (x, y) = (next, trackers);
        }
        for (var i = 0; i < n; i++)
        {
            AssertClose(x[i], probe.X[i], 1e-12);
            AssertClose(y[i], probe.Y[i], 1e-12);
        }
    }

    [Fact]
    public void The_trackers_add_up_to_the_gradients_in_every_iteration()
    {
        // A gradient takes 1 s, a message 1 s; one looks while messages are under way, after iterations 0, 1, ....
        foreach (var graph in (Topology[])[Ring(9), Directed])
        {
            var probe = new Trackers(9);
            var plan = On(graph, Method(0.2), QuadraticOf(Targets(9), noise: 1), 60.5).WithDelay(1);
            Simulator.Run(plan with { Diagnostics = [probe], SampleEvery = Seconds(0.5) });

            Assert.Equal(30, probe.Sums.Count);
            Assert.All(probe.Sums, s => AssertClose(s.Gradients, s.Trackers, 1e-12));
            Assert.Equal(30, probe.Sums.Select(s => s.Gradients[0]).Distinct().Count());
        }
    }

    [Fact]
    public void Iterations_take_as_long_as_waiting_for_neighbours_and_then_computing()
    {
        const int n = 6, iterations = 12;
        double[] speeds = [1, 1, 3, 1, 0.5, 1];
        static double Delay(int from, int to) => from == 1 ? 2.5 : to == 4 ? 0.25 : 1;
        var plan = PlanOf(Method(0.1, iterations), QuadraticOf(Targets(n)), 1000, Ring(n)).WithSpeeds(speeds);
        var record = Simulator.Run(plan with { Links = new(new TableDelay(Delay)), LogUpdates = true });

        // sent_i(k) is when the gradient of iteration k is there; the iteration ends when all have come.
        var sent = speeds;
        for (var k = 0; k < iterations; k++)
        {
            var ended = (double[])sent.Clone();
            for (var i = 0; i < n; i++)
            {
                foreach (var j in Ring(n).InNeighbours(i))
                    ended[i] = Math.Max(ended[i], sent[j] + Delay(j, i));
                Assert.Equal((long)(ended[i] * 1e9), record.UpdateLog.Single(u => u.Agent == i && u.Version == k).Time);
            }
            sent = [.. ended.Select((t, i) => t + speeds[i])];
        }
        Assert.Equal(0, record.Staleness.Max);
    }

    [Fact]
    public void A_message_carries_two_vectors()
    {
        var record = Simulator.Run(On(Directed, Method(0.1, 5), QuadraticOf(Targets(9, 4))));

        Assert.Equal(5 * Directed.Edges, record.Counts.Messages);
        Assert.Equal(5 * Directed.Edges * 2 * 4 * sizeof(double), record.Counts.Bytes);
    }

    [Fact]
    public void Neighbours_that_run_far_ahead_lose_nothing()
    {
        var ring = Graph(new RingTopology(new() { Nodes = 7, Directed = true }));
        var plan = On(ring, Method(0.2, 30), QuadraticOf(Targets(7)));
        var record = Simulator.Run(plan.WithSpeeds(1, 1, 1, 1, 1, 1, 40));

        Assert.Equal(Outcome.Completed, record.Outcome);
        Assert.Equal(Simulator.Run(plan).Estimate, record.Estimate);
    }

    [Fact]
    public void Duplicates_change_nothing()
    {
        var plan = On(Directed, Method(0.2, 40), QuadraticOf(Targets(9)))
            .WithDelay(new ShiftedExponential(new() { Shift = 0.1, Mean = 1 }));
        var doubled = Simulator.Run(plan with { Faults = [new DuplicateFault(new() { Probability = 0.5 })] });

        Assert.True(doubled.Counts.Duplicated > 100);
        Assert.Equal(Simulator.Run(plan).Estimate, doubled.Estimate);
    }

    [Fact]
    public void A_lost_message_ends_in_a_stall_that_names_it()
    {
        var plan = PlanOf(Method(0.1), QuadraticOf(Targets(9)), 1000, Ring(9));
        var record = Simulator.Run(plan with { Faults = [new DropFault(new() { Probability = 0.02 })] });

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("'state'", record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_within_a_computation_is_made_up_for()
    {
        var plan = PlanOf(Method(0.1, 30), QuadraticOf(Targets(9)), 1000, Ring(9));
        var record = Simulator.Run(plan with
        {
            Faults = [new CrashFault(new() { Place = 4, At = Seconds(10.5), For = Seconds(0.25) })],
        });

        Assert.Equal(Outcome.Completed, record.Outcome);
        Assert.Equal(30_750_000_000, record.VirtualTime); // 10.5 + 0.25 + 1 + 19
        Assert.Equal(Simulator.Run(plan).Estimate, record.Estimate);
    }

    [Fact]
    public void Refuses_weights_whose_columns_do_not_sum_to_one_and_graphs_without_a_bound_on_leads()
    {
        string[] ErrorsOf(Topology graph) => [.. Method(0.1).Errors(
            new(graph.Nodes, graph, new UniformMixing().Schedule(graph), null, 0))];
        var star = Graph(new StarTopology(new() { Nodes = 5 }));
        var edges = new TopologyBuilder(3, symmetric: false, 3);
        foreach (var (from, to) in new[] { (0, 1), (1, 0), (1, 2) })
            edges.Add(from, to);

        Assert.Empty(ErrorsOf(Directed));
        Assert.Contains("columns", Assert.Single(ErrorsOf(star)), StringComparison.Ordinal);
        Assert.Equal(2, ErrorsOf(edges.Build("test")).Length);
    }

    /// <summary>What trackers and gradients add up to while messages are under way, and the last x and y.</summary>
    [Diagnostic("trackers")]
    sealed class Trackers(int nodes) : Diagnostic(new MetricOptions())
    {
        public List<(double[] Trackers, double[] Gradients)> Sums { get; } = [];

        public double[][] X { get; private set; } = [];

        public double[][] Y { get; private set; } = [];

        public override IReadOnlyList<string> Metrics(RunPlan plan) => [];

        public override void Evaluate(DiagnosticCut cut, Action<string, double> metric)
        {
            double[][] All(string vector) => [.. Enumerable.Range(0, nodes).Select(i =>
            {
                var x = new double[cut.Estimate.Length];
                cut.Read("node", vector, i, x);
                return x;
            })];
            (X, Y) = (All("x"), All("y"));
            double[] Sum(double[][] rows) => [.. Enumerable.Range(0, 3).Select(k => rows.Sum(r => r[k]))];
            if (cut.Time % 2 == 1.5)
                Sums.Add((Sum(Y), Sum(All("g"))));
        }
    }

    /// <summary>f_p(x) = (h_p / 2) (x - c_p)^2 in one dimension, h_p = 1 + p mod 3, c_p = p.</summary>
    sealed class Bowls(int places) : Problem
    {
        static double Curvature(int place) => 1 + (place % 3);

        public double[] Minimum { get; } = [Enumerable.Range(0, places).Sum(p => Curvature(p) * p)
            / Enumerable.Range(0, places).Sum(Curvature)];

        public override int Parameters => 1;

        public override int Places => places;

        public override IReadOnlyList<OracleForm> Oracles => [new(Oracle.Gradient, (in OracleCall<double> call) =>
            call.Output[0] = Curvature(call.Place) * (call.Input[0] - call.Place))];

        public override string Fingerprint => "bowls";

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
        {
            gradient.Clear();
            return 0;
        }
    }
}
