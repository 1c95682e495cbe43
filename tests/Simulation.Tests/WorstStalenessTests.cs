using AsyncOpt.Core;
using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>The adversary's schedule attains its bound, and an endless delay of some leaves the rest to the others.</summary>
public class WorstStalenessTests
{
    static WorstStaleness Of(int bound, int place, int places, bool hasServer = true)
    {
        var slowdown = new WorstStaleness(new() { Bound = bound, Place = place });
        slowdown.Build(new LinkContext(places, Seed, name => name) { HasServer = hasServer });
        return slowdown;
    }

    static RunPlan Plan(int workers, double time, Slowdown? slowdown = null)
    {
        var plan = PlanOf(new AsyncSgd(new() { Step = Step(0.01) }), QuadraticOf(Targets(workers)), time);
        return slowdown is null ? plan : plan with { Compute = plan.Compute with { Slowdowns = [slowdown] } };
    }

    [Theory]
    [InlineData(2, 1, 0)]
    [InlineData(4, 3, 2)]
    [InlineData(4, 40, 0)]
    [InlineData(8, 100, 7)]
    [InlineData(7, 1001, 3)]
    public void Each_gradient_of_the_worker_is_as_old_as_the_bound_and_no_other_is_older(int workers, int bound, int place)
    {
        // Fifty gradients of the worker.
        var time = 50.0 * bound / (workers - 1);
        var staleness = Simulator.Run(Plan(workers, time, Of(bound, place, workers))).Staleness;

        var worst = staleness.AgentMeans.Single(a => a.Agent == place + 1);
        Assert.InRange(worst.Updates, 45, 55);
        Assert.Equal((bound, bound), (worst.Mean, worst.Max));
        Assert.Equal(bound, staleness.Max);
        Assert.All(staleness.AgentMeans.Where(a => a.Agent != place + 1), a => Assert.InRange(a.Max, 0, workers - 1));
        if (bound != 100)
            return;
        // The first gradients of the others are younger, and what is under way at the end is missing.
        ModelsPage.Row("worst-staleness", "updates that the oldest gradient is behind, bound 100", bound, staleness.Max, 1e-9);
        ModelsPage.Row(
            "worst-staleness", "mean staleness of 8 workers, bound 100", workers - 1, staleness.Mean,
            (bound + (0.5 * workers * workers)) / staleness.Updates);
    }

    [Fact]
    public void Where_messages_take_time_the_bound_holds_and_is_not_attained()
    {
        var staleness = Simulator.Run(Plan(4, 1000, Of(40, 0, 4)).WithDelay(0.25)).Staleness;

        Assert.InRange(staleness.Max, 20, 39);
    }

    [Fact]
    public void An_endless_delay_of_some_leaves_the_staleness_of_the_others()
    {
        var plan = Plan(6, 400) with
        {
            Faults = [new SplitFault(new() { Places = [1, 4], At = Seconds(0), Ways = SplitWays.Out })],
        };

        var staleness = Simulator.Run(plan.WithJitter(0.5, 1.5)).Staleness;

        Assert.Equal([1, 3, 4, 6], staleness.AgentMeans.Select(a => a.Agent));
        Assert.InRange(staleness.Mean, 2.98, 3);
    }

    [Theory]
    [InlineData(3, 5, 4, true, "there is no place 5; the places are 0 to 3")]
    [InlineData(3, 0, 1, true, "with one worker nothing is ever stale")]
    [InlineData(2, 0, 4, true, "bound 2 is less than the 3 updates")]
    [InlineData(5, 0, 4, false, "it is for workers of a server")]
    public void What_cannot_be_attained_is_refused(int bound, int place, int places, bool hasServer, string why) =>
        Assert.Contains(
            why, Assert.Throws<InputException>(() => Of(bound, place, places, hasServer)).Message,
            StringComparison.Ordinal);
}
