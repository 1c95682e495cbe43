using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Tests.Support;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

public class DSgdTests
{
    static DSgd Method(StepSchedule step, DSgd.Order variant = DSgd.Order.Awc, long? iterations = null) =>
        new(new() { Step = step, Variant = variant, Iterations = iterations });

    [Fact]
    public void Adapt_then_combine_on_the_complete_graph_is_minibatch_sgd()
    {
        var problem = QuadraticOf(Targets(6), noise: 1, curvature: 0.7);
        var record = Simulator.Run(PlanOf(
            Method(Step(0.3), DSgd.Order.Atc, 12), problem, 100, Complete(6)));
        var minibatch = Simulator.Run(PlanOf(new MinibatchSgd(new() { Step = Step(0.3) }), problem, 12.5));

        Assert.Equal(Outcome.Completed, record.Outcome);
        Assert.Equal(12, minibatch.Counts.Updates);
        AssertClose(minibatch.Estimate, record.Estimate, 1e-12);
        Assert.Equal(0, record.Metric("consensus-distance")[^1], 1e-24);
    }

    [Fact]
    public void Adapt_while_communicate_stays_one_local_step_apart_but_its_mean_is_minibatch_sgd()
    {
        var targets = Targets(6);
        var problem = QuadraticOf(targets);
        var record = Simulator.Run(PlanOf(
            Method(Step(0.25), iterations: 9), problem, 100, Complete(6)));
        var mean = Mean(targets);
        var spread = targets.Average(t => t.Zip(mean, (a, b) => (a - b) * (a - b)).Sum());

        // Mean: x := x - eta (x - c), from 0. On the complete graph x_i - mean = -eta (g_i - mean g) of one step.
        AssertClose([.. mean.Select(c => c * (1 - Math.Pow(0.75, 9)))], record.Estimate, 1e-12);
        // g_i - mean g = x_i - mean x - (c_i - mean c): a geometric sum of deviations.
        var factor = Enumerable.Range(0, 9).Aggregate(0.0, (d, _) => 0.25 * (1 - d));
        Assert.Equal(factor * factor * spread, record.Metric("consensus-distance")[^1], 1e-12);
    }

    [Theory]
    [InlineData(DSgd.Order.Awc)]
    [InlineData(DSgd.Order.Atc)]
    public void Without_steps_nodes_go_to_their_mean_at_the_rate_of_the_second_eigenvalue(DSgd.Order variant)
    {
        const int n = 8;
        var targets = Targets(n);
        var plan = PlanOf(Method(FirstOnly, variant), QuadraticOf(targets), 60.5, Ring(n));
        var record = Simulator.Run(plan with { SampleEvery = Seconds(1) });
        var distances = record.Metric("consensus-distance");

        var lambda = (1 + (2 * Math.Cos(2 * Math.PI / n))) / 3;
        Assert.Equal(lambda * lambda, distances[50] / distances[49], 1e-6);
        AssertClose(Mean(targets), record.Estimate, 1e-13);
    }

    [Theory]
    [InlineData(DSgd.Order.Awc, 0.01474)]
    [InlineData(DSgd.Order.Atc, 0.00684)]
    public void On_the_ring_of_sixteen_nodes_differ_as_much_as_theory_says(DSgd.Order variant, double diversity)
    {
        const int d = 200, iterations = 400;
        var problem = QuadraticOf([.. Enumerable.Repeat(new double[d], 16)], noise: 1);
        var plan = PlanOf(Method(Step(0.1), variant), problem, iterations + 0.5, Ring(16));
        var distances = Simulator.Run(plan with { SampleEvery = Seconds(1) }).Metric("consensus-distance");

        // 200 independent coordinates, 350 correlated instants: a standard error of about 0.5 %.
        Assert.Equal(1, distances.Skip(50).Average() / d / diversity, 0.02);
    }

    // Along an eigenvector of W with eigenvalue lambda, and with noise e, deviations z obey
    //   awc: z := (lambda - eta a) z - eta e,   atc: z := lambda ((1 - eta a) z - eta e),
    //   cta: z := (1 - eta a) lambda z - eta e.
    [Theory]
    [InlineData(DSgd.Order.Awc)]
    [InlineData(DSgd.Order.Atc)]
    [InlineData(DSgd.Order.Cta)]
    public void Completed_iterates_are_as_far_apart_as_theory_says_whenever_one_looks(DSgd.Order variant)
    {
        const int n = 16, d = 200;
        const double eta = 0.1, a = 0.8;
        var expected = 0.0;
        for (var k = 1; k < n; k++)
        {
            var lambda = (1 + (2 * Math.Cos(2 * Math.PI * k / n))) / 3;
            var factor = variant == DSgd.Order.Awc ? lambda - (eta * a) : lambda * (1 - (eta * a));
            var gain = variant == DSgd.Order.Atc ? lambda * lambda : 1;
            expected += d * gain * eta * eta / (1 - (factor * factor)) / n;
        }
        var problem = QuadraticOf([.. Enumerable.Repeat(new double[d], n)], noise: 1, curvature: a);
        // Gradients and messages take 1 s each: an iteration of atc and cta takes 2 s, one of awc 1 s.
        var plan = PlanOf(Method(Step(eta), variant), problem, 900, Ring(n)).WithDelay(1) with { SampleEvery = Seconds(0.25) };
        foreach (var hooks in (RunHooks[])[new(), SameRuns.OneByOne])
        {
            var distances = Simulator.Run(plan, hooks).Metric("consensus-distance");
            for (var phase = 0; phase < 8; phase++)
            {
                var mean = distances.Where((_, i) => i >= 400 && i % 8 == phase).Average();
                Assert.True(Math.Abs((mean / expected) - 1) < 0.03, $"phase {phase / 4.0} s: {mean / expected}");
            }
        }
    }

    [Theory]
    [InlineData(DSgd.Order.Awc)]
    [InlineData(DSgd.Order.Atc)]
    [InlineData(DSgd.Order.Cta)]
    public void A_run_that_ends_amid_an_iteration_ends_with_the_last_completed_one(DSgd.Order variant)
    {
        const int n = 7;
        var problem = QuadraticOf(Targets(n), noise: 0.5);
        var plan = PlanOf(Method(Step(0.2), variant), problem, 1, Ring(n)).WithDelay(1);
        var duration = variant == DSgd.Order.Awc ? 1 : 2;
        var whole = Simulator.Run(plan with
        {
            Method = Method(Step(0.2), variant, 5),
            Stop = new StopRules { Time = Seconds(100) },
        });
        foreach (var rest in (double[])[0.25, 0.5, 0.75])
        {
            var cut = Simulator.Run(plan with { Stop = new StopRules { Time = Seconds(duration * (5 + rest)) } });
            Assert.Equal(whole.Estimate, cut.Estimate);
            Assert.Equal(whole.Metric("consensus-distance")[^1], cut.Metric("consensus-distance")[^1]);
        }
    }

    [Theory]
    [InlineData(DSgd.Order.Awc)]
    [InlineData(DSgd.Order.Atc)]
    public void Times_with_constant_durations_are_a_max_plus_recursion(DSgd.Order variant)
    {
        const int n = 7, iterations = 25;
        double[] speeds = [1, 3, 1.25, 1.5, 2, 1, 1.75];
        static double Delay(int from, int to) => 0.0625 * (((from * 5) + (to * 3)) % 11);
        var graph = Graph(new WattsStrogatzTopology(new() { Nodes = n, Neighbours = 4, Rewiring = 0.3 }));
        var plan = PlanOf(
            Method(Step(0.1), variant, iterations), QuadraticOf(Targets(n)), 1000, graph);
        var record = Simulator.Run(plan.WithSpeeds(speeds) with
        {
            Links = new LinkModel(new TableDelay(Delay)),
            LogUpdates = true,
        });

        var times = new double[n];
        for (var k = 0; k < iterations; k++)
        {
            var next = new double[n];
            for (var i = 0; i < n; i++)
            {
                next[i] = times[i] + speeds[i];
                foreach (var j in graph.InNeighbours(i))
                    next[i] = Math.Max(next[i], times[j] + (variant == DSgd.Order.Atc ? speeds[j] : 0) + Delay(j, i));
            }
            times = next;
            for (var i = 0; i < n; i++)
                Assert.Equal((long)(times[i] * 1e9), record.UpdateLog.Single(u => u.Agent == i && u.Version == k).Time);
        }
        Assert.Equal(Outcome.Completed, record.Outcome);
        Assert.Equal(n * iterations, record.Counts.Updates);
        Assert.Equal(0, record.Staleness.Max);
    }

    [Fact]
    public void The_one_peer_exponential_graph_averages_exactly_in_log_n_iterations()
    {
        var targets = Targets(16);
        var graph = Graph(new OnePeerExponentialTopology(new() { Nodes = 16 }));
        var record = Simulator.Run(PlanOf(
            Method(FirstOnly, iterations: 1 + 4), QuadraticOf(targets), 100, graph).WithJitter(0.1, 5));

        Assert.Equal(Outcome.Completed, record.Outcome);
        Assert.Equal(0, record.Metric("consensus-distance")[^1], 1e-28);
        AssertClose(Mean(targets), record.Estimate, 1e-14);
    }

    [Fact]
    public void Neighbours_that_run_far_ahead_lose_nothing()
    {
        // A directed ring with one slow node: its predecessor is up to n - 1 iterations ahead.
        double[] speeds = [1, 1, 1, 1, 1, 1, 40];
        var targets = Targets(7);
        RunPlan Plan(double[] factors) => PlanOf(
            Method(Step(0.2), iterations: 30), QuadraticOf(targets), 5000,
            Graph(new RingTopology(new() { Nodes = 7, Directed = true }))).WithSpeeds(factors);
        var record = Simulator.Run(Plan(speeds));

        Assert.Equal(Outcome.Completed, record.Outcome);
        Assert.Equal(Simulator.Run(Plan([1, 1, 1, 1, 1, 1, 1])).Estimate, record.Estimate);
    }

    [Theory]
    [InlineData(DSgd.Order.Awc)]
    [InlineData(DSgd.Order.Cta)]
    public void Duplicates_change_nothing(DSgd.Order variant)
    {
        var plan = PlanOf(
            Method(Step(0.2), variant, iterations: 40), QuadraticOf(Targets(9)), 1000, Ring(9))
            .WithDelay(new ShiftedExponential(new() { Shift = 0.1, Mean = 1 }));
        var plain = Simulator.Run(plan);
        var doubled = Simulator.Run(plan with { Faults = [new DuplicateFault(new() { Probability = 0.5 })] });

        Assert.True(doubled.Counts.Duplicated > 100);
        Assert.Equal(Outcome.Completed, doubled.Outcome);
        Assert.Equal(plain.Estimate, doubled.Estimate);
    }

    [Theory]
    [InlineData(DSgd.Order.Awc)]
    [InlineData(DSgd.Order.Cta)]
    public void A_lost_message_ends_in_a_stall_that_names_it(DSgd.Order variant)
    {
        var plan = PlanOf(
            Method(Step(0.1), variant), QuadraticOf(Targets(9)), 1000, Ring(9));
        var record = Simulator.Run(plan with { Faults = [new DropFault(new() { Probability = 0.02 })] });

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("'state'", record.Reason, StringComparison.Ordinal);
        Assert.Contains("lost at", record.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DSgd.Order.Awc)]
    [InlineData(DSgd.Order.Cta)]
    public void A_crash_within_a_computation_is_made_up_for(DSgd.Order variant)
    {
        // Its neighbours' messages came before the crash, so nothing is lost but time.
        var plan = PlanOf(
            Method(Step(0.1), variant, iterations: 30), QuadraticOf(Targets(9)), 1000, Ring(9));
        var record = Simulator.Run(plan with { Faults = [new CrashFault(new() { Place = 4, At = Seconds(10.5), For = Seconds(0.25) })] });

        Assert.Equal(Outcome.Completed, record.Outcome);
        Assert.Equal(30_750_000_000, record.VirtualTime); // 10.5 + 0.25 + 1 + 19
        Assert.Equal(Simulator.Run(plan).Estimate, record.Estimate);
    }

    [Fact]
    public void A_node_without_neighbours_goes_on_alone()
    {
        var record = Simulator.Run(PlanOf(
            Method(Step(0.5), iterations: 4), QuadraticOf([[16.0]]), 100, Ring(1)));

        Assert.Equal([15.0], record.Estimate);
        Assert.Equal(4_000_000_000, record.VirtualTime);
    }

    [Theory]
    [InlineData(DSgd.Order.Awc)]
    [InlineData(DSgd.Order.Atc)]
    [InlineData(DSgd.Order.Cta)]
    public void Partitions_keep_the_hash(DSgd.Order variant)
    {
        var plan = PlanOf(
            Method(Step(0.1), variant), QuadraticOf(Targets(12), 0.1), 20.5, Ring(12))
            .WithDelay(0.5);
        var one = Simulator.Run(plan with { Partitions = 1 });

        foreach (var partitions in new[] { 2, 3, 7, 12 })
            Assert.Equal(one.Hash, Simulator.Run(plan with { Partitions = partitions, ForcePartitions = true }).Hash);
    }

    [Fact]
    public void Refuses_a_graph_on_which_a_lead_has_no_bound()
    {
        var edges = new TopologyBuilder(3, symmetric: false, 3);
        foreach (var (from, to) in new[] { (0, 1), (1, 0), (1, 2) })
            edges.Add(from, to);

        Assert.Single(Method(Step(0.1)).Errors(new(3, edges.Build("test"), null, null, 0)));
        Assert.Empty(Method(Step(0.1)).Errors(new(9, Ring(9), null, null, 0)));
    }

    [Fact]
    public void Warns_of_a_step_beyond_two_over_the_smoothness()
    {
        Assert.Single(Method(Step(0.3)).Warnings(new(9, null, null, 10, 0)));
        Assert.Empty(Method(Step(0.1)).Warnings(new(9, null, null, 10, 0)));
    }

    [Fact]
    public void Warns_of_a_step_at_which_only_this_variant_diverges()
    {
        // The ring of 16: lambda_min = -1/3, so awc is stable up to eta L = 2/3; a run shows it.
        var ring = Ring(16);
        var context = new MethodContext(16, ring, new MetropolisHastingsMixing().Schedule(ring), 1, 0);
        var problem = QuadraticOf(Targets(16));
        double Spread(double step, DSgd.Order variant) =>
            Simulator.Run(PlanOf(Method(Step(step), variant), problem, 300.5, ring)).Metric("consensus-distance")[^1];

        Assert.Empty(Method(Step(0.65)).Warnings(context));
        Assert.Single(Method(Step(0.69)).Warnings(context));
        Assert.Empty(Method(Step(0.69), DSgd.Order.Atc).Warnings(context));
        Assert.InRange(Spread(0.65, DSgd.Order.Awc), 0, 10);
        Assert.InRange(Spread(0.69, DSgd.Order.Awc), 1e3, double.MaxValue);
        Assert.InRange(Spread(0.69, DSgd.Order.Atc), 0, 10);
    }
}
