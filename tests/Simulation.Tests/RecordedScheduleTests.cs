using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>What a run drew is taken again: the same run under the same method, the same network under another.</summary>
public sealed class RecordedScheduleTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    string Tasks => Path.Combine(_folder, "tasks.csv");

    string Messages => Path.Combine(_folder, "messages.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static readonly Law Delays = new ShiftedExponential(new() { Shift = 0.1, Mean = 0.4 });

    static RunPlan AsyncSgd(double time = 40) => PlanOf(
        new AsyncSgd(new() { Step = Step(0.05), Timeout = Seconds(4) }), QuadraticOf(Targets(5), noise: 1), time)
            .WithDelay(Delays).WithJitter(0.5, 1.5).WithSpeeds(1, 1, 2, 3, 5) with
    {
        Faults = [new DropFault(new() { Probability = 0.15 })],
        LogUpdates = true,
    };

    static RunPlan PlanOfName(string name)
    {
        var server = AsyncSgd();
        var nodes = server with { Topology = Ring(5), Mixing = new Core.Topologies.MetropolisHastingsMixing().Schedule(Ring(5)) };
        return name switch
        {
            "async-sgd" => server,
            "sent again" => server with
            {
                Links = server.Links with { Retransmit = new() { Timeout = Seconds(0.5), Tries = 2 } },
            },
            "held" => server with
            {
                Faults =
                [
                    .. server.Faults, new SplitFault(new()
                    {
                        Places = [1], At = Seconds(3), For = Seconds(2), Every = Seconds(7), Messages = Crossing.Held,
                    }),
                ],
            },
            "ad-psgd" => nodes with { Method = new AdPsgd(new() { Step = Step(0.05), Timeout = Seconds(3) }) },
            "srw" => nodes with { Method = new Srw(new() { Tokens = 3, Step = Step(0.05) }) },
            "epidemic-learning" => nodes with { Method = new EpidemicLearning(new() { Step = Step(0.05) }) },
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such plan"),
        };
    }

    Schedule Record(RunPlan plan)
    {
        var schedule = Simulator.Run(plan with { RecordSchedule = true }).Schedule!;
        static string Line(params IFormattable[] cells) =>
            string.Join(',', cells.Select(c => c.ToString(c is double ? "R" : null, CultureInfo.InvariantCulture)));
        File.WriteAllLines(Tasks, ["role,index,task,factor",
            .. schedule.Tasks.Select(t => $"{t.Role},{Line(t.Index, t.Task, t.Factor)}")]);
        File.WriteAllLines(Messages, ["way,from,to,message,delay_ns,lost",
            .. schedule.Messages.Select(m => $"{m.Way.ToString().ToLowerInvariant()},"
                + Line(m.From, m.To, m.Message, m.Delay, m.IsLost ? 1 : 0))]);
        return schedule;
    }

    // The plan with the record in place of all draws of times and losses.
    RunPlan Replayed(RunPlan plan, BeyondRecord beyond = BeyondRecord.Error)
    {
        var context = new LinkContext(plan.Places, 99, name => name) { HasServer = plan.Topology is null };
        var isLaw = beyond == BeyondRecord.Law;
        var tasks = new RecordedTasks(new() { File = Tasks, Beyond = beyond, Law = isLaw ? 2.0 : null });
        var delay = new RecordedDelay(new() { File = Messages, Beyond = beyond, Law = isLaw ? 0.5 : null });
        var loss = new RecordedLoss(new() { File = Messages, Beyond = beyond, Probability = isLaw ? 0 : null });
        tasks.Build(context);
        delay.Build(context);
        loss.Build(context);
        return plan with
        {
            Compute = plan.Compute with
            {
                Jitter = null,
                Factors = [.. plan.Compute.Factors.Select(_ => 1.0)],
                Slowdowns = [tasks],
            },
            Links = plan.Links with { Delay = delay },
            Faults = [loss],
        };
    }

    [Theory]
    [InlineData("async-sgd")]
    [InlineData("sent again")]
    [InlineData("held")]
    [InlineData("ad-psgd")]
    [InlineData("srw")]
    [InlineData("epidemic-learning")]
    public void Under_the_same_method_it_is_the_same_run_bit_for_bit(string name)
    {
        var plan = PlanOfName(name);
        var expected = Simulator.Run(plan);
        var schedule = Record(plan);

        var actual = Simulator.Run(Replayed(plan));

        Assert.NotEmpty(schedule.Tasks);
        Assert.InRange(expected.Counts.LostBytes, 1, long.MaxValue);
        Assert.Equal(expected.Staleness.Counts, actual.Staleness.Counts);
        Assert.Equal(expected.UpdateLog, actual.UpdateLog);
        Assert.Equal(expected.Hash, actual.Hash);
        Assert.Equal((expected.Counts.Lost, expected.Counts.Retried), (actual.Counts.Lost, actual.Counts.Retried));
        // Without one of its parts it is another.
        Assert.NotEqual(expected.Hash, Simulator.Run(Replayed(plan, BeyondRecord.Cycle) with { Faults = [] }).Hash);
    }

    [Theory]
    [InlineData("async-sgd")]
    [InlineData("srw")]
    public void Keeping_it_changes_nothing_and_it_is_the_same_however_the_run_is_cut(string name)
    {
        var plan = PlanOfName(name) with { SampleEvery = Seconds(10) };
        var kept = plan with { RecordSchedule = true };
        var expected = Simulator.Run(kept);

        SameRun.Assert(Simulator.Run(plan), expected with { Schedule = null });
        SameRun.Assert(expected, Simulator.Run(kept with { Partitions = 3, ForcePartitions = true }));
        using var saved = new MemoryStream();
        SameRun.Assert(expected, Simulator.Run(kept, new() { CheckpointAt = Seconds(17), CheckpointTo = saved }));
        saved.Position = 0;
        SameRun.Assert(expected, Simulator.Run(kept with { Partitions = 2 }, new() { ResumeFrom = saved }));
    }

    [Fact]
    public void Rounds_over_arrays_are_handled_one_by_one_to_be_kept()
    {
        var plan = PlanOf(new DSgd(new() { Step = Step(0.1) }), QuadraticOf(Targets(6)), 10.5, Ring(6)).WithDelay(0.25);
        Assert.InRange(Simulator.Run(plan).Counts.Cohorts, 1, long.MaxValue);

        var record = Simulator.Run(plan with { RecordSchedule = true });

        Assert.Equal(Simulator.Run(plan).Hash, record.Hash);
        // Each of six nodes begins a computation every second from 0 on; messages are under way meanwhile.
        Assert.Equal(6 * 11, record.Schedule!.Tasks.Count);
        Assert.All(record.Schedule.Tasks, t => Assert.Equal(("node", 1.0), (t.Role, t.Factor)));
        Assert.Equal(record.Counts.Messages, record.Schedule.Messages.Count);
        Assert.All(record.Schedule.Messages, m => Assert.Equal((MessageWay.Link, 250_000_000, false), (m.Way, m.Delay, m.IsLost)));
    }

    // Rounds of minibatch SGD last as long as the slowest of the computations that asynchronous SGD had.
    [Fact]
    public void Under_another_method_the_nth_computation_of_a_worker_takes_as_long()
    {
        var schedule = Record(AsyncSgd() with { Faults = [] });
        var factors = schedule.Tasks.GroupBy(t => t.Index).OrderBy(g => g.Key)
            .Select(g => g.OrderBy(t => t.Task).Select(t => t.Factor).ToArray()).ToArray();
        var rounds = Math.Min(6, factors.Min(f => f.Length));
        var plan = PlanOf(new MinibatchSgd(new() { Step = Step(0.1), Iterations = rounds }), QuadraticOf(Targets(5)), 200);
        var replayed = Replayed(plan) with { Links = plan.Links, Faults = [], LogUpdates = true };

        var times = Simulator.Run(replayed).UpdateLog.Select(u => u.Time / 1e9).ToList();

        Assert.Equal(rounds, times.Count);
        var expected = 0.0;
        for (var r = 0; r < rounds; r++)
        {
            expected += factors.Max(f => f[r]);
            Assert.Equal(expected, times[r], 1e-7);
        }
    }

    [Fact]
    public void What_comes_beyond_the_record_is_as_declared()
    {
        Record(AsyncSgd(10));
        var longer = AsyncSgd(60);

        Assert.Contains(
            "take a longer record, or say what comes beyond it",
            Assert.ThrowsAny<InputException>(() => Simulator.Run(Replayed(longer))).Message, StringComparison.Ordinal);
        var cycled = Simulator.Run(Replayed(longer, BeyondRecord.Cycle));
        var drawn = Simulator.Run(Replayed(longer, BeyondRecord.Law));
        var upTo10 = Simulator.Run(AsyncSgd(10)).UpdateLog;
        Assert.Equal(upTo10, cycled.UpdateLog.Take(upTo10.Count));
        Assert.InRange(cycled.Counts.Lost, 5, long.MaxValue);
        // Beyond it computations take 2 s, messages half a second, and nothing is lost.
        Assert.Equal(3_000_000_000, drawn.UpdateLog[^1].Compute + drawn.UpdateLog[^1].Wire);
    }
}
