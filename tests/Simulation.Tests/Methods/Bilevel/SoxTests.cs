using AsyncOpt.Core.Methods.Bilevel;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Simulation.Tests.Methods.Bilevel;

public class SoxTests
{
    static StepSchedule Step(double value) => ConstantSchedule.Of(value);

    [Fact]
    public void Trackers_without_memory_that_move_when_sampled_make_it_ma_soba()
    {
        var problem = BilevelRuns.Built(BilevelRuns.TenBlocks(0.3));

        // The first batch of sox is for trackers, which it then forgets; it takes 1 s.
        Assert.Equal(
            BilevelRuns.Estimate(new MaSoba(new() { Step = Step(0.05), Blocks = 3 }), problem, 50.5),
            BilevelRuns.Estimate(
                new Sox(new() { Step = Step(0.05), Blocks = 3, Tracking = Step(1), Moves = Moves.Sampled }), problem, 50.5));
    }

    [Theory]
    [InlineData(Moves.All)]
    [InlineData(Moves.Sampled)]
    public void Exact_directions_of_all_blocks_lead_to_the_optimum(Moves moves)
    {
        var method = new Sox(new()
        {
            Step = Step(0.1), LowerStep = Step(0.2), Tracking = Step(0.5), Momentum = Step(0.5), BatchSize = 0, Moves = moves,
        });

        Assert.Equal(BilevelRuns.ScalarOptimum,
            BilevelRuns.Estimate(method, BilevelRuns.Built(BilevelRuns.Scalar), 2000)[0], 1e-9);
    }
}
