using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

public class EpidemicLearningTests
{
    // A gradient takes 1 s, so that a round of 2 s leaves 1 s for messages.
    const double Round = 2;

    static EpidemicLearning Method(StepSchedule step, int receivers, double? round = Round) => new(new()
    {
        Step = step,
        Receivers = receivers,
        Round = round is { } seconds ? Seconds(seconds) : null,
    });

    static RunPlan On(EpidemicLearning method, Problem problem, double time = 1) =>
        PlanOf(method, problem, time, Ring(problem.Places)) with { Mixing = null };

    // The points of all nodes at the beginning and after each round; what ends at an instant is not yet in its sample.
    static double[][][] Rounds(RunPlan plan, int rounds)
    {
        var probe = new Points();
        var (every, end) = (Seconds(Round), Seconds((rounds + 1) * Round));
        Simulator.Run(plan with { Diagnostics = [probe], SampleEvery = every, Stop = new StopRules { Time = end } });
        return [.. probe.All.Skip(1)];
    }

    [Fact]
    public void In_rounds_it_does_what_a_plain_loop_does_with_the_same_draws()
    {
        const int n = 7, receivers = 3, rounds = 9;
        var problem = QuadraticOf(Targets(n), noise: 1, curvature: 0.7);
        var step = new PowerSchedule(new() { Scale = 0.5, Exponent = 0.5 });
        var plan = On(Method(step, receivers), problem)
            .WithJitter(0.1, 1).WithDelay(new Uniform(new() { Low = 0.1, High = 0.9 }));
        var actual = Rounds(plan, rounds);

        double[][] x = [.. Enumerable.Range(0, n).Select(_ => new double[3])];
        var drawn = new uint[n];
        for (var k = 0; k < rounds; k++)
        {
            double[][] y = [.. x.Select(p => (double[])p.Clone())];
            for (var i = 0; i < n; i++)
                Axpy(-0.5 / Math.Sqrt(k + 1), Gradient(problem, i, x[i], i, k), y[i]);
            List<double[]>[] heard = [.. y.Select(own => new List<double[]> { own })];
            for (var i = 0; i < n; i++)
            {
                var set = new List<int>();
                for (var last = n - 1 - receivers; last < n - 1; last++)
                {
                    var other = new Draw(Seed, Purpose.Program, (ulong)i, drawn[i]++).Below(last + 1, 0);
                    set.Add(set.Contains(other) ? last : other);
                }
                foreach (var other in set)
                    heard[other < i ? other : other + 1].Add(y[i]);
            }
            x = [.. heard.Select(models => Mean([.. models]))];
        }
        for (var i = 0; i < n; i++)
            AssertClose(x[i], actual[rounds][i], 1e-12);
    }

    [Fact]
    public void Every_set_of_receivers_is_as_likely_as_any_other()
    {
        // From 0, one step takes node p to the p-th unit vector: after a round, x_i shows whom i has heard.
        const int n = 6, receivers = 2, seeds = 250;
        var counts = new int[n, 1 << n];
        for (var seed = 0; seed < seeds; seed++)
        {
            var plan = On(Method(Step(1), receivers), Built(new CountingProblem(n), n));
            var x = Rounds(plan with { Seeds = Seeds.Of((ulong)seed) }, 1)[1];
            for (var sender = 0; sender < n; sender++)
                counts[sender, Enumerable.Range(0, n).Sum(i => i != sender && x[i][sender] > 0 ? 1 << i : 0)]++;
        }

        var chi = 0.0;
        for (var sender = 0; sender < n; sender++)
        {
            for (var set = 0; set < 1 << n; set++)
            {
                var isSet = System.Numerics.BitOperations.PopCount((uint)set) == receivers && (set >> sender & 1) == 0;
                const double expected = seeds / 10.0; // 5 over 2 sets
                Assert.True(isSet || counts[sender, set] == 0);
                chi += isSet ? Math.Pow(counts[sender, set] - expected, 2) / expected : 0;
            }
        }
        // 6 times 9 degrees of freedom; 91.9 is exceeded with probability 0.001.
        Assert.InRange(chi, 20, 91.9);
    }

    [Fact]
    public void Averaging_brings_nodes_together_at_the_rate_of_theory_and_keeps_their_mean_in_expectation()
    {
        const int n = 20, receivers = 3, rounds = 10, seeds = 60;
        var (ratios, drifts) = (new List<double>(), new List<double>());
        for (var seed = 0; seed < seeds; seed++)
        {
            var plan = On(Method(FirstOnly, receivers), QuadraticOf(Targets(n)));
            var points = Rounds(plan with { Seeds = Seeds.Of((ulong)seed) }, rounds);
            // The first round has the only step.
            for (var k = 1; k < rounds; k++)
            {
                var mean = Mean(points[k]);
                var before = points[k].Sum(x => Squared(x, mean));
                ratios.Add(points[k + 1].Sum(x => Squared(x, mean)) / before);
                drifts.Add((Mean(points[k + 1])[0] - mean[0]) / Math.Sqrt(before / n));
            }
        }

        // What a node hears is a sample, without replacement, of 1 + B nodes with itself among them, B binomial: the
        // mean of m of n has variance (1 / m) (n - m) / (n - 1), and 1 / (1 + B) the mean (1 - (1 - p)^n) / (n p).
        var p = receivers / (n - 1.0);
        var rate = ((1 - Math.Pow(1 - p, n)) / receivers) - (1 / (n - 1.0));
        Assert.Equal(rate, ratios.Average(), 4 * Deviation(ratios) / Math.Sqrt(ratios.Count));
        Assert.InRange(Deviation(ratios) / Math.Sqrt(ratios.Count), 0, 0.015 * rate);
        Assert.Equal(0, drifts.Average(), 4 * Deviation(drifts) / Math.Sqrt(drifts.Count));
        Assert.InRange(Deviation(drifts), 0.005, 1);
    }

    static double Squared(double[] x, double[] y) => x.Zip(y, (a, b) => (a - b) * (a - b)).Sum();

    static double Deviation(List<double> values) =>
        Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / values.Count);

    [Fact]
    public void With_all_others_as_receivers_it_is_gradient_descent_on_the_mean_loss()
    {
        var (problem, mean) = (QuadraticOf(Targets(7)), Mean(Targets(7)));
        var record = Simulator.Run(On(Method(Step(0.25), 6), problem, (20 * Round) + 0.1).WithDelay(0.5));

        AssertClose([.. mean.Select(m => m * (1 - Math.Pow(0.75, 20)))], record.Estimate, 1e-14);
        Assert.Equal(0, record.Metric("consensus-distance")[^1], 1e-28);
    }

    [Fact]
    public void Without_a_length_a_round_ends_with_its_step_and_takes_what_came_while_it_computed()
    {
        // Two nodes: what one sends at k s comes at k + 0.5 s, and is in the other's mean at k + 1 s.
        const double eta = 0.25;
        var targets = Targets(2);
        var record = Simulator.Run(On(Method(Step(eta), 1, round: null), QuadraticOf(targets), 10.2).WithDelay(0.5));

        double[][] x = [new double[3], new double[3]];
        double[]?[] sent = [null, null];
        for (var k = 0; k < 10; k++)
        {
            double[][] y = [.. x.Select((p, i) => p.Select((v, c) => v - (eta * (v - targets[i][c]))).ToArray())];
            x = [.. y.Select((own, i) => sent[1 - i] is { } other ? Mean([own, other]) : own)];
            sent = [.. y];
        }
        AssertClose(Mean(x), record.Estimate, 1e-14);
        Assert.Equal(20, record.Counts.Updates);
        Assert.Equal(0, record.Staleness.Max);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Round)]
    public void Where_all_messages_are_lost_each_node_descends_alone(double? round)
    {
        var plan = On(Method(Step(0.25), 2, round), QuadraticOf(Targets(5)), 20.1);
        var record = Simulator.Run(plan with { Faults = [new DropFault(new() { Probability = 1 })] });

        var steps = round is null ? 20 : 10;
        AssertClose([.. Mean(Targets(5)).Select(m => m * (1 - Math.Pow(0.75, steps)))], record.Estimate, 1e-14);
        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.Equal(2 * 5 * steps, record.Counts.Lost);
    }

    [Fact]
    public void A_node_that_comes_back_within_a_round_goes_on_with_it()
    {
        // Node 3 is down from 1.25 to 1.5 s, after its step, and from 4 to 4.25 s, amid the gradient of its next round.
        var plan = On(Method(Step(0.25), 4), QuadraticOf(Targets(5)), 20.1);
        var record = Simulator.Run(plan with
        {
            Faults =
            [
                new CrashFault(new() { Place = 3, At = Seconds(1.25), For = Seconds(0.25) }),
                new CrashFault(new() { Place = 3, At = Seconds(4), For = Seconds(0.25) }),
            ],
            LogUpdates = true,
        });

        // Rounds end 2 s after 1.5 s and after 4.25 s, and then every 2 s; each has its step 1 s after the gradient is
        // asked for.
        Assert.Equal(
            [1, 5.25, 7.25, 9.25], record.UpdateLog.Where(u => u.Agent == 3).Select(u => u.Time / 1e9).Take(4));
    }

    [Theory]
    [InlineData("partitions under none")]
    [InlineData("checkpoints under drop")]
    [InlineData("shards under duplicate")]
    [InlineData("live under crash")]
    public void With_timed_rounds_it_keeps_what_every_method_owes(string promise) =>
        ContractTests.For(Method(Step(0.05), 3, 0.1)).Check(promise);

    [Fact]
    public void Refuses_more_receivers_than_there_are_others()
    {
        Assert.Single(Method(Step(0.1), 5).Errors(new(5, Ring(5), null, null, 0)));
        Assert.Empty(Method(Step(0.1), 4).Errors(new(5, Ring(5), null, null, 0)));
    }

    /// <summary>The points of all nodes at each instant.</summary>
    [Diagnostic("points")]
    sealed class Points() : Diagnostic(new MetricOptions())
    {
        public List<double[][]> All { get; } = [];

        public override IReadOnlyList<string> Metrics(RunPlan plan) => [];

        public override void Evaluate(DiagnosticCut cut, Action<string, double> metric) => All.Add(
            [.. Enumerable.Range(0, cut.Agents).Select(i =>
            {
                var x = new double[cut.Estimate.Length];
                cut.Read("node", "x", i, x);
                return x;
            })]);
    }
}
