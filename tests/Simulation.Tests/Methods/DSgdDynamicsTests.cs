using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

/// <summary>D-SGD as average-direction SAM: what theory says about the spread of the nodes and what it does.</summary>
public class DSgdDynamicsTests
{
    static DSgd Method(
        double step, DSgd.Order variant = DSgd.Order.Awc, Optimizer? optimizer = null, long? iterations = null) => new(new()
        {
            Step = Step(step), Variant = variant, Optimizer = optimizer ?? new Sgd(), Iterations = iterations,
        });

    public static TheoryData<DSgd.Order, Optimizer> VariantsAndOptimizers =>
    [
        .. from variant in Enum.GetValues<DSgd.Order>()
           from optimizer in (Optimizer[])[new Sgd(), new Momentum(new()), new Adam(new()), new Lamb(new() { WeightDecay = 0.1 })]
           select new TheoryDataRow<DSgd.Order, Optimizer>(variant, optimizer),
    ];

    [Theory]
    [MemberData(nameof(VariantsAndOptimizers))]
    public void Is_the_plain_loop_over_iterations_on_a_graph_that_is_shuffled_anew_each_time(DSgd.Order variant, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        const int n = 8, iterations = 15, d = 3;
        var problem = QuadraticOf(Targets(n, d), noise: 0.3, curvature: 0.8);
        var graph = Graph(new ShuffledTopology(new() { Graph = new RingTopology(new() { Nodes = n }), Period = 6 }));
        var mixing = new MetropolisHastingsMixing().Schedule(graph);
        var plan = PlanOf(Method(0.1, variant, optimizer, iterations), problem, 100, graph).WithJitter(0.2, 3);
        var record = Simulator.Run(plan with { InitialPoint = [1, -2, 0.5] });

        double[][] x = [.. Enumerable.Range(0, n).Select(_ => new[] { 1, -2, 0.5 })];
        double[][] u = [.. x.Select(_ => new double[d])], v = [.. x.Select(_ => new double[d])];
        for (var k = 0; k < iterations; k++)
        {
            var w = mixing.At(k).ToDense();
            double[][] Mixed() => [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, d)
                .Select(c => Enumerable.Range(0, n).Sum(j => w[i, j] * x[j][c])).ToArray())];
            if (variant == DSgd.Order.Cta)
                x = Mixed();
            double[][] g = [.. x.Select((point, i) => Gradient(problem, i, point, i, k))];
            if (variant == DSgd.Order.Awc)
                x = Mixed();
            for (var i = 0; i < n; i++)
            {
                optimizer.Step(new()
                {
                    X = x[i], Gradient = g[i], State0 = u[i], State1 = v[i], Rate = 0.1, Number = k + 1, Blocks = problem.Blocks,
                });
            }
            if (variant == DSgd.Order.Atc)
                x = Mixed();
        }

        Assert.Equal(Outcome.Completed, record.Outcome);
        AssertClose(Mean(x), record.Estimate, 1e-12);
        var mean = Mean(x);
        Assert.Equal(
            x.Average(row => row.Zip(mean, (a, b) => (a - b) * (a - b)).Sum()), record.Metric("consensus-distance")[^1], 1e-12);
    }

    [Fact]
    public void Combine_then_adapt_waits_before_it_computes()
    {
        // Iterations of compute 1 after a delay of 0.5; awc hides the delay behind the computation.
        double End(DSgd.Order variant) => Simulator.Run(
            PlanOf(Method(0.1, variant, iterations: 10), QuadraticOf(Targets(6)), 100, Ring(6)).WithDelay(0.5)).VirtualTime / 1e9;

        Assert.Equal(15, End(DSgd.Order.Cta), 1e-6);
        Assert.Equal(10, End(DSgd.Order.Awc), 1e-6);
        Assert.Equal(15, End(DSgd.Order.Atc), 1e-6);
    }

    [Theory]
    [InlineData(DSgd.Order.Awc)]
    [InlineData(DSgd.Order.Atc)]
    public void On_a_common_quadratic_the_mean_is_minibatch_sgd_on_the_same_batches(DSgd.Order variant)
    {
        var problem = QuadraticOf(Targets(6), noise: 1, curvature: 0.9);
        var decentralized = Simulator.Run(PlanOf(Method(0.4, variant, iterations: 25), problem, 100, Ring(6)));
        var centralized = Simulator.Run(PlanOf(new MinibatchSgd(new() { Step = Step(0.4), Iterations = 25 }), problem, 100));

        Assert.Equal(25, centralized.Counts.Updates);
        Assert.True(decentralized.Metric("consensus-distance")[^1] > 0.01);
        AssertClose(centralized.Estimate, decentralized.Estimate, 1e-12);
    }

    [Fact]
    public void Of_quadratics_of_different_curvature_the_mean_leaves_by_their_covariance_with_the_spread()
    {
        // One step from given w_j: mean gradient - gradient at the mean = (1/m) sum (a_j - abar)(w_j - w_a).
        double[] curvatures = [1, 3, 0.5, 2], targets = [1, -2, 0.5, 4];
        var problem = new Bowls(curvatures, targets);
        double[] At(int iterations) => Simulator.Run(PlanOf(Method(0.1, iterations: iterations), problem, 100, Ring(4))).Estimate;

        // From 0, one step: w_j = 0.1 a_j c_j; then the mean moves by the mean gradient there.
        double[] w = [.. curvatures.Zip(targets, (a, c) => 0.1 * a * c)];
        double mean = w.Average(), abar = curvatures.Average();
        var atMean = curvatures.Zip(targets, (a, c) => a * (mean - c)).Average();
        var gap = curvatures.Zip(w, (a, x) => (a - abar) * (x - mean)).Average();

        Assert.Equal(mean, At(1)[0], 1e-14);
        Assert.True(Math.Abs(gap) > 0.1);
        Assert.Equal(mean - (0.1 * (atMean + gap)), At(2)[0], 1e-14);
    }

    [Theory]
    [InlineData("grid", DSgd.Order.Awc)]
    [InlineData("exponential", DSgd.Order.Awc)]
    [InlineData("exponential", DSgd.Order.Atc)]
    [InlineData("ring", DSgd.Order.Cta)]
    public void The_spread_on_a_quadratic_is_what_the_recursion_of_covariances_says(string name, DSgd.Order variant)
    {
        const int d = 200, n = 16;
        const double eta = 0.1;
        var graph = name switch
        {
            "grid" => Graph(new GridTopology(new() { Rows = 4, Columns = 4 })),
            "exponential" => Graph(new ExponentialTopology(new() { Nodes = n })),
            _ => Ring(n),
        };
        var problem = QuadraticOf([.. Enumerable.Repeat(new double[d], n)], noise: 1);
        var plan = PlanOf(Method(eta, variant), problem, 400.5, graph);
        var distances = Simulator.Run(plan with { SampleEvery = Seconds(1) }).Metric("consensus-distance");

        // The sum of all past noise, each as far as the iterations since have let it come; nothing is diagonalized.
        var w = plan.Mixing!.At(0).ToDense();
        double Expected()
        {
            // Entry (i, j): what unit noise at node j, t iterations ago, does to node i.
            var response = new double[n, n];
            for (var i = 0; i < n; i++)
                response[i, i] = eta;
            if (variant == DSgd.Order.Atc)
                response = Times(w, response);
            var total = 0.0;
            for (var t = 0; t < 2000; t++)
            {
                for (var source = 0; source < n; source++)
                {
                    var mean = Enumerable.Range(0, n).Average(i => response[i, source]);
                    total += Enumerable.Range(0, n).Sum(i => (response[i, source] - mean) * (response[i, source] - mean)) / n;
                }
                var mixed = Times(w, response);
                for (var i = 0; i < n; i++)
                {
                    for (var j = 0; j < n; j++)
                        response[i, j] = variant == DSgd.Order.Awc ? mixed[i, j] - (eta * response[i, j]) : mixed[i, j] * (1 - eta);
                }
            }
            return total;
        }

        Assert.Equal(1, distances.Skip(50).Average() / d / Expected(), 0.02);
    }

    static double[,] Times(double[,] a, double[,] b)
    {
        var n = a.GetLength(0);
        var product = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var k = 0; k < n; k++)
                    product[i, j] += a[i, k] * b[k, j];
            }
        }
        return product;
    }

    [Fact]
    public void On_the_complete_graph_nodes_stay_one_noisy_step_apart()
    {
        // AWC and W = 11^T/m: Xi = eta^2 s^2 (m-1)/m / (1 - (eta a)^2), here with eta a = 0.001.
        const int d = 200, m = 16;
        const double eta = 0.001;
        var problem = QuadraticOf([.. Enumerable.Repeat(new double[d], m)], noise: 1);
        var plan = PlanOf(Method(eta), problem, 300.5, Complete(m));
        var distances = Simulator.Run(plan with { SampleEvery = Seconds(1) }).Metric("consensus-distance");

        Assert.Equal(1, distances.Skip(5).Average() / d / (eta * eta * (m - 1) / m), 0.02);
    }

    public static TheoryData<string, DSgd.Order, Optimizer, double> Limits => new()
    {
        { "ring", DSgd.Order.Awc, new Sgd(), 2.0 / 3 },
        { "grid", DSgd.Order.Awc, new Sgd(), 0.5692 },
        { "ring", DSgd.Order.Atc, new Sgd(), 2 },
        { "ring", DSgd.Order.Cta, new Sgd(), 2 },
        { "lazy ring", DSgd.Order.Awc, new Sgd(), 4.0 / 3 },
        { "ring", DSgd.Order.Awc, new Momentum(new() { Beta = 0.5 }), 1 },
        { "ring", DSgd.Order.Atc, new Momentum(new() { Beta = 0.8 }), 0.8 },
        { "ring", DSgd.Order.Awc, new Nesterov(new() { Beta = 0.5 }), 0.5 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void Runs_diverge_above_the_stability_threshold_and_not_below(
        string name, DSgd.Order variant, Optimizer optimizer, double limit)
    {
        ArgumentNullException.ThrowIfNull(name);
        var graph = name == "grid" ? Graph(new GridTopology(new() { Rows = 4, Columns = 4 })) : Ring(16);
        var mixing = (name.StartsWith("lazy", StringComparison.Ordinal)
            ? (MixingRule)new LazyMixing(new()) : new MetropolisHastingsMixing()).Schedule(graph);
        var problem = QuadraticOf(Targets(16)); // curvature 1
        var factor = CurvatureOf(0.1) * 0.1;
        Assert.Equal(limit, factor, 1e-4);

        double CurvatureOf(double step) => ((ICurvatureLimited)Method(step, variant, optimizer))
            .CurvatureLimit(new MethodContext(16, graph, mixing, 1, 1), 0)!.Value;
        double LossAfter(double step)
        {
            var plan = PlanOf(Method(step, variant, optimizer), problem, 1200.5, graph) with
            {
                Mixing = mixing,
                SampleEvery = Seconds(100),
            };
            var record = Simulator.Run(plan);
            return record.Outcome == Outcome.Diverged
                ? double.PositiveInfinity
                : record.Metric("loss")[^1] + record.Metric("consensus-distance")[^1];
        }

        Assert.InRange(LossAfter(0.98 * factor), 0, 1e3);
        Assert.InRange(LossAfter(1.02 * factor), 1e6, double.PositiveInfinity);
    }

    [Fact]
    public void Spread_grows_with_the_batch_where_the_step_does_while_the_noise_of_the_mean_does_not()
    {
        // Noise variance 1/B and step proportional to B: eta^2 s^2 ~ B in Xi; eta s^2 constant in the mean's variance.
        (double Xi, double Mean) Of(int batch)
        {
            const int d = 60;
            var problem = QuadraticOf([.. Enumerable.Repeat(new double[d], 16)], noise: 1 / Math.Sqrt(batch), curvature: 1);
            var plan = PlanOf(Method(0.005 * batch, DSgd.Order.Atc), problem, 3000.5, Ring(16)) with { SampleEvery = Seconds(1) };
            var record = Simulator.Run(plan);
            return (record.Metric("consensus-distance").Skip(1000).Average(), record.Metric("squared-error").Skip(1000).Average());
        }
        var (one, four) = (Of(1), Of(4));

        // Closed forms: the mean's variance is eta^2 s^2 / m / (1 - (1 - eta)^2), Xi = (1/m) sum lambda^2 eta^2 s^2 /
        // (1 - lambda^2 (1 - eta)^2): 4 times the first factor, over a slightly greater second one.
        static double Xi(double eta, double variance) => Enumerable.Range(1, 15)
            .Select(l => (1 + (2 * Math.Cos(2 * Math.PI * l / 16))) / 3)
            .Sum(l => l * l * eta * eta * variance / (1 - (l * l * (1 - eta) * (1 - eta)))) / 16;
        Assert.Equal(1, four.Mean / one.Mean, 0.15);
        Assert.Equal(Xi(0.02, 0.25) / Xi(0.005, 1), four.Xi / one.Xi, 0.1);
        Assert.True(Xi(0.02, 0.25) > 3.3 * Xi(0.005, 1));
    }

    [Theory]
    [InlineData(DSgd.Order.Awc)]
    [InlineData(DSgd.Order.Atc)]
    public void Along_a_valley_of_minima_it_drifts_to_the_flat_one_faster_by_the_predicted_ratio(DSgd.Order variant)
    {
        // L = y^2 (1 + x^2) / 2, noise in y alone. The mean gradient in x is x (y_a^2 + Xi_yy) as long as nodes agree in x, and
        // both variances follow from the recursion with curvature a = 1 + x^2: predicted ratio 1 + Xi_yy / Var(y_a).
        const double eta = 0.05, a = 2;
        const int m = 16;
        var problem = new Valley(m, noise: 1);
        double Drift(Method method, Topology? graph)
        {
            var sum = 0.0;
            for (ulong seed = 1; seed <= 40; seed++)
            {
                var plan = PlanOf(method, problem, 500.5, graph) with
                {
                    Seeds = Seeds.Of(seed),
                    InitialPoint = [1, 0],
                    SampleEvery = Seconds(500),
                };
                sum += 1 - Simulator.Run(plan).Estimate[0];
            }
            return sum / 40;
        }
        var modes = Enumerable.Range(1, m - 1).Select(l => (1 + (2 * Math.Cos(2 * Math.PI * l / m))) / 3);
        var xi = modes.Sum(l => variant == DSgd.Order.Awc
            ? eta * eta / (1 - ((l - (eta * a)) * (l - (eta * a))))
            : l * l * eta * eta / (1 - (l * l * (1 - (eta * a)) * (1 - (eta * a))))) / m;
        var mean = eta * eta / m / (1 - ((1 - (eta * a)) * (1 - (eta * a))));

        var ratio = Drift(Method(eta, variant), Ring(m)) / Drift(new MinibatchSgd(new() { Step = Step(eta) }), null);

        Assert.True(1 + (xi / mean) > 3);
        Assert.Equal(1, ratio / (1 + (xi / mean)), 0.15);
    }

    [Fact]
    public void Gossip_alone_keeps_the_mean_to_rounding_on_a_directed_graph_too()
    {
        var targets = Targets(16);
        var graph = Graph(new ExponentialTopology(new() { Nodes = 16 }));
        var record = Simulator.Run(PlanOf(
            new DSgd(new() { Step = FirstOnly, Iterations = 200 }), QuadraticOf(targets), 1000, graph));

        AssertClose(Mean(targets), record.Estimate, 1e-13);
    }

    /// <summary>f_p(x) = a_p (x - c_p)^2 / 2.</summary>
    sealed class Bowls(double[] curvatures, double[] targets) : Problem
    {
        public override int Parameters => 1;

        public override int Places => curvatures.Length;

        public override IReadOnlyList<OracleForm> Oracles => [new(Oracle.Gradient, Gradient)];

        public override string Fingerprint => "bowls";

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
        {
            gradient.Clear();
            return 0;
        }

        void Gradient(in OracleCall<double> call) =>
            call.Output[0] = curvatures[call.Place] * (call.Input[0] - targets[call.Place]);
    }

    /// <summary>y^2 (1 + x^2) / 2 at every place, with normal noise in the derivative by y.</summary>
    sealed class Valley(int places, double noise) : Problem
    {
        public override int Parameters => 2;

        public override int Places => places;

        public override IReadOnlyList<OracleForm> Oracles => [new(Oracle.Gradient, Gradient)];

        public override string Fingerprint => "valley";

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> w, Span<double> gradient)
        {
            if (!gradient.IsEmpty)
                (gradient[0], gradient[1]) = (w[0] * w[1] * w[1], w[1] * (1 + (w[0] * w[0])));
            return 0.5 * w[1] * w[1] * (1 + (w[0] * w[0]));
        }

        void Gradient(in OracleCall<double> call)
        {
            Objective(call.Input, call.Output);
            call.Output[1] += noise * call.Noise.Normal();
        }
    }
}
