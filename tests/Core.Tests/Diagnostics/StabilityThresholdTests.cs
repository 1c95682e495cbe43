using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Tests.Problems;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests.Diagnostics;

/// <summary>Formulas; that runs obey them is tested with d-sgd.</summary>
public class StabilityThresholdTests
{
    static readonly FunctionProblem Zero = new(1, 16, _ => 0, x => x);

    static double Threshold(
        DSgd.Order order, TopologyGenerator? graph = null, Optimizer? optimizer = null, double step = 0.1, MixingRule? mixing = null)
    {
        var topology = (graph ?? new RingTopology(new() { Nodes = 16 })).Build(GraphContext.OfSeed(1));
        var method = new DSgd(new() { Step = ConstantSchedule.Of(step), Variant = order, Optimizer = optimizer ?? new Sgd() });
        var plan = FixedCut.PlanOf(Zero, 16, method, topology) with
        {
            Mixing = (mixing ?? new MetropolisHastingsMixing()).Schedule(topology),
        };
        Assert.Empty(new StabilityThreshold(new()).Errors(plan, Layout.Of(method, LayoutContext.Of(Zero, 16, topology))));
        return FixedCut.Evaluate(new StabilityThreshold(new()), plan, [[1]])["stability-threshold"];
    }

    [Fact]
    public void Adapt_while_communicate_has_one_plus_the_least_eigenvalue_over_the_step()
    {
        Assert.Equal(2.0 / 3 / 0.1, Threshold(DSgd.Order.Awc), 1e-9);
        Assert.Equal(0.569 / 0.2, Threshold(DSgd.Order.Awc, new GridTopology(new() { Rows = 4, Columns = 4 }), step: 0.2), 5e-3);
        // (W + I) / 2 has no negative eigenvalue: -1/3 becomes 1/3.
        Assert.Equal(4.0 / 3 / 0.1, Threshold(DSgd.Order.Awc, mixing: new LazyMixing(new())), 1e-9);
    }

    [Theory]
    [InlineData(DSgd.Order.Atc)]
    [InlineData(DSgd.Order.Cta)]
    public void The_other_variants_keep_two_over_the_step(DSgd.Order order) => Assert.Equal(20, Threshold(order), 1e-8);

    [Fact]
    public void Of_a_directed_graph_the_complex_eigenvalues_decide()
    {
        // The exponential graph: |lambda - s| < 1 for every lambda, so s < Re + sqrt(1 - Im^2), the least of them.
        var offsets = (int[])[0, 1, 2, 4, 8];
        var expected = Enumerable.Range(0, 16).Min(l =>
        {
            var re = offsets.Average(o => Math.Cos(2 * Math.PI * l * o / 16));
            var im = offsets.Average(o => Math.Sin(2 * Math.PI * l * o / 16));
            return re + Math.Sqrt(1 - (im * im));
        });

        Assert.Equal(expected / 0.1, Threshold(DSgd.Order.Awc, new ExponentialTopology(new() { Nodes = 16 })), 1e-8);
    }

    [Fact]
    public void Momentum_widens_it_and_nesterov_less_so()
    {
        // Jury's conditions by hand: (1 + lambda)(1 + beta), over 1 + 2 beta with nesterov.
        Assert.Equal(2.0 / 3 * 1.9 / 0.1, Threshold(DSgd.Order.Awc, optimizer: new Momentum(new())), 1e-8);
        Assert.Equal(2.0 / 3 * 1.9 / 2.8 / 0.1, Threshold(DSgd.Order.Awc, optimizer: new Nesterov(new())), 1e-8);
        // atc with momentum: a negative eigenvalue asks for s < (1 - beta)(1 + |lambda|) / |lambda|.
        Assert.Equal(0.1 * 4 / 0.1, Threshold(DSgd.Order.Atc, optimizer: new Momentum(new())), 1e-8);
    }

    [Fact]
    public void One_model_has_that_of_descent_and_the_step_of_its_round()
    {
        var method = new MinibatchSgd(new() { Step = new StepDecaySchedule(new() { Value = 0.5, Factor = 0.1, Milestones = [10] }) });
        var context = new MethodContext(16, null, null, null, 0);

        Assert.Equal(4, method.CurvatureLimit(context, 9)!.Value, 1e-8);
        Assert.Equal(40, method.CurvatureLimit(context, 10)!.Value, 1e-8);
    }

    static List<Condition> Conditions(Method method, Problem problem, Func<RunPlan, RunPlan>? change = null)
    {
        var plan = FixedCut.PlanOf(problem, 16, method) with { Stop = new StopRules { Time = Seconds(2000) } };
        return [.. new StabilityThreshold(new()).Conditions(change is null ? plan : change(plan))];
    }

    static bool? Of(IEnumerable<Condition> conditions, string text) =>
        conditions.Single(c => c.Text.Contains(text, StringComparison.Ordinal)).IsMet;

    [Fact]
    public void Its_conditions_are_checked_before_the_run()
    {
        static DSgd Method(StepSchedule step) => new(new() { Step = step, BatchSize = 0 });
        static Quadratic Bowl(double noise) => new Quadratic(new() { Dimension = 2, Noise = noise }).Built(16);
        var constant = ConstantSchedule.Of(0.1);

        Assert.All(Conditions(Method(constant), Bowl(0)), c => Assert.True(c.IsMet, c.ToString()));
        Assert.False(Of(Conditions(Method(constant), Bowl(0.1)), "gradients are whole"));
        Assert.Null(Of(Conditions(Method(constant), Zero), "one Hessian"));
        Assert.Null(Of(Conditions(Method(constant), Zero), "parabola"));
        Assert.True(Of(Conditions(new MinibatchSgd(new() { Step = constant }), Zero), "one Hessian"));
        Assert.Null(Of(Conditions(Method(constant), Zero, p => p with { Faults = [new DropFault(new() { Probability = 0.1 })] }), "lost"));
        // A fall by ten at iteration 1,000 of 2,000 is one that the recursion has no time to follow; one after them is none.
        StepSchedule Falls(long at) => new StepDecaySchedule(new() { Value = 0.5, Factor = 0.1, Milestones = [at] });
        Assert.False(Of(Conditions(Method(Falls(1000)), Zero), "step stays"));
        Assert.True(Of(Conditions(Method(Falls(3000)), Zero), "step stays"));
    }

    [Fact]
    public void Where_no_formula_is_known_it_is_refused()
    {
        string[] Errors(TopologyGenerator graph, Optimizer optimizer)
        {
            var topology = graph.Build(GraphContext.OfSeed(1));
            var plan = FixedCut.PlanOf(Zero, 16, new DSgd(new() { Step = ConstantSchedule.Of(0.1), Optimizer = optimizer }), topology);
            return [.. new StabilityThreshold(new()).Errors(plan, Layout.Of(plan.Method, LayoutContext.Of(Zero, 16, topology)))];
        }
        var ring = new RingTopology(new() { Nodes = 16 });

        Assert.Empty(Errors(ring, new Sgd()));
        Assert.Single(Errors(ring, new Adam(new())));
        Assert.Single(Errors(new ShuffledTopology(new() { Graph = ring, Period = 3 }), new Sgd()));
    }
}
