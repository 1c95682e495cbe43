using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.Rounds;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

public class StoppingFaultTests
{
    static readonly DropFault Loss = new(new() { Probability = 0.1 });

    static RunPlan Plan(Method method, Fault fault) =>
        PlanOf(method, QuadraticOf(Targets(5)), 300, Ring(5)) with { Faults = [fault] };

    static MinibatchSgd Minibatch(double? timeout = null) => new(new()
    {
        Step = Step(0.1),
        Participation = new() { Timeout = timeout is { } time ? Seconds(time) : null },
    });

    [Fact]
    public void A_loss_that_stops_the_method_is_named_with_its_remedy()
    {
        Assert.Equal(
            "faults: rule 1, 'drop', can stop 'minibatch-sgd' for good, as it waits without end for messages that it "
            + "loses; give participation.timeout or links.retransmit",
            StoppingFault.Warning(0, Plan(Minibatch(), Loss)));
        Assert.Null(StoppingFault.Warning(0, Plan(Minibatch(3), Loss)));
        var plan = Plan(Minibatch(), Loss);
        var again = plan.Links with { Retransmit = new() { Timeout = Seconds(1) } };
        Assert.Null(StoppingFault.Warning(0, plan with { Links = again }));
    }

    [Fact]
    public void So_is_a_crash_for_good_and_no_other()
    {
        CrashFault Crash(double? length, int place = 2) => new(new()
        {
            Place = place, At = Seconds(1), For = length is { } time ? Seconds(time) : null,
        });
        Assert.Contains("who does not come back; give participation.timeout",
            StoppingFault.Warning(0, Plan(Minibatch(), Crash(null))), StringComparison.Ordinal);
        Assert.Null(StoppingFault.Warning(0, Plan(Minibatch(), Crash(4))));
        Assert.Null(StoppingFault.Warning(0, Plan(Minibatch(3), Crash(null))));
        Assert.Contains("no option of the method helps", StoppingFault.Warning(0, Plan(
            new Sgp(new() { Step = Step(0.1) }), Crash(null))), StringComparison.Ordinal);
    }

    public static TheoryData<string> Catalogued => [.. Testing.ContractTests.Methods];

    // A run that ends by time under a tenth of lost messages goes on to its end, unless the method says that it stops.
    [Theory]
    [MemberData(nameof(Catalogued))]
    public void Who_says_nothing_goes_on(string method)
    {
        var plan = Testing.ContractTests.For(method).Plan("drop");
        var record = Simulator.Run(plan);

        if (StoppingFault.Warning(0, plan) is null)
            Assert.NotEqual(Outcome.Stalled, record.Outcome);
        else
            Assert.Contains(record.Warnings, w => w.Contains("can stop", StringComparison.Ordinal));
    }
}
