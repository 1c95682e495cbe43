using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Tests.Diagnostics;

public class WeightDiversityTests
{
    static readonly FunctionProblem Zero = new(2, 4, _ => 0, x => new double[x.Length]);

    // Deviations (3, 0), (-3, 0), (0, 1), (0, -1) from (10, 20).
    static readonly double[][] Cross = [[13, 20], [7, 20], [10, 21], [10, 19]];

    [Fact]
    public void Trace_and_eigenvalues_are_those_of_the_covariance_of_the_agents()
    {
        // By hand: Xi = diag(2 * 9 / 4, 2 * 1 / 4).
        var metrics = FixedCut.Evaluate(new WeightDiversity(new() { Eigenvalues = 3 }), Zero, Cross);

        Assert.Equal(5, metrics["weight-diversity"], 1e-12);
        Assert.Equal(4.5, metrics["weight-diversity-eigenvalue-1"], 1e-12);
        Assert.Equal(0.5, metrics["weight-diversity-eigenvalue-2"], 1e-12);
        Assert.Equal(0, metrics["weight-diversity-eigenvalue-3"], 1e-12);
    }

    [Fact]
    public void The_trace_alone_is_the_same()
    {
        var metrics = FixedCut.Evaluate(new WeightDiversity(new()), Zero, Cross);

        Assert.Equal(["weight-diversity"], metrics.Keys);
        Assert.Equal(5, metrics["weight-diversity"], 1e-12);
    }

    [Fact]
    public void A_method_with_one_model_is_refused()
    {
        var plan = FixedCut.PlanOf(Zero, 4, new MinibatchSgd(new() { Step = ConstantSchedule.Of(1) }));
        string[] Errors(RunPlan plan) => [.. new WeightDiversity(new()).Errors(
            plan, Layout.Of(plan.Method, LayoutContext.Of(plan.Problem, 4, plan.Topology)))];

        Assert.Contains("one model only", Assert.Single(Errors(plan)), StringComparison.Ordinal);
        Assert.Empty(Errors(FixedCut.PlanOf(Zero, 4)));
    }
}
