using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Simulation.Tests.Support;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;
using static AsyncOpt.Simulation.Tests.Methods.Walks;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Tokens alone send nothing: each walks by itself to the next sampling instant.</summary>
public class TokenSweepTests
{
    static readonly RunHooks ByTime = new() { OneByOne = true }, ByToken = new() { SweepLeast = 0 };

    [Fact]
    public void One_sweep_takes_a_token_to_the_next_sampling_instant()
    {
        var plan = Plan(new SaSrrw(new()), 20_000) with { SampleEvery = Seconds(5_000) };

        var byToken = Simulator.Run(plan);

        // The first some thousand events say that it pays.
        Assert.Equal(4, byToken.Counts.Sweeps);
        var byTime = Simulator.Run(plan, ByTime);
        Assert.Equal(0, byTime.Counts.Sweeps);
        SameRun.Assert(byTime, byToken);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Tokens_that_nodes_take_down_and_links_lose_go_by_themselves_with_the_same_bits(ulong seed)
    {
        var drawn = Plan(new SaSrrw(new() { Tokens = 7 }), 400)
            .WithDelay(new ShiftedExponential(new() { Mean = 0.3 })).WithJitter(0.5, 2);
        var plan = drawn with
        {
            Faults =
            [
                new CrashFault(new() { MeanUp = Seconds(20), MeanDown = Seconds(2) }),
                new DropFault(new() { Probability = 0.1 }),
            ],
            Seeds = Seeds.Of(seed),
            SampleEvery = Seconds(90),
        };

        var byTime = Simulator.Run(plan, ByTime);

        Assert.True(byTime.Counts.Crashes > 20, $"{byTime.Counts.Crashes} crashes");
        foreach (var partitions in (int[])[1, 3])
        {
            var byToken = Simulator.Run(plan with { Partitions = partitions, ForcePartitions = true }, ByToken);
            Assert.True(byToken.Counts.Sweeps > 0);
            SameRun.Assert(byTime, byToken);
        }
    }

    [Fact]
    public void A_walk_that_no_sampling_instant_ends_soon_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var method = new Srw(new() { Step = new CancellingStep(cancellation, at: 20_000), Tokens = 2 });

        var record = Simulator.Run(Plan(method, 1e9), new RunHooks { Cancellation = cancellation.Token });

        Assert.Equal(Outcome.Cancelled, record.Outcome);
        // Both tokens are looked at; the one whose turn had not come is where it was.
        Assert.InRange(record.Counts.Updates, 20_000, 2 * 30_000);
    }

    static RunPlan Plan(Core.Programs.Method method, double time) =>
        PlanOf(method, QuadraticOf(Targets(Scattered.Nodes)), time, Scattered);

    sealed class CancellingStep(CancellationTokenSource cancellation, long at) : StepSchedule
    {
        public override double At(long n)
        {
            if (n == at)
                cancellation.Cancel();
            return 0.1;
        }
    }
}
