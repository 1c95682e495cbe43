using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Theory;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

/// <summary>What theory says of staleness, held to runs over seeds: |z| below 4.</summary>
public class StalenessTheoryTests
{
    const int Seeds = 12;

    static readonly double[] Speeds = [1, 1.5, 2, 4, 7];

    static AsyncSgd Sgd(double step = 0.001) => new(new() { Step = Step(step) });

    static AsyncLocalSgd Buffered(int size) => new(new()
    {
        Rate = Step(0.01),
        OuterRate = Step(1),
        Steps = 2,
        Shards = ShardChoice.Own,
        Server = new BufferRule(new() { Size = size }),
    });

    static RunPlan Plan(Method method, double time = 2000) =>
        PlanOf(method, QuadraticOf(Targets(Speeds.Length)), time).WithSpeeds(Speeds);

    static RunPlan Exponential(RunPlan plan) =>
        plan with { Compute = plan.Compute with { Jitter = new ShiftedExponential(new() { Mean = 1 }) } };

    public static TheoryData<string> Cases => ["constant", "uniform and wire", "exponential", "buffer of 3"];

    static RunPlan CaseOf(string name) => name switch
    {
        "constant" => Plan(Sgd()),
        "uniform and wire" => Plan(Sgd()).WithJitter(0.2, 1.8)
            .WithDelay(new ShiftedExponential(new() { Shift = 0.3, Mean = 0.5 })),
        "exponential" => Exponential(Plan(Sgd())),
        _ => Exponential(Plan(Buffered(3))),
    };

    static IEnumerable<RunRecord> Runs(RunPlan plan) => Enumerable.Range(1, Seeds)
        .Select(seed => Simulator.Run(plan with { Seeds = Core.Runs.Seeds.Of((ulong)seed) }));

    // Beside chance, the first cycle of each worker, of which a run has one in some hundred, may be less stale.
    static void AssertMean(double expected, IReadOnlyList<double> measured)
    {
        var mean = measured.Average();
        var error = Math.Sqrt(measured.Sum(m => (m - mean) * (m - mean)) / (Seeds - 1) / Seeds);
        Assert.Equal(expected, mean, (4 * error) + (expected / 150));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_workers_mean_is_its_cycle_times_the_rates_of_the_others(string name)
    {
        var plan = CaseOf(name);
        var theory = StalenessTheory.Of(plan)!;
        var runs = Runs(plan).ToList();

        for (var i = 0; i < Speeds.Length; i++)
        {
            AssertMean(theory.MeanOf(i), [.. runs.Select(r => r.Staleness.AgentMeans[i].Mean)]);
            AssertMean(theory.ShareOf(i),
                [.. runs.Select(r => r.Staleness.AgentMeans[i].Updates / (double)r.Staleness.Updates)]);
        }
        AssertMean(theory.Mean, [.. runs.Select(r => r.Staleness.Mean)]);
        Assert.DoesNotContain(theory.Conditions, c => c.IsMet == false);
        foreach (var compared in runs.Select(r => r.StalenessTheory))
        {
            Assert.Equal([StalenessTheory.All, StalenessTheory.Slowest, StalenessTheory.Fastest],
                compared.Select(c => c.Whose));
            Assert.Equal([theory.Mean, theory.MeanOf(4), theory.MeanOf(0)], compared.Select(c => c.Predicted));
        }
        Assert.Equal(runs[0].Staleness.AgentMeans[4].Mean, runs[0].StalenessTheory[1].Measured);
    }

    [Fact]
    public void By_hand_for_two_workers()
    {
        // Cycles of 1 s + 2 x 0.5 s and 4 s + 1 s: in 10 s the one answers five times, the other twice.
        var theory = StalenessTheory.Of(PlanOf(Sgd(), QuadraticOf(Targets(2)), 10).WithSpeeds(1, 4).WithDelay(0.5))!;

        Assert.Equal(2 / 5.0, theory.MeanOf(0), 1e-12);
        Assert.Equal(5 / 2.0, theory.MeanOf(1), 1e-12);
        Assert.Equal(5 / 7.0, theory.ShareOf(0), 1e-12);
        Assert.Equal(1, theory.Mean, 1e-12);
    }

    [Fact]
    public void Exponential_computations_make_it_geometric()
    {
        var plan = Exponential(Plan(Sgd()));
        var theory = StalenessTheory.Of(plan)!;
        var runs = Runs(plan).ToList();

        foreach (var (worker, k) in new[] { (0, 0), (0, 1), (0, 3), (4, 0), (4, 5), (4, 20) })
        {
            var p = theory.ShareOf(worker);
            AssertMean(p * Math.Pow(1 - p, k), [.. runs.Select(r => r.Staleness.AgentCounts
                .Where(c => c.Agent == worker + 1 && c.Staleness == k).Sum(c => c.Updates)
                    / (double)r.Staleness.AgentMeans[worker].Updates)]);
        }
    }

    [Fact]
    public void Small_steps_lead_to_the_mean_of_targets_weighted_by_rates()
    {
        var plan = Exponential(Plan(Sgd(0.0005), time: 20_000));
        var bias = RateBias.Of(plan, StalenessTheory.Of(plan)!)!;
        var (errors, gaps) = (new List<double>(), new List<double>());
        foreach (var run in Runs(plan))
        {
            errors.Add(run.Metric("squared-error")[^1]);
            gaps.Add(run.Metric("gap")[^1]);
        }

        AssertMean(bias.SquaredError, errors);
        AssertMean(bias.Gap, gaps);
        Assert.Equal(bias.SquaredError / 2, bias.Gap, 1e-12); // the Hessian is 1
        Assert.True(bias.SquaredError > 0.1);
        Assert.Null(RateBias.Of(CaseOf("buffer of 3"), StalenessTheory.Of(CaseOf("buffer of 3"))!));
    }

    [Fact]
    public void What_breaks_a_condition_is_named_and_nothing_is_compared()
    {
        var plan = CaseOf("exponential");
        (RunPlan Plan, string NotMet)[] cases =
        [
            (plan with { Faults = [new DropFault(new() { Probability = 0.01 })] }, "every message arrives once"),
            (plan with { Links = plan.Links with { SendRate = 1e6 } }, "messages do not wait for each other"),
            (plan with { Stop = new() { Time = Seconds(100) } }, "the slowest worker makes 20 tasks"),
            (plan with { Links = plan.Links with { Quantum = Seconds(0.1) } }, "the mean of a task is known"),
        ];
        foreach (var (changed, notMet) in cases)
        {
            Assert.StartsWith(
                notMet, Assert.Single(StalenessTheory.Of(changed)!.Conditions, c => c.IsMet == false).Text);
            Assert.Empty(Simulator.Run(changed).StalenessTheory);
        }
        Assert.Null(StalenessTheory.Of(plan.WithDelay(new Pareto(new() { Scale = 1, Shape = 0.9 }))));
        Assert.Null(StalenessTheory.Of(Plan(new MinibatchSgd(new() { Step = Step(0.1) }))));
    }
}
