using AsyncOpt.Core.Diagnostics;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.Rounds;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>What adds up under losses and delays is in <c>ParticipationTests</c>.</summary>
public class ParticipationCountsTests
{
    static RunPlan Plan(Participation participation) => PlanOf(
        new MinibatchSgd(new() { Step = Step(0.1), Participation = participation }), QuadraticOf(Targets(5)), 10.5) with
    {
        Diagnostics = [new ParticipationCounts(new MetricOptions())],
    };

    [Fact]
    public void Rounds_of_two_seconds_have_four_answers_in_time_and_none_late()
    {
        // Worker 4 takes 3 s, and gives up when it is asked anew: rounds at 0, 2, 4, 6, 8 and 10 s.
        var record = Simulator.Run(Plan(new() { Timeout = Seconds(2) }).WithSpeeds(1, 1, 1, 1, 3));

        Assert.Equal(6 * 5, record.Metric("participation-asked")[^1]);
        Assert.Equal(5 * 4, record.Metric("participation-answered")[^1]);
        Assert.Equal(0, record.Metric("participation-late")[^1]);
    }

    [Fact]
    public void A_worker_that_finishes_first_is_late()
    {
        // Worker 4 answers at 3, 6 and 9 s: rounds 0, 1 and 2, 3 and 4 are over then.
        var record = Simulator.Run(
            Plan(new() { Timeout = Seconds(2), Late = LateAnswers.Fold }).WithSpeeds(1, 1, 1, 1, 3));

        Assert.Equal(3, record.Metric("participation-late")[^1]);
    }

    [Fact]
    public void Without_participation_it_is_refused()
    {
        var plan = Plan(new());
        var layout = Layout.Of(plan.Method, LayoutContext.Of(plan.Problem, plan.Places, null));
        Assert.Contains("has none", Assert.Single(plan.Diagnostics[0].Errors(plan, layout)), StringComparison.Ordinal);
    }
}
