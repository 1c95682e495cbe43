using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using AsyncOpt.Grains.Live.Agents;
using AsyncOpt.Simulation;
using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Grains.Tests.Live.Agents;

/// <summary>Programs of the simulation's tests on the live host: a message that stops, and a reduction.</summary>
public class LiveProgramTests
{
    static RunPlan Plan(Core.Programs.Method method, Core.Problems.Problem problem, long updates) => new()
    {
        Method = method,
        Problem = problem,
        Places = 4,
        Links = new(new Core.Links.LawLink(new() { Law = new Core.Laws.Uniform(new() { Low = 1e-3, High = 5e-3 }) })),
        Compute = new ComputeModel(VirtualTime.FromSeconds(0.02), VirtualTime.Zero, [1, 2, 3, 50]),
        Seeds = Seeds.Of(7),
        SampleEvery = VirtualTime.FromSeconds(0.2),
        Stop = new() { Updates = updates },
        Threads = 1,
    };

    static async Task<(RunRecord Record, ReplayReport Replay)> Run(RunPlan plan, Action? ended = null)
    {
        var header = ReplayLogHeader.Here("program", "{}", Simulator.LayOut(plan).Agents, plan.Precision);
        MemoryStream[] logs = [new(), new()];
        RunRecord record;
        using (var cluster = new Loopback(plan, factor: 0.2, hosts: 2, h => new ReplayLogWriter(logs[h], header)))
        {
            record = await LiveLeader.Run(
                plan, cluster.Clock, cluster, new LeaderOptions(), null, TestContext.Current.CancellationToken);
        }
        ended?.Invoke();
        var log = ReplayLog.Read([.. logs.Select((l, h) => ($"host {h}", l.ToArray()))]);
        return (record, Replayer.Run(plan, log, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_a_worker_gave_up_leaves_no_trace_and_what_was_evaluated_for_it_is_counted()
    {
        var method = new Interrupter(limit: 2, step: 0.1);
        var stopped = 0;

        var (record, replay) = await Run(
            Plan(method, new Interrupter.Targets(4), updates: 60), ended: () => stopped = method.Stopped);

        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
        Assert.InRange(record.Staleness.Max, 0, 1);
        Assert.True(stopped > 10, $"{stopped} stopped");
        // A result waits until the compute model lets it out: what is stopped meanwhile was made for nothing.
        Assert.InRange(record.Counts.WastedEvaluations, 1, stopped);
        Assert.InRange(record.Counts.Evaluations - record.Counts.Gradients - record.Counts.WastedEvaluations, 0, 4);
    }

    [Fact]
    public async Task A_message_that_finds_no_room_to_wait_is_lost_and_counted()
    {
        var method = new Core.Methods.AsyncSgd(new()
        {
            Step = Core.Schedules.ConstantSchedule.Of(0.05), Timeout = VirtualTime.FromSeconds(0.2),
        });
        var plan = ContractTests.For(method).Live("none").Plan(0) with
        {
            Service = new Dictionary<string, Core.Laws.Law>
            {
                ["server"] = new Core.Laws.Constant(new() { Value = 0.02 }),
            },
            ServiceBuffers = new Dictionary<string, int> { ["server"] = 1 },
        };

        var (record, replay) = await Run(plan);

        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
        Assert.InRange(record.Counts.Overflowed, 1, long.MaxValue);
        Assert.Equal(record.Counts.Overflowed, record.Counts.Lost);
    }

    [Fact]
    public async Task Timers_go_off_by_the_clocks_of_places()
    {
        var method = new Core.Methods.EpidemicLearning(new()
        {
            Step = Core.Schedules.ConstantSchedule.Of(0.05), Round = VirtualTime.FromSeconds(0.2),
        });
        // Every round takes a quarter of its time at place 3, and all of it elsewhere.
        var plan = ContractTests.For(method).Live("none").Plan(0) with
        {
            Faults = [new Core.Faults.ClockFault(new() { Places = [3], Drift = 3 })],
        };

        var (record, replay) = await Run(plan);

        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
        var updates = record.Staleness.AgentMeans.ToDictionary(a => a.Agent, a => a.Updates);
        Assert.True(updates[3] > 1.5 * updates[5], $"{updates[3]} and {updates[5]} updates");
        Assert.InRange(Assert.Single(record.Faults).Fired, 1, long.MaxValue);
    }

    [Theory]
    [InlineData(Core.Programs.Answers.All)]
    [InlineData(Core.Programs.Answers.Each)]
    public async Task A_reduction_over_all_agents_replays_bit_for_bit(Core.Programs.Answers answers)
    {
        var method = new Consensus(Core.Programs.Reduction.WeightedMean, drift: 0.25)
        {
            Answers = answers,
            Time = VirtualTime.FromSeconds(answers == Core.Programs.Answers.All ? 0.01 : 0),
        };
        var plan = Plan(method, new Consensus.Bowl(4), updates: 20);

        var (record, replay) = await Run(plan);

        Assert.True(replay.IsEqual, string.Join('\n', replay.Differences));
        if (answers != Core.Programs.Answers.All)
            return;
        // In rounds the mean stays where it was, whatever the order of arrival.
        var starts = Enumerable.Range(0, 4).Select(Consensus.Bowl.PointOf).ToList();
        var distance = record.Metrics.Last(m => m.Metric == MetricNames.ConsensusDistance).Value;
        for (var k = 0; k < 3; k++)
            Assert.Equal(starts.Average(p => p[k]), record.Estimate[k], Math.Sqrt(distance) + 1e-12);
    }
}
