using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation;

namespace AsyncOpt.Contract.Tests;

/// <summary>Every method goes on where what is lost is sent again, with the same bits however the run is cut.</summary>
public class RetransmissionContractTests
{
    /// <summary>Every method.</summary>
    public static TheoryData<string> Methods => [.. ContractTests.Methods];

    [Theory]
    [MemberData(nameof(Methods))]
    public void No_loss_stops_it_and_its_bits_are_the_same_in_partitions_and_after_a_checkpoint(string method)
    {
        var plan = ContractTests.For(method).Plan("none");
        plan = plan with
        {
            Faults =
            [
                new BurstyLossFault(new() { Enter = 0.05, Leave = 0.5 }), new DropFault(new() { Probability = 0.05 }),
            ],
            Links = plan.Links with { Retransmit = new() { Timeout = Seconds(0.02), Tries = 30 } },
        };
        using var file = new MemoryStream();

        var one = Simulator.Run(plan);
        var three = plan with { Partitions = 3 };
        var saving = Simulator.Run(three, new RunHooks { CheckpointAt = Seconds(1.3), CheckpointTo = file });
        file.Position = 0;
        var resumed = Simulator.Run(plan with { Partitions = 2 }, new RunHooks { ResumeFrom = file });

        Assert.Equal((Outcome.BudgetSpent, 0), (one.Outcome, one.Counts.Lost));
        Assert.InRange(one.Counts.Retried, 5, long.MaxValue);
        SameRun.Assert(one, saving);
        SameRun.Assert(one with { Timeline = resumed.Timeline, UpdateLog = resumed.UpdateLog }, resumed);
    }
}
