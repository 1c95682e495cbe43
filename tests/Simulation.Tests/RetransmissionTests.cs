using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>What faults lose is sent again, after a time-out.</summary>
public class RetransmissionTests
{
    static readonly Retransmission Once = new() { Timeout = Seconds(10), Tries = 1 };

    // The worker sends messages of 80 bytes at the given seconds, to the server, over links of 1 s.
    static RunRecord Run(
        double[] at, Retransmission how, Func<MessageContext, bool> isLost, Func<LinkModel, LinkModel>? links = null)
    {
        var plan = Plans.Of(new Sends(at), 1, 1000, Plans.Second) with { Faults = [new Loss(isLost)], LogUpdates = true };
        var more = plan.Links with { Retransmit = how };
        return Simulator.Run(plan with { Links = links is null ? more : links(more) });
    }

    static List<double> Arrivals(RunRecord record) =>
        [.. record.UpdateLog.OrderBy(u => u.Version).Select(u => u.Time / 1e9)];

    [Fact]
    public void A_lost_message_is_sent_again_after_the_time_out_which_grows()
    {
        // Lost at 0, 2 and 2 + 6 s; the fourth sending, at 26 s, comes.
        var record = Run(
            [0], new() { Timeout = Seconds(2), Backoff = 3, Tries = 4 }, m => m.Now < Seconds(26));

        Assert.Equal([27], Arrivals(record));
        Assert.Equal((1, 3, 0, 0), (record.Counts.Messages, record.Counts.Retried, record.Counts.GivenUp, record.Counts.Lost));
        Assert.Equal((4 * 80, 3 * 80, 0.25), (record.Counts.Bytes, record.Counts.LostBytes, record.Counts.Goodput));
        Assert.Equal(4 * 80, record.Traffic.Single(t => t.Role == "worker").Bytes);
        Assert.Equal(3, record.Faults[0].Fired);
        // All that time it was on the wire.
        Assert.Equal(27, record.Age.Wire);
    }

    [Fact]
    public void It_is_given_up_after_so_many_tries()
    {
        var record = Run([0, 5], new() { Timeout = Seconds(2), Tries = 3 }, m => m.Now.Seconds % 2 == 0);

        Assert.Equal([6], Arrivals(record));
        Assert.Equal((3, 1, 1), (record.Counts.Retried, record.Counts.GivenUp, record.Counts.Lost));
        Assert.Equal((5 * 80, 4 * 80), (record.Counts.Bytes, record.Counts.LostBytes));
    }

    [Fact]
    public void Losses_of_probability_p_add_the_time_out_times_p_over_1_minus_p_and_give_up_with_p_to_the_sendings()
    {
        const double P = 0.3;
        const int Messages = 40_000, Tries = 3;
        // Each has come or was given up before the next.
        var at = Enumerable.Range(0, Messages).Select(i => i * 5.0).ToArray();
        var plan = Plans.Of(new Sends(at), 1, Messages * 5.0, Plans.Second) with
        {
            Faults = [new DropFault(new() { Probability = P })],
            LogUpdates = true,
        };
        var few = plan with { Links = plan.Links with { Retransmit = new() { Timeout = Seconds(1), Tries = Tries } } };
        var many = plan with { Links = plan.Links with { Retransmit = new() { Timeout = Seconds(0.01), Tries = 99 } } };

        var (some, all) = (Simulator.Run(few).Counts, Simulator.Run(many));

        var lost = Math.Pow(P, Tries + 1);
        ModelsPage.Row(
            "retransmit", "share given up, p = 0.3, 3 tries", lost, (double)some.GivenUp / Messages,
            Math.Sqrt(lost * (1 - lost) / Messages));
        // Tries of a message: geometric, mean p / (1 - p), variance p / (1 - p)^2.
        Assert.Equal(Messages, all.UpdateLog.Count);
        var waits = all.UpdateLog.Select(u => (u.Wire / 1e9) - 1).ToList();
        ModelsPage.Row(
            "retransmit", "time-outs of a message, p = 0.3", P / (1 - P), waits.Average() / 0.01,
            Math.Sqrt(P / Messages) / (1 - P));
        Assert.Equal(waits.Sum() / 0.01, all.Counts.Retried, 3);
        Assert.Equal(0, all.Counts.GivenUp);
        // Of the bytes that are sent the share 1 - p arrives.
        var sendings = Messages + all.Counts.Retried;
        ModelsPage.Row("retransmit", "goodput, p = 0.3", 1 - P, all.Counts.Goodput, Math.Sqrt(P * (1 - P) / sendings));
    }

    static double Z(double value, double mean, double variance) => (value - mean) / Math.Sqrt(variance);

    [Fact]
    public void Draws_of_other_messages_are_those_without()
    {
        var delay = new ShiftedExponential(new() { Shift = 0.1, Mean = 1 });
        var plan = Plans.Of(new Sends([.. Enumerable.Range(0, 300).Select(i => 1.0 * i)]), 1, 400, delay) with
        {
            Faults = [new DropFault(new() { Probability = 0.3 })],
            LogUpdates = true,
        };

        var without = Simulator.Run(plan).UpdateLog.ToDictionary(u => u.Version);
        var with = Simulator.Run(plan with { Links = plan.Links with { Retransmit = Once } })
            .UpdateLog.ToDictionary(u => u.Version);

        Assert.InRange(without.Count, 150, 250);
        Assert.InRange(with.Count, 251, 299);
        Assert.All(without, u => Assert.Equal(u.Value.Time, with[u.Key].Time));
        // A try has draws of its own: of delays, too.
        var tries = with.Where(u => !without.ContainsKey(u.Key)).Select(u => u.Value.Wire).ToList();
        Assert.All(tries, wire => Assert.InRange(wire, 10_100_000_001, 30_000_000_000));
        Assert.Equal(tries.Count, tries.Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rule_that_counts_messages_of_a_link_counts_every_try(bool counts)
    {
        var seen = new List<(double, long)>();
        Run([0, 1, 2], new() { Timeout = Seconds(1.5), Tries = 5 }, m =>
        {
            seen.Add((m.Now.Seconds, m.Sequence));
            return m.Now < Seconds(1);
        }, links => links with { Delay = counts ? new Counting() : links.Delay });

        // In the order of time; by name, the try at 1.5 s is the first message once more.
        Assert.Equal(
            counts ? [(0, 0), (1, 1), (1.5, 2), (2, 3)] : [(0, 0), (1, 1), (1.5, 0), (2, 2)], seen);
    }

    [Fact]
    public void Each_try_takes_the_senders_card_anew()
    {
        // 80 bytes at 40 bytes a second: 2 s each. The first is lost; its next sending, at 10 s, is behind the third.
        static bool IsLost(MessageContext m) => m.Now < Seconds(1);
        double[] at = [0, 1, 9];

        Assert.Equal([14, 5, 12], Arrivals(Run(at, Once, IsLost, l => l with { SendRate = 40 })));
        // Shared, two that meet take their time alone, twice the rest of the first together, and the later its own rest.
        var fair = new FairSharing(new());
        Assert.Equal(
            [14, 5, 13], Arrivals(Run([0, 1.5, 9], Once, IsLost, l => l with { SendRate = 40, Sharing = fair })));
    }

    [Fact]
    public void On_a_link_that_keeps_the_order_what_follows_a_lost_message_waits_for_it()
    {
        // Free, the others overtake the first; in order, they are sent when it comes through, or is given up.
        static bool IsFirst(MessageContext m) => m.Now < Seconds(1);
        static bool IsTwice(MessageContext m) => m.Now < Seconds(1) || m.Now == Seconds(10);
        double[] at = [0, 2, 3, 20];

        Assert.Equal([11, 3, 4, 21], Arrivals(Run(at, Once, IsFirst)));
        Assert.Equal([11, 11, 11, 21], Arrivals(Run(at, Once, IsFirst, l => l with { Fifo = true })));
        Assert.Equal([3, 4, 21], Arrivals(Run(at, Once, IsTwice)));
        // At 10 s all are lost that are sent then: the second, and the third once that has been sent again, at 20 s.
        var kept = Run(at, Once, IsTwice, l => l with { Fifo = true });
        Assert.Equal([21, 21, 21], Arrivals(kept));
        Assert.Equal((2, 1), (kept.Counts.Retried, kept.Counts.GivenUp));
    }

    [Fact]
    public void On_such_a_link_messages_come_in_the_order_of_their_sending()
    {
        var at = Enumerable.Range(0, 2000).Select(i => 0.01 * i).ToArray();
        var delay = new ShiftedExponential(new() { Shift = 0.01, Mean = 0.05 });
        var plan = Plans.Of(new Sends(at), 1, 1000, delay) with
        {
            Faults = [new BurstyLossFault(new() { Enter = 0.1, Leave = 0.3 }), new DuplicateFault(new() { Probability = 0.1 })],
            LogUpdates = true,
        };
        var record = Simulator.Run(plan with
        {
            Links = plan.Links with { Fifo = true, Retransmit = new() { Timeout = Seconds(0.2), Tries = 99 } },
        });

        var versions = record.UpdateLog.Select(u => u.Version).ToList();
        Assert.Equal(2000, versions.Distinct().Count());
        Assert.Equal(versions.Order(), versions);
        Assert.InRange(record.Counts.Retried, 300, 3000);
    }

    [Fact]
    public void A_transport_works_on_while_its_agent_is_down()
    {
        var plan = Plans.Of(new Sends([0]), 1, 100, Plans.Second) with
        {
            Faults = [new Loss(m => m.Now < Seconds(1)), new CrashFault(new() { Place = 0, At = Seconds(5) })],
            LogUpdates = true,
        };

        Assert.Equal([11], Arrivals(Simulator.Run(plan with { Links = plan.Links with { Retransmit = Once } })));
    }

    [Fact]
    public void A_method_that_losses_stop_goes_on()
    {
        var problem = new Core.Problems.Quadratic(new() { Dimension = 5, Heterogeneity = 1 });
        problem.Build(new Core.Problems.ProblemContext(8, 1, name => name));
        var method = new MinibatchSgd(new() { Step = Core.Schedules.ConstantSchedule.Of(0.1) });
        var plan = Plans.Of(method, 8, 200, Plans.Second, problem) with
        {
            Faults = [new DropFault(new() { Probability = 0.1 })],
        };

        var stopped = Simulator.Run(plan);
        var goesOn = Simulator.Run(plan with { Links = plan.Links with { Retransmit = new() { Timeout = Seconds(1) } } });

        Assert.Equal(Outcome.Stalled, stopped.Outcome);
        Assert.Equal(Outcome.BudgetSpent, goesOn.Outcome);
        // 3 s a round without losses; 16 messages of a round need two or three sendings at times.
        Assert.InRange(goesOn.Counts.Updates, 30, 60);
    }

    [Fact]
    public void A_token_whose_move_is_lost_moves_later()
    {
        const double P = 0.4;
        const int Time = 20_000;
        var problem = new Core.Problems.Quadratic(new() { Dimension = 2, Heterogeneity = 1 });
        problem.Build(new Core.Problems.ProblemContext(10, 1, name => name));
        var plan = Plans.Of(new Srw(new() { Step = Core.Schedules.ConstantSchedule.Of(0.01) }), 10, Time, Plans.Second, problem) with
        {
            Topology = Topology.Complete("complete", 10),
            Compute = Plans.Equal(10, 0),
            Faults = [new DropFault(new() { Probability = P })],
            Metrics = false,
        };

        var record = Simulator.Run(plan with
        {
            Links = plan.Links with { Retransmit = new() { Timeout = Seconds(0.5), Tries = 99 } },
        });

        // A move takes 1 + 0.5 G s, G geometric: as many in the time as in a renewal process.
        var (mean, variance) = (1 + (0.5 * P / (1 - P)), 0.25 * P / ((1 - P) * (1 - P)));
        var expected = Time / mean;
        Assert.InRange(Z(record.Counts.Messages, expected, expected * variance / (mean * mean)), -4, 4);
        Assert.Equal(0, record.Counts.Lost);
        // The last may have been lost a moment ago.
        Assert.InRange(record.Faults[0].Fired - record.Counts.Retried, 0, 1);
    }

    [Fact]
    public void Where_nothing_is_lost_nothing_changes()
    {
        var plan = Talk() with { Faults = [new DuplicateFault(new() { Probability = 0.1 })] };

        SameRun.Assert(
            Simulator.Run(plan with { Links = plan.Links with { Retransmit = null } }), Simulator.Run(plan));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, true)]
    public void Bits_depend_neither_on_partitions_nor_on_sweeps_nor_on_checkpoints(bool fifo, bool cards, bool shared)
    {
        var plan = Talk();
        plan = plan with
        {
            Links = plan.Links with
            {
                Fifo = fifo,
                SendRate = cards ? 2_000 : null,
                ReceiveRate = cards ? 3_000 : null,
                Sharing = shared ? new FairSharing(new()) : null,
            },
        };
        var one = Simulator.Run(plan);
        Assert.InRange(one.Counts.Retried, 200, long.MaxValue);
        Assert.InRange(one.Counts.GivenUp, 3, long.MaxValue);

        SameBits.HoweverRun(plan, one);
    }

    [Fact]
    public void Tries_allocate_nothing()
    {
        static long AllocatedBy(double time)
        {
            var plan = Plans.Of(new Phold(messagesPerAgent: 2), 40, time, Plans.Second) with
            {
                Topology = Topology.Complete("complete", 40),
                Faults = [new DropFault(new() { Probability = 0.3 })],
                Metrics = false,
                TimelineAgents = 0,
            };
            plan = plan with { Links = plan.Links with { Retransmit = new() { Timeout = Seconds(1), Tries = 99 } } };
            var before = GC.GetAllocatedBytesForCurrentThread();
            Simulator.Run(plan);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        AllocatedBy(100);

        var (once, tenfold) = (AllocatedBy(200), AllocatedBy(2_000));

        // 60,000 tries more.
        Assert.InRange(tenfold - once, -7_500, 7_500);
    }

    [Fact]
    public void Tries_beyond_what_a_run_lasts_are_refused()
    {
        var how = new Retransmission { Timeout = Seconds(1), Backoff = 10, Tries = 10 };

        Assert.Empty(how.Violations());
        Assert.StartsWith("the last of 11 tries would come more than 1e9 s after the one before",
            Assert.Single((how with { Tries = 11 }).Violations()), StringComparison.Ordinal);
    }

    // Over links that lose, change and double messages.
    static RunPlan Talk()
    {
        var plan = Chatter.Talk(
            new BurstyLossFault(new() { Enter = 0.1, Leave = 0.4 }),
            new CorruptFault(new() { Probability = 0.1, Factor = -1 }), new DropFault(new() { Probability = 0.1 }),
            new DuplicateFault(new() { Probability = 0.02 }));
        var how = new Retransmission { Timeout = Seconds(0.03), Backoff = 1.5, Tries = 4 };
        return plan with { Links = plan.Links with { Retransmit = how } };
    }

    sealed class Loss(Func<MessageContext, bool> isLost) : Fault
    {
        public override bool JudgesMessages => true;

        public override Verdict Judge(in MessageContext message, in Draw draw) =>
            isLost(message) ? Verdict.Drop : Verdict.Pass;
    }

    /// <summary>A second, and asks for ranks.</summary>
    sealed class Counting : LinkDelay
    {
        public override VirtualTime FloorOverall => Seconds(1);

        public override bool IsRandom => true;

        public override bool CountsPerLink => true;

        public override VirtualTime Floor(int from, int to) => Seconds(1);

        public override VirtualTime Sample(int from, int to, in Draw draw) => Seconds(1);
    }
}
