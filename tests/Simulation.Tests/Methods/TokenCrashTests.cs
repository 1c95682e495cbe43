using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;
using static AsyncOpt.Simulation.Tests.Methods.Walks;

namespace AsyncOpt.Simulation.Tests.Methods;

/// <summary>
/// What a crash of a node does to tokens: one that stands there loses the gradient under way and begins it anew, one that
/// comes there waits. A gradient takes 1 s, a move no time.
/// </summary>
public class TokenCrashTests
{
    public static TheoryData<string> Walking =>
        ["srw", "mhrw", "iid", "nbrw", "mhda", "hdt", "sa-srrw"];

    [Theory]
    [MemberData(nameof(Walking))]
    public void A_crash_amid_a_gradient_costs_what_was_done_of_it_and_the_time_that_the_node_is_down(string walk)
    {
        // The first gradient is under way from 0 s to 1 s, on the first node of the walk.
        var plan = Plan(walk, time: 20.5);
        var first = FirstNode(plan);
        var without = Simulator.Run(plan);

        var record = Run(plan with { Faults = [Crash(first, 0.25, 0.5)] });

        Assert.Equal(1, record.Counts.Crashes);
        Assert.Equal([new FaultCount("crash", 1) { Down = 1 }], record.Faults);
        Assert.NotEqual(without.Hash, record.Hash);
        Assert.Equal(20, without.Counts.Updates);
        // It ends 1 s after the node came back, at 1.75 s, and so do all that follow: 19 more until 20.75 s.
        Assert.Equal(19, record.Counts.Updates);
        Assert.Equal(19_750_000_000, record.Counts.LastUpdate);
        // The walk is the same one.
        var later = Simulator.Run(plan with { Stop = new StopRules { Time = Seconds(19.5) } });
        Assert.Equal(later.Estimate, record.Estimate);
    }

    [Theory]
    [MemberData(nameof(Walking))]
    public void A_token_that_comes_to_a_node_that_is_down_waits_until_it_is_back(string walk)
    {
        var plan = Plan(walk, time: 20.5);
        var second = Nodes(plan, 2)[1];
        var isOther = second != FirstNode(plan);

        // Down from 0.5 s to 3.25 s: the token comes at 1 s, or stands there already.
        var record = Run(plan with { Faults = [Crash(second, 0.5, 2.75)] });

        Assert.Equal(1, record.Counts.Crashes);
        // The second gradient ends at 4.25 s instead of 2 s; where the first is of the same node, that one does, not at 1 s.
        Assert.Equal(20_250_000_000, record.Counts.LastUpdate);
        Assert.Equal(isOther ? 18 : 17, record.Counts.Updates);
    }

    [Theory]
    [MemberData(nameof(Walking))]
    public void A_node_that_is_down_for_good_holds_tokens_for_good(string walk)
    {
        var plan = Plan(walk, time: 600) with { SampleEvery = Seconds(10) };

        var record = Run(plan with { Faults = [Crash(3, 5.5, null)] });

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Matches(
            "token (waits for node 3, which crashed and is down|is down with node 3) for good since 5.5 s", record.Reason);
        Assert.True(record.VirtualTime < 200_000_000_000, $"it ends at {record.VirtualTime / 1e9} s");
        Assert.Equal(1, record.Counts.Crashes);
    }

    [Theory]
    [MemberData(nameof(Walking))]
    public void Tokens_that_one_node_holds_are_told_together(string walk)
    {
        var record = Run(Plan(walk, time: 600, tokens: 6) with { SampleEvery = Seconds(10), Faults = [Crash(3, 5.5, null)] });

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Contains("tokens ", record.Reason, StringComparison.Ordinal);
        // Those that were on it when it crashed, and those that came later.
        Assert.InRange(record.Reason.Split("node 3").Length - 1, 1, 2);
        Assert.DoesNotContain("more agents", record.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Walking))]
    public void Repeated_crashes_slow_tokens_down_and_stop_none(string walk)
    {
        var plan = Plan(walk, time: 400, tokens: 3);

        var record = Run(plan with { Faults = [new CrashFault(new() { MeanUp = Seconds(20), MeanDown = Seconds(5) })] });

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        Assert.InRange(record.Counts.Crashes, 20, 400);
        // A fifth of the arrivals wait 5 s, one gradient of 20 is lost with its node: 2.3 s each instead of 1 s, of 1200 s.
        Assert.InRange(record.Counts.Updates, 400, 750);
        Assert.Equal(record.Counts.Crashes, Assert.Single(record.Faults).Fired);
    }

    [Fact]
    public void A_crash_where_no_token_comes_is_said_to_have_done_nothing()
    {
        var plan = Plan("srw", time: 2.5);
        var far = Enumerable.Range(0, 12).Except(Nodes(plan, 4)).First();
        var without = Simulator.Run(plan);

        var record = Run(plan with { Faults = [Crash(far, 0.5, 1)] });

        Assert.Equal(without.Hash, record.Hash);
        Assert.Contains("faults: rule 1, 'crash', never fired", record.Warnings);
    }

    [Fact]
    public void Crashes_that_overlap_keep_a_node_down_until_the_last_is_over()
    {
        var plan = Plan("srw", time: 20.5);
        var first = FirstNode(plan);

        var one = Run(plan with { Faults = [Crash(first, 0.25, 3)] });
        var two = Run(plan with { Faults = [Crash(first, 0.25, 1), Crash(first, 0.75, 2.5)] });

        Assert.Equal(one.Hash, two.Hash);
        Assert.Equal([1L, 0], two.Faults.Select(f => f.Fired));
    }

    static RunRecord Run(RunPlan plan)
    {
        var record = Simulator.Run(plan);
        SameRun.Assert(record, Simulator.Run(plan with { Partitions = 2, ForcePartitions = true }));
        SameRun.Assert(record, Simulator.Run(plan with { Partitions = 3, ForcePartitions = true }));
        return record;
    }

    static CrashFault Crash(int place, double at, double? length) =>
        new(new() { Place = place, At = Seconds(at), For = length is { } seconds ? Seconds(seconds) : null });

    static RunPlan Plan(string walk, double time, int tokens = 1) => PlanOf(Of(walk, tokens), new CountingProblem(12), time, Scattered);

    // With step 1 on the counting problem the estimate counts visits: the nodes that the token works on, one a second.
    static int[] Nodes(RunPlan plan, int steps)
    {
        var nodes = new int[steps];
        var before = new double[12];
        for (var k = 0; k < steps; k++)
        {
            var counts = Simulator.Run(plan with { Stop = new StopRules { Time = Seconds(k + 1.5) } }).Estimate;
            nodes[k] = Enumerable.Range(0, 12).Single(i => Math.Abs(counts[i] - before[i]) > 1e-9);
            before = counts;
        }
        return nodes;
    }

    static int FirstNode(RunPlan plan) => Nodes(plan, 1)[0];

    static Method Of(string walk, int tokens) => walk switch
    {
        "srw" => new Srw(new() { Step = Step(1), Tokens = tokens, Reweight = false }),
        "mhrw" => new Mhrw(new() { Step = Step(1), Tokens = tokens }),
        "iid" => new Iid(new() { Step = Step(1), Tokens = tokens, Reweight = false }),
        "nbrw" => new Nbrw(new() { Step = Step(1), Tokens = tokens, Reweight = false }),
        "mhda" => new Mhda(new() { Step = Step(1), Tokens = tokens }),
        "hdt" => new Hdt(new() { Step = Step(1), Alpha = Step(2), Tokens = tokens }),
        "sa-srrw" => new SaSrrw(new() { Step = Step(1), Alpha = Step(2), Tokens = tokens, Reweight = false }),
        _ => throw new ArgumentOutOfRangeException(nameof(walk)),
    };
}
