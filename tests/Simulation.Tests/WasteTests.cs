using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>What came to nothing is counted by reason, and all that was done is used, wasted or under way.</summary>
public class WasteTests
{
    const int Workers = 5, Gradients = 200;

    // Messages of 24 + 0 bytes: three coordinates in float64.
    static RunPlan Plan(int gradients = Gradients, params Fault[] faults) =>
        PlanOf(new Counting(gradients), QuadraticOf(Targets(Workers)), 10_000).WithDelay(0.5).WithJitter(0.5, 1.5) with
        {
            Faults = faults,
        };

    static WasteCount? Of(RunRecord record, WasteReason reason) => record.Waste.FirstOrDefault(w => w.Reason == reason);

    [Fact]
    public void A_computation_that_a_crash_ends_is_wasted_until_then_and_so_is_what_comes_meanwhile()
    {
        // The second computation ends at 2 s; the worker goes down at 1.25 s. The server is down from 1.4 to 1.6 s, where
        // the first gradient comes, of 1 s.
        var plan = PlanOf(new Counting(2), QuadraticOf(Targets(1)), 100).WithDelay(0.5) with
        {
            Faults =
            [
                new CrashFault(new() { Place = 0, At = Seconds(1.25), For = Seconds(1) }),
                new CrashFault(new() { Place = -1, At = Seconds(1.4), For = Seconds(0.2) }),
            ],
        };

        var record = Simulator.Run(plan);

        Assert.Equal(
            [new(WasteReason.Down, 1, 0.25, 0), new(WasteReason.ReceiverDown, 1, 1, 24)], record.Waste);
        Assert.Equal((2, 2.25), (record.Counts.Computations, record.Counts.ComputeSeconds));
        Assert.Equal((1, 1.0), (record.Counts.Updates, record.Age.Compute));
    }

    static readonly Fault Copies = new DuplicateFault(new() { Probability = 0.1 });
    static readonly Fault ServerDown = new CrashFault(new() { Place = -1, At = Seconds(30), For = Seconds(3) });

    [Theory]
    [InlineData(WasteReason.ReceiverDown)]
    [InlineData(WasteReason.Duplicate)]
    public void All_that_was_done_is_used_or_wasted_once_nothing_is_under_way(WasteReason reason)
    {
        var record = Simulator.Run(Plan(
            faults:
            [
                new CrashFault(new() { MeanUp = Seconds(20), MeanDown = Seconds(2) }), Loss,
                reason == WasteReason.Duplicate ? Copies : ServerDown,
            ]));

        Assert.Equal(
            new[] { WasteReason.Down, WasteReason.Dropped, WasteReason.Stale, WasteReason.Late, reason }.Order(),
            record.Waste.Select(w => w.Reason));
        var (counts, messages) = (record.Counts, record.Waste.Where(w => w.Bytes > 0).ToList());
        Assert.Equal(Workers * Gradients, counts.Computations);
        Assert.Equal(counts.Messages + counts.Duplicated, counts.Updates + messages.Sum(w => w.Count));
        Assert.Equal(counts.Bytes + (24 * counts.Duplicated), (24 * counts.Updates) + messages.Sum(w => w.Bytes));
        Assert.Equal(counts.ComputeSeconds, record.Age.Compute + record.Waste.Sum(w => w.ComputeSeconds), 1e-6);
        Assert.Equal(
            counts.Lost, Of(record, WasteReason.Dropped)!.Count + (Of(record, WasteReason.ReceiverDown)?.Count ?? 0));
        Assert.Equal(0, Of(record, WasteReason.Duplicate)?.ComputeSeconds ?? 0);
    }

    [Fact]
    public void It_is_the_same_however_the_run_is_cut_and_after_a_checkpoint()
    {
        var plan = Plan(60, new CrashFault(new() { MeanUp = Seconds(20), MeanDown = Seconds(2) }), Loss) with
        {
            Stop = new() { Time = Seconds(60) },
            SampleEvery = Seconds(20),
        };
        var expected = Simulator.Run(plan);
        Assert.NotEmpty(expected.Waste);

        SameRun.Assert(expected, Simulator.Run(plan with { Partitions = 3, ForcePartitions = true }));
        using var saved = new MemoryStream();
        SameRun.Assert(expected, Simulator.Run(plan, new() { CheckpointAt = Seconds(33), CheckpointTo = saved }));
        saved.Position = 0;
        SameRun.Assert(expected, Simulator.Run(plan with { Partitions = 2 }, new() { ResumeFrom = saved }));
    }

    static readonly DropFault Loss = new(new() { Probability = 0.2 });

    [Fact]
    public void Tries_that_are_sent_again_are_bytes_alone()
    {
        var plan = Plan(50, Loss);
        var record = Simulator.Run(plan with { Links = plan.Links with { Retransmit = new() { Timeout = Seconds(2) } } });

        Assert.InRange(record.Counts.Retried, 20, 100);
        Assert.Equal(
            new(WasteReason.Resent, record.Counts.Retried, 0, record.Counts.LostBytes), Of(record, WasteReason.Resent));
        Assert.Null(Of(record, WasteReason.Dropped));
    }

    [Fact]
    public void What_finds_no_room_is_told_from_what_is_dropped()
    {
        var plan = Plans.Of(new Sends([0, 1, 2, 3, 4, 5]), 1, 100, Plans.Second) with
        {
            Service = new Dictionary<string, Law> { ["server"] = new Constant(new() { Value = 10 }) },
            ServiceBuffers = new Dictionary<string, int> { ["server"] = 1 },
        };

        // One is served and one waits: four find no room.
        Assert.Equal([new(WasteReason.NoRoom, 4, 0, 4 * 80)], Simulator.Run(plan).Waste);
        var card = plan with
        {
            Service = new Dictionary<string, Law>(),
            ServiceBuffers = new Dictionary<string, int>(),
            Links = plan.Links with { ReceiveRate = 8, Buffer = 1 },
        };
        Assert.Equal([new(WasteReason.NoRoom, 4, 0, 4 * 80)], Simulator.Run(card).Waste);
    }

    // Rounds of 2 s: worker 4 takes 3 s, and gives up when it is asked anew, at 2, 4, 6, 8 and 10 s.
    [Fact]
    public void A_worker_that_is_asked_anew_gives_up_what_it_computes()
    {
        var plan = PlanOf(Rounds(2), QuadraticOf(Targets(5)), 10.5).WithSpeeds(1, 1, 1, 1, 3);

        Assert.Equal([new(WasteReason.Superseded, 5, 10, 0)], Simulator.Run(plan).Waste);
    }

    // Worker 4 is asked at 0.3, 2.3, ..., 8.3 s, and its answers come at 2.4, ..., 10.4 s.
    [Fact]
    public void An_answer_to_a_round_that_is_over_is_late()
    {
        var plan = PlanOf(Rounds(2), QuadraticOf(Targets(5)), 10.5).WithSpeeds(1, 1, 1, 1, 1.8).WithDelay(0.3);

        var late = Assert.Single(Simulator.Run(plan).Waste);
        Assert.Equal((WasteReason.Late, 5, 5 * 24), (late.Reason, late.Count, late.Bytes));
        Assert.Equal(9, late.ComputeSeconds, 1e-9);
    }

    static MinibatchSgd Rounds(double timeout) =>
        new(new() { Step = Step(0.1), Participation = new() { Timeout = Seconds(timeout) } });

    /// <summary>
    /// Workers send a server so many gradients one after the other; of each worker's, it refuses some as too old or
    /// late, and what comes twice.
    /// </summary>
    [Method("counting", Needs = Needs.Workers)]
    sealed class Counting(int gradients) : Method
    {
        static readonly MessageKind Gradient = new("gradient", Dim.Parameters);

        public override void Declare(Layout layout)
        {
            layout.Messages(Gradient);
            layout.Role("server", Count.One, new Server());
            layout.Role("worker", Count.PerWorker, new Worker(gradients));
        }

        sealed class Server : RoleProgram<int>
        {
            Table _next;
            Peers _workers;

            public override void Declare(RoleLayout role) =>
                (_next, _workers) = (role.Table(Dim.Nodes), role.Peers("worker"));

            public override void OnStart(ref int s, Effects e)
            {
            }

            public override void OnMessage(ref int s, in Received m, Effects e)
            {
                ref var next = ref e.Numbers(_next)[m.Sender.Id - _workers.First];
                if (m.Version < next)
                    e.RecordWaste(WasteReason.Duplicate, in m);
                else if (m.Version % 7 == 6)
                    e.RecordWaste(WasteReason.Stale, in m);
                else if (m.Version % 11 == 10)
                    e.RecordWaste(WasteReason.Late, in m);
                else
                    e.RecordUpdate(0, m);
                next = m.Version + 1;
            }
        }

        sealed class Worker(int gradients) : RoleProgram<int>
        {
            Vector _x, _g;
            Peer _server;

            public override void Declare(RoleLayout role) => (_x, _g, _server) = (
                role.Vector("x", Dim.Parameters, Estimate.Mean), role.Vector("g", Dim.Parameters), role.Peer("server"));

            public override void OnStart(ref int s, Effects e)
            {
                if (s < gradients)
                    e.Compute(Oracle.Gradient, e.Snapshot(_x, s), 1, _g);
            }

            public override void OnComputed(ref int s, in Computed c, Effects e)
            {
                e.Send(_server, Gradient, e.Snapshot(_g, c.Origin));
                s++;
                OnStart(ref s, e);
            }
        }
    }
}
