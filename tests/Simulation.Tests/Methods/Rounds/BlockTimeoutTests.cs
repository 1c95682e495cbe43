using AsyncOpt.Core.Methods.Bilevel;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Testing;

namespace AsyncOpt.Simulation.Tests.Methods.Rounds;

/// <summary>Coordinators of block methods that ask again.</summary>
public class BlockTimeoutTests
{
    static RunRecord Run(int blocks, double? timeout, string faults)
    {
        VirtualTime? time = timeout is { } seconds ? VirtualTime.FromSeconds(seconds) : null;
        var method = new Soba(new() { Step = ConstantSchedule.Of(0.05), Blocks = blocks, Timeout = time });
        return Simulator.Run(ContractTests.For(method).Plan(faults));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_lost_message_costs_a_timeout_and_not_the_run(int blocks)
    {
        Assert.Equal(Outcome.Stalled, Run(blocks, null, "drop").Outcome);
        var record = Run(blocks, 0.1, "drop");

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.True(record.Counts.Lost > 0);
        Assert.True(record.Counts.LastUpdate > VirtualTime.FromSeconds(2.5).Nanoseconds);
        Assert.Equal(0, record.Staleness.Max);
    }
}
