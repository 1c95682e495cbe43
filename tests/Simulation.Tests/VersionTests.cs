using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.LocalTraining;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>A version of a model is stored once, however many workers compute on it or hold it.</summary>
public class VersionTests
{
    const int Workers = 10_000;

    [Fact]
    public void Workers_that_all_hold_the_first_model_share_it() =>
        Assert.Equal(1, VersionsStoredAt(0.5, new AsyncSgd(new() { Step = Step(0.001) })));

    // After 1 s all gradients were applied, each of which made a version and sent it to one worker.
    [Fact]
    public void Workers_that_each_hold_a_version_of_their_own_are_stored_one_by_one() =>
        Assert.Equal(Workers, VersionsStoredAt(1.5, new AsyncSgd(new() { Step = Step(0.001) })));

    // The first answers come between 1 and 1.9 s, each at a time of its own, and no second one before 2 s. At every
    // 1,000th the server changes its model, and sends each worker what it has then: the first model and ten others.
    [Fact]
    public void A_version_that_is_sent_at_many_times_is_stored_once() =>
        Assert.Equal((Workers / 1000) + 1, VersionsStoredAt(1.95, Buffering(), plan => plan.WithJitter(1, 1.9)));

    // Messages take 10 s: the answers come between 21 and 21.9 s, within a window, and at 30 s what the server sent upon
    // them is still under way. Beside it the workers hold the first model, which came in an earlier window.
    [Fact]
    public void A_version_that_is_sent_to_another_partition_at_many_times_is_stored_there_once()
    {
        var plan = PlanOf(Buffering(), QuadraticOf(Targets(Workers)), 30).WithDelay(10).WithJitter(1, 1.9) with
        {
            Metrics = false,
            SampleEvery = Seconds(30),
            Partitions = 2,
        };
        using var engine = new Engine<double>(plan, new RunHooks());
        engine.Run();

        var server = engine.PartitionOf(0);
        var other = Enumerable.Range(1, Workers).Select(engine.PartitionOf).First(p => p != server);
        Assert.Equal((Workers / 1000) + 1 + 1, other.VersionsStored);
    }

    [Fact]
    public void A_version_that_is_sent_at_many_times_is_stored_once_after_a_checkpoint()
    {
        var plan = (PlanOf(Buffering(), QuadraticOf(Targets(Workers)), 1.95) with { Metrics = false }).WithJitter(1, 1.9);
        using var saved = new MemoryStream();
        Simulator.Run(plan, new RunHooks { CheckpointAt = Seconds(1.92), CheckpointTo = saved });
        saved.Position = 0;
        using var engine = new Engine<double>(plan, new RunHooks { ResumeFrom = saved });
        engine.Run();

        Assert.Equal((Workers / 1000) + 1, engine.PartitionOf(0).VersionsStored);
    }

    static AsyncLocalSgd Buffering() => new(new()
    {
        Rate = Step(0.001),
        OuterRate = Step(1),
        Steps = 1,
        Server = new BufferRule(new() { Size = 1000 }),
    });

    static int VersionsStoredAt(double time, Method method, Func<RunPlan, RunPlan>? change = null)
    {
        var plan = PlanOf(method, QuadraticOf(Targets(Workers)), time) with { Metrics = false };
        plan = change?.Invoke(plan) ?? plan;
        using var engine = new Engine<double>(plan, new RunHooks());
        engine.Run();
        return engine.PartitionOf(0).VersionsStored;
    }
}
