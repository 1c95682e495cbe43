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

    [Fact]
    public void So_are_agents_that_join_late_where_nothing_is_sent_to_them_again()
    {
        var late = new CrashFault(new() { Place = 1, At = Seconds(0), For = Seconds(10) });
        AsyncSgd Async(double? timeout) =>
            new(new() { Step = Step(0.1), Timeout = timeout is { } time ? Seconds(time) : null });
        var plan = Plan(Async(null), late).WithDelay(0.1) with { Topology = null };

        Assert.Equal(
            "faults: rule 1, 'crash', lets agents join late, which may never take part, as 'async-sgd' sends them "
            + "nothing again; give timeout",
            StoppingFault.Warning(0, plan));
        // It is as the warning says: the worker makes no update, and with a timeout it does.
        Assert.DoesNotContain(Simulator.Run(plan).Staleness.AgentMeans, a => a.Agent == 2);
        var timed = plan with { Method = Async(4) };
        Assert.Null(StoppingFault.Warning(0, timed));
        Assert.Contains(Simulator.Run(timed).Staleness.AgentMeans, a => a.Agent == 2);
        var later = new CrashFault(new() { Place = 1, At = Seconds(1), For = Seconds(10) });
        Assert.Null(StoppingFault.Warning(0, plan with { Faults = [later] }));
    }

    [Fact]
    public void A_buffer_can_stop_a_method_that_does_not_go_on_after_losses()
    {
        var plan = Plan(Minibatch(), Loss) with { Faults = [] };
        Assert.Null(StoppingFault.BufferWarning(plan));
        var small = plan with { ServiceBuffers = new Dictionary<string, int> { ["server"] = 1 } };

        Assert.Equal(
            "service: buffer: what finds no room is lost, which can stop 'minibatch-sgd' for good, as it waits without end "
            + "for messages that are lost; give participation.timeout",
            StoppingFault.BufferWarning(small));
        Assert.Null(StoppingFault.BufferWarning(small with { Method = Minibatch(3) }));
        var card = plan with { Links = plan.Links with { Buffer = 1, SendRate = 1 } };
        Assert.StartsWith("links.buffer: ", StoppingFault.BufferWarning(card), StringComparison.Ordinal);
        Assert.Null(StoppingFault.BufferWarning(
            card with { Links = card.Links with { Retransmit = new() { Timeout = Seconds(1) } } }));
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
