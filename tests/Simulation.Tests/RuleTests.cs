using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>What link models and faults see of a message, and what becomes of what they say.</summary>
public class RuleTests
{
    // Three messages of 80 bytes leave worker 0 at 0, 1 and 2 s; the server notes when each comes, and its vector.
    static List<(double Time, double Value)> Arrivals(LinkDelay? delay, params Fault[] faults)
    {
        var plan = Plans.Of(new Ticks(), 1, 100, Plans.Second) with { Faults = faults, LogUpdates = true };
        if (delay is not null)
            plan = plan with { Links = plan.Links with { Delay = delay } };
        var record = Simulator.Run(plan);
        return [.. record.UpdateLog.Select(u => (u.Time / 1e9, u.Version - 100.0))];
    }

    [Fact]
    public void A_held_message_comes_at_that_time_and_one_that_takes_longer_is_not_touched()
    {
        var hold = new Rule((in MessageContext m) => Verdict.Hold(Seconds(2.5)));

        Assert.Equal([2.5, 2.5, 3], Arrivals(null, hold).Select(a => a.Time));
    }

    [Fact]
    public void Delays_of_rules_add_up_and_the_latest_hold_counts()
    {
        var late = new Rule((in MessageContext m) => Verdict.Delay(Seconds(0.25)));
        var hold = new Rule((in MessageContext m) => m.Sequence == 0 ? Verdict.Hold(Seconds(4)) : Verdict.Pass);
        var sooner = new Rule((in MessageContext m) => Verdict.Hold(Seconds(3.25)));

        Assert.Equal([1.5, 2.5, 3.5], Arrivals(null, late, late).Select(a => a.Time));
        Assert.Equal([3.25, 3.5, 4], Arrivals(null, hold, late, late, sooner).Select(a => a.Time).Order());
    }

    [Fact]
    public void A_rule_that_drops_or_duplicates_is_the_last_to_be_asked()
    {
        var asked = 0;
        var counts = new Rule((in MessageContext m) =>
        {
            asked++;
            return Verdict.Pass;
        });
        var late = new Rule((in MessageContext m) => Verdict.Delay(Seconds(0.5)));

        Assert.Empty(Arrivals(null, new Rule((in MessageContext m) => Verdict.Drop), counts));
        Assert.Equal([1.5, 1.5, 2.5, 2.5, 3.5, 3.5],
            Arrivals(null, late, new Rule((in MessageContext m) => Verdict.Duplicate), counts).Select(a => a.Time));
        Assert.Equal(0, asked);
        Arrivals(null, late, counts);
        Assert.Equal(3, asked);
    }

    [Fact]
    public void A_rule_sees_when_from_whom_to_whom_and_what()
    {
        var seen = new List<string>();
        Arrivals(null, new Rule((in MessageContext m) =>
        {
            seen.Add($"{m.Now.Seconds} {m.SenderRole} {m.Sender} at {m.From} to {m.ReceiverRole} {m.Receiver} at {m.To}: "
                + $"{m.Kind!.Name} {m.Sequence}, {m.Bytes} bytes");
            return Verdict.Pass;
        }));

        Assert.Equal(
        [
            "0 worker 1 at 0 to server 0 at -1: tick 0, 80 bytes",
            "1 worker 1 at 0 to server 0 at -1: tick 1, 80 bytes",
            "2 worker 1 at 0 to server 0 at -1: tick 2, 80 bytes",
        ], seen);
    }

    [Fact]
    public void What_a_rule_corrupts_arrives_changed_and_the_sender_keeps_its_own()
    {
        // The worker sends its vector, (1), and adds 1 to it; the server notes what came.
        Assert.Equal([1, 2, 3], Arrivals(null).Select(a => a.Value));
        var flip = new Rule((in MessageContext m) => m.Sequence == 1 ? Verdict.Corrupt(new(-1)) : Verdict.Pass);
        var triple = new Rule((in MessageContext m) => Verdict.Corrupt(new(3)));

        Assert.Equal([1, -2, 3], Arrivals(null, flip).Select(a => a.Value));
        Assert.Equal([3, -6, 9], Arrivals(null, flip, triple).Select(a => a.Value));
    }

    [Fact]
    public void Each_rule_is_counted_with_every_message_it_touched()
    {
        var plan = Plans.Of(new Ticks(), 1, 100, Plans.Second) with
        {
            Faults =
            [
                new Rule((in MessageContext m) => Verdict.Delay(Seconds(1))),
                new Rule((in MessageContext m) => m.Sequence == 1 ? Verdict.Corrupt(new(2)) : Verdict.Pass),
                new Rule((in MessageContext m) => m.Sequence == 2 ? Verdict.Drop : Verdict.Pass),
            ],
        };

        var record = Simulator.Run(plan);

        Assert.Equal([3, 1, 1], record.Faults.Select(f => f.Fired));
        Assert.Equal(1, record.Counts.Lost);
    }

    [Fact]
    public void A_delay_may_depend_on_the_time_and_the_bytes()
    {
        // 80 bytes at 1000 bytes a second, at 100 from 1.5 s on, beside 0.5 s of propagation.
        var rush = new SeeingDelay(
            (in MessageContext m, in Draw _) => 0.5 + (m.Bytes / (m.Now < Seconds(1.5) ? 1000.0 : 100)), floor: 0.5);

        Assert.Equal([0.58, 1.58, 3.3], Arrivals(rush).Select(a => a.Time));
    }

    [Fact]
    public void A_delay_below_its_declared_floor_is_told()
    {
        var wrong = new SeeingDelay((in MessageContext m, in Draw _) => 0.4, floor: 0.5);

        var thrown = Assert.Throws<InvalidOperationException>(() => Arrivals(wrong));
        Assert.Contains("by 400000000 ns, and say that none takes less than 500000000 ns", thrown.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_delay_that_sees_messages_has_the_same_bits_on_any_partitions_within_its_floor()
    {
        static double Rush(in MessageContext m, in Draw draw) =>
            0.1 + (m.Now.Nanoseconds % 3_000_000_000 < 1_000_000_000 ? 0.5 * draw.Exponential() : 0.05);

        var plan = Phold(new SeeingDelay(Rush, floor: 0.1));
        var one = Simulator.Run(plan);
        foreach (var partitions in (int[])[2, 3, 7])
        {
            var cut = Simulator.Run(plan with { Partitions = partitions });
            Assert.Equal((partitions, one.Hash), (cut.Partitions, cut.Hash));
        }

        // Without a floor it takes one, and says so.
        var without = Simulator.Run(Phold(new SeeingDelay(Rush, floor: 0)) with { Partitions = 3 });
        Assert.Equal(1, without.Partitions);
        Assert.Contains("give the delay a floor", Assert.Single(without.Warnings), StringComparison.Ordinal);
        Assert.Equal(one.Hash, without.Hash);
    }

    [Theory]
    [InlineData(200)] // counted per link anyway
    [InlineData(300)] // counted per sender, but for rules that ask for more
    public void Ranks_on_a_link_have_no_gaps_for_a_rule_that_counts_per_link(int nodes)
    {
        var ranks = new Dictionary<(int, int), List<long>>();
        var rule = new Rule((in MessageContext m) =>
        {
            if (!ranks.TryGetValue((m.From, m.To), out var ofLink))
                ranks.Add((m.From, m.To), ofLink = []);
            ofLink.Add(m.Sequence);
            return Verdict.Pass;
        })
        { Counts = true };
        var plan = Plans.Of(new Phold(messagesPerAgent: 2), nodes, 200, Plans.Second) with
        {
            Topology = Topology.Complete("complete", nodes),
            Faults = [rule],
            Threads = 1,
        };

        Simulator.Run(plan);

        Assert.All(ranks.Values, ofLink => Assert.Equal(Enumerable.Range(0, ofLink.Count).Select(k => (long)k), ofLink));
        Assert.Contains(ranks.Values, ofLink => ofLink.Count > 2);
    }

    static RunPlan Phold(LinkDelay delay)
    {
        var plan = Plans.Of(new Phold(messagesPerAgent: 2), 210, 20, Plans.Second);
        return plan with
        {
            Topology = Topology.Complete("complete", 210),
            Links = plan.Links with { Delay = delay },
        };
    }

    delegate Verdict Judging(in MessageContext message);

    sealed class Rule(Judging judge) : Fault
    {
        public bool Counts { get; init; }

        public override bool JudgesMessages => true;

        public override bool CountsPerLink => Counts;

        public override Verdict Judge(in MessageContext message, in Draw draw) => judge(in message);
    }

    delegate double Delaying(in MessageContext message, in Draw draw);

    sealed class SeeingDelay(Delaying seconds, double floor) : LinkDelay
    {
        public override VirtualTime FloorOverall => Seconds(floor);

        public override bool IsUniform => true;

        public override bool IsRandom => true;

        public override bool SeesMessages => true;

        public override VirtualTime Floor(int from, int to) => Seconds(floor);

        public override VirtualTime Sample(int from, int to, in Draw draw) => Seconds(floor);

        public override VirtualTime Sample(in MessageContext message, in Draw draw) => Seconds(seconds(in message, in draw));
    }

    /// <summary>One worker sends its vector three times, a second apart, and adds 1 to it.</summary>
    [Method("ticks", Needs = Needs.Workers)]
    sealed class Ticks : Method
    {
        static readonly MessageKind Tick = new("tick", Dim.Parameters) { Bytes = 80 };

        public override void Declare(Layout layout)
        {
            layout.Messages(Tick);
            layout.Role("server", Count.One, new Server());
            layout.Role("worker", Count.PerWorker, new Worker());
        }

        sealed class Server : RoleProgram<int>
        {
            Vector _ones;

            public override void Declare(RoleLayout role) => _ones = role.Vector("ones", Dim.Parameters);

            public override void OnStart(ref int s, Effects e) => e.Fill(1, _ones);

            public override void OnMessage(ref int s, in Received m, Effects e) =>
                e.Compute(new Computation(Oracle.Dot, 0, 0) { Input = m.Vector, Input1 = _ones });

            // The version tells what came: 100 above it, since none is negative.
            public override void OnComputed(ref int s, in Computed c, Effects e) =>
                e.RecordUpdate(0, new Origin(100 + (long)c.Scalar, c.Origin.Now, 0, 0, c.Origin.Now));
        }

        sealed class Worker : RoleProgram<int>
        {
            Vector _x, _ones;
            Peer _server;

            public override void Declare(RoleLayout role) => (_x, _ones, _server) =
                (role.Vector("x", Dim.Parameters), role.Vector("ones", Dim.Parameters), role.Peer("server"));

            public override void OnStart(ref int s, Effects e)
            {
                e.Fill(1, _ones);
                e.Fill(1, _x);
                Tell(ref s, e);
            }

            public override void OnTimer(ref int s, in TimerFired t, Effects e) => Tell(ref s, e);

            void Tell(ref int s, Effects e)
            {
                e.Send(_server, Tick, e.Snapshot(_x, s));
                e.Axpy(1, _ones, _x);
                if (++s < 3)
                    e.SetTimer(Seconds(1));
            }
        }
    }
}
