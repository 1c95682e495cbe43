using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>
/// Checkpoints that are kept while a run goes on: whenever the clock says so, the run is what it is without, and so is
/// what goes on from any of them.
/// </summary>
public class KeptCheckpointsTests
{
    // Messages are under way for random times and get lost; gossip, one event after the other.
    static RunPlan Gossip => PlanOf(
        new AdPsgd(new() { Step = Step(0.1), Timeout = Seconds(3) }), QuadraticOf(Targets(6), noise: 1), 20, Ring(6))
            .WithDelay(new Core.Laws.Uniform(new() { Low = 0.3, High = 0.9 })).WithJitter(0.5, 1.5) with
    {
        SampleEvery = Seconds(2),
        LogUpdates = true,
        Faults = [new DropFault(new() { Probability = 0.1 })],
    };

    // Rounds over arrays.
    static RunPlan Rounds => PlanOf(
        new DSgd(new() { Step = Step(0.2) }), QuadraticOf(Targets(6), noise: 1), 20, Ring(6)) with
    {
        SampleEvery = Seconds(2),
        LogUpdates = true,
    };

    public static TheoryData<string> Plans => ["gossip", "rounds"];

    static RunPlan PlanOfName(string name) => name == "gossip" ? Gossip : Rounds;

    [Theory]
    [MemberData(nameof(Plans))]
    public void A_run_that_keeps_one_at_every_cut_is_that_without(string name)
    {
        var plan = PlanOfName(name);
        var kept = new Kept { IsDue = true };

        SameRun.Assert(Simulator.Run(plan), Simulator.Run(plan, new() { Checkpoints = kept }));

        // Small steps first, until they are as long as the time between sampling instants, which are cuts all.
        Assert.InRange(kept.All.Count, 11, 30);
        Assert.All(Enumerable.Range(1, 10), k => Assert.Contains(2_000_000_000L * k, kept.All.Select(c => c.Time)));
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void One_that_was_cut_is_refused_in_a_sentence(string name)
    {
        var plan = PlanOfName(name);
        var kept = new Kept { IsDue = true };
        Simulator.Run(plan, new() { Checkpoints = kept });
        var state = kept.All[5].State;

        for (var length = 0; length < state.Length; length += 1 + (state.Length / 40))
        {
            Assert.Throws<UnusableCheckpointException>(
                () => Simulator.Run(plan, new() { ResumeFrom = new MemoryStream(state[..length]) }));
        }
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void What_goes_on_from_any_of_them_is_the_same_run_with_any_number_of_partitions(string name)
    {
        var plan = PlanOfName(name);
        var expected = Simulator.Run(plan);
        var kept = new Kept { IsDue = true };
        Simulator.Run(plan, new() { Checkpoints = kept });

        foreach (var (time, state) in kept.All)
        {
            foreach (var partitions in (int[])[1, 3])
            {
                var divided = plan with { Partitions = partitions, ForcePartitions = true, Threads = partitions };
                using var from = new MemoryStream(state);
                var again = new Kept { IsDue = true };
                var resumed = Simulator.Run(divided, new() { ResumeFrom = from, Checkpoints = again });
                Assert.Equal(partitions, resumed.Partitions);
                SameRun.Assert(expected, resumed);
                Assert.Equal(expected.Metrics, resumed.Metrics);
                Assert.True(time > 0);
            }
        }
    }

    [Fact]
    public void Those_by_virtual_time_are_at_its_multiples_and_the_clock_adds_none()
    {
        var kept = new Kept { Every = Seconds(3.5) };

        Simulator.Run(Gossip, new() { Checkpoints = kept });

        Assert.Equal([3.5, 7, 10.5, 14, 17.5], kept.All.Select(c => c.Time / 1e9));
    }

    [Fact]
    public void A_run_that_is_to_end_ends_at_the_next_cut_with_a_last_one_and_says_why()
    {
        var expected = Simulator.Run(Gossip);

        var (cut, kept) = CutOff(Gossip);

        Assert.Equal((Outcome.Cancelled, "enough"), (cut.Outcome, cut.Reason));
        var (time, state) = Assert.Single(kept.All);
        Assert.Equal(time, cut.VirtualTime);
        Assert.InRange(time, 6_000_000_001, 8_000_000_000);
        using var from = new MemoryStream(state);
        SameRun.Assert(expected, Simulator.Run(Gossip, new() { ResumeFrom = from }));
    }

    [Fact]
    public void The_time_that_a_run_took_before_counts_for_its_budget_and_its_record()
    {
        var plan = Gossip with { Stop = new StopRules { Time = Seconds(20), WallTime = 1000 } };
        var (_, kept) = CutOff(plan);
        RunRecord From(double before)
        {
            using var from = new MemoryStream(kept.All[0].State);
            return Simulator.Run(plan, new() { ResumeFrom = from, SpentBefore = new(before, 7, 3) });
        }

        var within = From(900);
        Assert.InRange(within.WallSeconds, 900, 1000);
        Assert.InRange(within.EvaluationSeconds, 7, 107);
        Assert.InRange(within.ComputationSeconds, 3, 103);
        Assert.StartsWith("virtual time reached", within.Reason, StringComparison.Ordinal);
        Assert.StartsWith("1000 s of wall time were spent", From(1000).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_another_plan_is_refused_as_such()
    {
        var (_, kept) = CutOff(Gossip);
        using var from = new MemoryStream(kept.All[0].State);

        var e = Assert.Throws<UnusableCheckpointException>(
            () => Simulator.Run(Gossip with { Seeds = Seeds.Of(8) }, new() { ResumeFrom = from }));
        Assert.StartsWith("the checkpoint is of another run: ", e.Message, StringComparison.Ordinal);
    }

    // Told to end at the sampling instant of 6 s.
    static (RunRecord Run, Kept Kept) CutOff(RunPlan plan)
    {
        var kept = new Kept();
        void End(RunProgress progress) => kept.Ending = progress.VirtualTime >= 5 ? "enough" : null;
        return (Simulator.Run(plan, new() { Checkpoints = kept, Progress = End }), kept);
    }

    sealed class Kept : ICheckpoints
    {
        public VirtualTime? Every { get; init; }

        public bool IsDue { get; init; }

        public string? Ending { get; set; }

        public List<(long Time, byte[] State)> All { get; } = [];

        public void Save(VirtualTime time, WallSpent spent, Action<Stream> write)
        {
            using var state = new MemoryStream();
            write(state);
            All.Add((time.Nanoseconds, state.ToArray()));
        }
    }
}
