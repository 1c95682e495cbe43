using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Network cards that messages pass at the same time.</summary>
public class FairSharingTests
{
    static FairSharing Fair(int? atOnce = null) => new(new FairSharing.Options { AtOnce = atOnce });

    // The worker sends messages of 80 bytes at the given seconds, to the server, over links of 1 s; rates are 40 bytes
    // a second, so that one alone takes 2 s.
    static List<double> Arrivals(double[] at, Func<LinkModel, LinkModel> links, params Fault[] faults)
    {
        var plan = Plans.Of(new Sends(at), 1, 100, Plans.Second) with { Faults = faults, LogUpdates = true };
        var record = Simulator.Run(plan with { Links = links(plan.Links with { Sharing = Fair() }) });
        return [.. record.UpdateLog.OrderBy(u => u.Version).Select(u => u.Time / 1e9)];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Messages_at_a_card_share_its_rate(bool isSending)
    {
        LinkModel Links(LinkModel links) =>
            isSending ? links with { SendRate = 40 } : links with { ReceiveRate = 40 };

        Assert.Equal([3], Arrivals([0], Links));
        // Two together take twice as long; five, five times.
        Assert.Equal([5, 5], Arrivals([0, 0], Links));
        Assert.Equal([11, 11, 11, 11, 11], Arrivals([0, 0, 0, 0, 0], Links));
        // Half of the first is through when the second comes: it takes 1 + 2 s, the second 2 + 1 s.
        Assert.Equal([4, 5], Arrivals([0, 1], Links));
        // They do not meet.
        Assert.Equal([3, 5.5], Arrivals([0, 2.5], Links));
    }

    [Fact]
    public void A_message_passes_the_senders_card_the_link_and_the_receivers_card()
    {
        Assert.Equal([5], Arrivals([0], l => l with { SendRate = 40, ReceiveRate = 40 }));
        // Both leave the first card at 4 s, and share the second from 5 to 9 s.
        Assert.Equal([9, 9], Arrivals([0, 0], l => l with { SendRate = 40, ReceiveRate = 40 }));
    }

    [Fact]
    public void A_lost_message_takes_its_time_at_the_senders_card_and_a_copy_takes_none()
    {
        var loss = new Rule(m => m.Sequence == 0 ? Verdict.Drop : Verdict.Pass);
        var copy = new Rule(m => m.Sequence == 0 ? Verdict.Duplicate : Verdict.Pass);
        var late = new Rule(m => m.Sequence == 0 ? Verdict.Hold(Seconds(7)) : Verdict.Pass);

        Assert.Equal([5], Arrivals([0, 0], l => l with { SendRate = 40 }, loss));
        Assert.Equal([5, 5, 5], Arrivals([0, 0], l => l with { SendRate = 40 }, copy));
        Assert.Equal([7, 5], Arrivals([0, 0], l => l with { SendRate = 40 }, late));
    }

    [Fact]
    public void A_card_works_on_while_its_agent_is_down()
    {
        var down = new CrashFault(new CrashFault.Options { Place = 0, At = Seconds(1) });

        Assert.Equal([5, 5], Arrivals([0, 0], l => l with { SendRate = 40 }, down));
    }

    [Fact]
    public void What_a_compressed_vector_takes_is_its_own_bytes()
    {
        // 10 of 1000 coordinates, 12 bytes each, 120 bytes at 40 a second: 3 s alone; of all 8000 bytes, 200 s.
        var plan = Plans.Of(
            new Dripper(null, messages: 1), 1, 1000, Plans.Second, new Dripper.Whole(1000, 1)) with
        {
            Compress = new Core.Codecs.TopK(new() { Share = 0.01 }),
            Compute = Plans.Equal(1, 1),
        };
        plan = plan with { Links = plan.Links with { SendRate = 40, Sharing = Fair() } };

        var observer = new Hears();
        Simulator.Run(plan, new RunHooks { Observer = observer });

        // The gradient and the rest leave together: 3 s of each until 7 s, the rest has 197 s to go.
        Assert.Equal([1 + 6 + 1, 1 + 203 + 1], observer.Handled.Values.SelectMany(m => m).Select(m => m.Time).Order());
    }

    [Fact]
    public void One_at_once_is_one_after_the_other_bit_for_bit()
    {
        var plan = Talk();
        var inTurn = Simulator.Run(plan with { Links = plan.Links with { Sharing = null } });

        SameRun.Assert(inTurn, Simulator.Run(plan with { Links = plan.Links with { Sharing = Fair(1) } }));
        Assert.NotEqual(inTurn.Hash, Simulator.Run(plan).Hash);
    }

    [Fact]
    public void Bits_depend_neither_on_partitions_nor_on_sweeps_nor_on_checkpoints()
    {
        var plan = Talk();
        var one = Simulator.Run(plan);
        Assert.InRange(one.Counts.Events, 2_000, long.MaxValue);

        SameBits.HoweverRun(plan, one);
    }

    [Fact]
    public void Times_at_a_card_are_those_of_a_queue_with_processor_sharing()
    {
        // Messages of 1 and 9 units come at random, 3 : 1, and keep the card busy for rho of the time. The mean time of
        // those of x units is x / (1 - rho), whatever else is sent; one after the other it would not depend on x.
        const double Rho = 0.6;
        var stream = new Streams([1, 9], [0.75, 0.25], rate: Rho / 3);
        var plan = Plans.Of(stream, 1, 400_000, Plans.Second) with { Metrics = false, TimelineAgents = 0 };
        plan = plan with { Links = plan.Links with { SendRate = 1, Sharing = Fair() } };

        var observer = new Hears();
        Simulator.Run(plan, new RunHooks { Observer = observer });

        foreach (var x in (int[])[1, 9])
        {
            var times = observer.Handled[x == 1 ? 0 : 1].Select(m => m.Wire - 1).ToList();
            // Neighbours are alike: means over blocks of thousands are next to independent.
            var blocks = times.Chunk(times.Count / 20).Take(20).Select(b => b.Average()).ToList();
            var mean = blocks.Average();
            var error = Math.Sqrt(blocks.Sum(b => (b - mean) * (b - mean)) / 19 / 20);
            ModelsPage.Row("fair", $"s at a card busy for 0.6 of the time, alone {x} s", x / (1 - Rho), mean, error);
            Assert.InRange(error / mean, 0, 0.03);
        }
    }

    [Fact]
    public void Messages_at_cards_allocate_nothing()
    {
        static long AllocatedBy(double time)
        {
            var plan = Plans.Of(new Streams([1, 9], [0.75, 0.25], rate: 0.2), 1, time, Plans.Second) with
            {
                Metrics = false,
                TimelineAgents = 0,
            };
            plan = plan with { Links = plan.Links with { SendRate = 1, ReceiveRate = 1, Sharing = Fair(8) } };
            var before = GC.GetAllocatedBytesForCurrentThread();
            Simulator.Run(plan);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        AllocatedBy(100);

        var (once, tenfold) = (AllocatedBy(50_000), AllocatedBy(500_000));

        // 90,000 messages more.
        Assert.InRange(tenfold - once, -7_500, 7_500);
    }

    // Over links that lose and double messages.
    static RunPlan Talk()
    {
        var plan = Chatter.Talk(
            new DropFault(new() { Probability = 0.02 }), new DuplicateFault(new() { Probability = 0.02 }));
        return plan with { Links = plan.Links with { SendRate = 2_000, ReceiveRate = 3_000, Sharing = Fair() } };
    }

    sealed class Rule(Func<MessageContext, Verdict> judge) : Fault
    {
        public override bool JudgesMessages => true;

        public override Verdict Judge(in MessageContext message, in Draw draw) => judge(message);
    }

    /// <summary>When each message is handled, and how long it took, in seconds, by the number of its kind.</summary>
    sealed class Hears : IEventObserver
    {
        public Dictionary<int, List<(double Time, double Wire)>> Handled { get; } = [];

        void IEventObserver.Handled(in Event e, long now, long service, long number)
        {
            if (e.Type != EventType.Message)
                return;
            if (!Handled.TryGetValue(e.Kind, out var ofKind))
                Handled.Add(e.Kind, ofKind = []);
            ofKind.Add((now / 1e9, (now - e.Sent) / 1e9));
        }

        public void Started(int agent, long now)
        {
        }

        public void Sent(int agent, uint sequence)
        {
        }
    }
}
