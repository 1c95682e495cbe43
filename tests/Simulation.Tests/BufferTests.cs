using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Network cards with room for so many messages: what comes beyond is lost.</summary>
public class BufferTests
{
    // The worker sends messages of 80 bytes at the given seconds over links of 1 s; a card takes 2 s for each.
    static RunRecord Run(double[] at, Func<LinkModel, LinkModel> links)
    {
        var plan = Plans.Of(new Sends(at), 1, 1000, Plans.Second) with { LogUpdates = true };
        return Simulator.Run(plan with { Links = links(plan.Links) });
    }

    static List<(long, double)> Arrivals(RunRecord record) =>
        [.. record.UpdateLog.OrderBy(u => u.Version).Select(u => (u.Version, u.Time / 1e9))];

    [Fact]
    public void A_senders_card_loses_what_comes_while_as_many_wait_as_there_is_room_for()
    {
        // The first passes, two wait, the fourth is lost; at 2 s the first has left, and there is room again.
        var record = Run([0, 0, 0, 0, 1, 2], links => links with { SendRate = 40, Buffer = 2 });

        Assert.Equal([(0, 3), (1, 5), (2, 7), (5, 9)], Arrivals(record));
        Assert.Equal((2, 2), (record.Counts.Lost, record.Counts.Overflowed));
        Assert.Equal((6 * 80, 2 * 80), (record.Counts.Bytes, record.Counts.LostBytes));
    }

    [Fact]
    public void Without_room_a_card_holds_the_message_that_passes()
    {
        var record = Run([0, 1, 2, 3.5, 4], links => links with { SendRate = 40, Buffer = 0 });

        Assert.Equal([(0, 3), (2, 5), (4, 7)], Arrivals(record));
        Assert.Equal(2, record.Counts.Overflowed);
    }

    [Fact]
    public void A_receivers_card_loses_what_comes_after_it_has_travelled()
    {
        var record = Run([0, 0, 0, 0, 2, 2.5], links => links with { ReceiveRate = 40, Buffer = 1 });

        // All four are there at 1 s, of which two find room; at 3 s one has passed.
        Assert.Equal([3, 5, 7], record.UpdateLog.Select(u => u.Time / 1e9));
        Assert.Equal((3, 3), (record.Counts.Lost, record.Counts.Overflowed));
    }

    [Fact]
    public void What_a_senders_card_loses_is_sent_again_and_what_a_receivers_loses_is_not()
    {
        var again = new Retransmission { Timeout = Seconds(5), Tries = 3 };

        var sending = Run([0, 0, 0], links => links with { SendRate = 40, Buffer = 0, Retransmit = again });
        var receiving = Run([0, 0, 0], links => links with { ReceiveRate = 40, Buffer = 0, Retransmit = again });

        // One passes at once, the second at 5 s, and the third, which was full twice, at 10 s.
        Assert.Equal([3, 8, 13], sending.UpdateLog.Select(u => u.Time / 1e9));
        Assert.Equal((3, 3, 0), (sending.Counts.Retried, sending.Counts.Overflowed, sending.Counts.Lost));
        Assert.Equal((0, 2, 2), (receiving.Counts.Retried, receiving.Counts.Overflowed, receiving.Counts.Lost));
    }

    [Theory]
    [InlineData("equal", 0.9, 4)]
    [InlineData("geometric", 0.8, 5)]
    [InlineData("geometric", 1.3, 2)]
    public void The_share_that_finds_no_room_is_that_of_a_queue_with_as_much(string sizes, double load, int room)
    {
        // Messages come at random; sizes are all alike, or nearly exponential: geometric, of at most 250 units.
        int[] units = sizes == "equal" ? [20] : [.. Enumerable.Range(1, 250)];
        double[] shares = sizes == "equal" ? [1] : [.. units.Select(s => s < 250 ? 0.05 * Math.Pow(0.95, s - 1) : Math.Pow(0.95, 249))];
        var mean = units.Zip(shares, (s, p) => s * p).Sum();
        var plan = Plans.Of(new Streams(units, shares, load / mean), 1, 200_000, Plans.Second) with
        {
            Metrics = false,
            TimelineAgents = 0,
        };
        plan = plan with { Links = plan.Links with { SendRate = 1, Buffer = room } };

        // Losses come in bunches: the error is that of whole runs.
        var measured = Enumerable.Range(1, 20).Select(seed => Simulator.Run(plan with { Seeds = Seeds.Of((ulong)seed) }).Counts)
            .Select(counts => (double)counts.Overflowed / counts.Messages).ToList();

        var average = measured.Average();
        var error = Math.Sqrt(measured.Sum(m => (m - average) * (m - average)) / 19 / 20);
        var predicted = Loss(units, shares, load / mean, room + 1);
        ModelsPage.Row(
            "buffer", FormattableString.Invariant($"share lost, {sizes} sizes, load {load}, room for {room}"), predicted,
            average, error);
        // Exponential sizes, in closed form: rho^n (1 - rho) / (1 - rho^(n + 1)) of a card that holds n.
        if (sizes == "geometric")
        {
            var n = room + 1;
            Assert.Equal(Math.Pow(load, n) * (1 - load) / (1 - Math.Pow(load, n + 1)), predicted, 0.05 * predicted);
        }
    }

    // The loss of a queue with random arrivals and any service, M/G/1 that holds n: the chain of what a message leaves
    // behind. P = 1 - 1 / (pi_0 + rho) (Gross and Harris, Fundamentals of Queueing Theory, 5.1.8).
    static double Loss(int[] units, double[] shares, double rate, int holds)
    {
        // Arrivals during a service: a mixture of Poisson laws.
        var arrivals = Enumerable.Range(0, holds + 1).Select(k => units.Zip(shares, (s, p) =>
        {
            var term = Math.Exp(-rate * s);
            for (var j = 1; j <= k; j++)
                term *= rate * s / j;
            return p * term;
        }).Sum()).ToArray();
        var pi = new double[holds];
        pi[0] = 1;
        for (var j = 0; j + 1 < holds; j++)
        {
            var sum = pi[0] * arrivals[j];
            for (var i = 1; i <= j; i++)
                sum += pi[i] * arrivals[j - i + 1];
            pi[j + 1] = (pi[j] - sum) / arrivals[0];
        }
        var load = rate * units.Zip(shares, (s, p) => s * p).Sum();
        return 1 - (1 / ((pi[0] / pi.Sum()) + load));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bits_depend_neither_on_partitions_nor_on_checkpoints(bool isSending)
    {
        var plan = Chatter.Talk(new DuplicateFault(new() { Probability = 0.1 }));
        plan = plan with
        {
            Links = plan.Links with
            {
                SendRate = isSending ? 1_000 : null,
                ReceiveRate = isSending ? null : 1_000,
                Buffer = 1,
                Retransmit = new() { Timeout = Seconds(0.05), Tries = 2 },
            },
        };

        var one = Simulator.Run(plan);

        Assert.InRange(one.Counts.Overflowed, 50, long.MaxValue);
        foreach (var partitions in (int[])[2, 3, 7])
        {
            var more = Simulator.Run(plan with { Partitions = partitions });
            Assert.Equal(partitions, more.Partitions);
            SameRun.Assert(one, more);
        }
        using var file = new MemoryStream();
        Simulator.Run(plan with { Partitions = 3 }, new RunHooks { CheckpointAt = Seconds(1.3), CheckpointTo = file });
        file.Position = 0;
        Assert.Equal(one.Hash, Simulator.Run(plan, new RunHooks { ResumeFrom = file }).Hash);
    }
}
