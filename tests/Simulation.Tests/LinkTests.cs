using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>
/// A message's way: latency is not bandwidth, cards send one message after the other, FIFO links keep order.
/// </summary>
public class LinkTests
{
    // Ten messages of 80 bytes leave worker 0 at once; the server notes when each comes and which it was.
    static List<(double Time, double Number)> Arrivals(Func<LinkModel, LinkModel> links, Law? delay = null, params Fault[] faults)
    {
        var method = new Burst();
        var plan = Plans.Of(method, 1, 100, delay ?? Plans.Second) with { Faults = faults, LogUpdates = true };
        var record = Simulator.Run(plan with { Links = links(plan.Links) });
        return [.. record.UpdateLog.Select(u => (u.Time / 1e9, (double)u.Version))];
    }

    [Fact]
    public void Delays_are_independent_of_what_is_in_flight()
    {
        var arrivals = Arrivals(links => links);

        Assert.Equal(10, arrivals.Count);
        Assert.All(arrivals, a => Assert.Equal(1, a.Time));
    }

    [Fact]
    public void A_senders_card_sends_one_message_after_the_other_before_they_travel()
    {
        // 80 bytes at 40 bytes a second: message i has left at 2 (i + 1) s, and comes 1 s later.
        var arrivals = Arrivals(links => links with { SendRate = 40 });

        Assert.Equal(Enumerable.Range(0, 10).Select(i => ((2.0 * (i + 1)) + 1, (double)i)), arrivals);
    }

    [Fact]
    public void A_receivers_card_takes_one_message_after_the_other_after_they_travelled()
    {
        // All are there at 1 s, and pass at 2 s each, whichever comes first.
        var arrivals = Arrivals(links => links with { ReceiveRate = 40 });

        Assert.Equal(Enumerable.Range(1, 10).Select(i => 1 + (2.0 * i)), arrivals.Select(a => a.Time));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (double)i), arrivals.Select(a => a.Number).Order());
    }

    [Fact]
    public void A_fifo_link_keeps_the_order_and_another_does_not()
    {
        var delay = new ShiftedExponential(new ShiftedExponential.Options { Mean = 1 });

        var fifo = Arrivals(links => links with { Fifo = true }, delay);
        var free = Arrivals(links => links, delay);

        Assert.Equal(Enumerable.Range(0, 10).Select(i => (double)i), fifo.Select(a => a.Number));
        Assert.NotEqual(fifo.Select(a => a.Number), free.Select(a => a.Number));
        // Nobody comes before its own delay is over: a message waits for its predecessors, and for nothing else.
        var own = free.ToDictionary(a => a.Number, a => a.Time);
        double latest = 0;
        foreach (var (time, number) in fifo)
        {
            latest = Math.Max(latest, own[number]);
            Assert.Equal(latest, time);
        }
    }

    [Fact]
    public void Duplicates_come_twice_with_delays_of_their_own_and_drops_never()
    {
        var delay = new Uniform(new Uniform.Options { Low = 1, High = 2 });

        var twice = Arrivals(links => links, delay, new DuplicateFault(new DuplicateFault.Options { Probability = 1 }));
        var never = Arrivals(links => links, delay, new DropFault(new DropFault.Options { Probability = 1 }));

        Assert.Equal(20, twice.Count);
        Assert.All(twice.GroupBy(a => a.Number), g => Assert.Equal(2, g.Select(a => a.Time).Distinct().Count()));
        Assert.Empty(never);
    }

    [Fact]
    public void The_age_of_an_update_is_its_compute_wire_and_queue_time()
    {
        // One worker: model 1 s on the wire, 4 s of computing, gradient 1 s on the wire, 0.5 s of service at the
        // server.
        var problem = new Quadratic(new Quadratic.Options { Targets = [[1.0]] });
        problem.Build(new ProblemContext(1, 1, name => name));
        var method = new AsyncSgd(new AsyncSgd.Options { Step = ConstantSchedule.Of(0.1) });
        var plan = Plans.Of(method, 1, 66, Plans.Second, problem) with
        {
            Compute = Plans.Equal(1, 4),
            LogUpdates = true,
            Service = new Dictionary<string, Law> { ["server"] = new Constant(new Constant.Options { Value = 0.5 }) },
        };

        var record = Simulator.Run(plan);

        Assert.Equal(10, record.UpdateLog.Count);
        Assert.All(record.UpdateLog, u =>
        {
            Assert.Equal((4_500_000_000, 2_000_000_000, 0), (u.Compute, u.Wire, u.Queue));
            Assert.Equal(0, u.Time % 6_500_000_000);
            Assert.Equal(0, u.Staleness);
        });
    }

    [Fact]
    public void Updates_that_wait_for_the_server_age_in_its_queue()
    {
        // Three equal workers, gradients together every round; service 1 s each: the second waits 1 s, the third 2 s.
        var problem = new Quadratic(new Quadratic.Options { Targets = [[1.0]] });
        problem.Build(new ProblemContext(3, 1, name => name));
        var method = new AsyncSgd(new AsyncSgd.Options { Step = ConstantSchedule.Of(0.1) });
        var plan = Plans.Of(method, 3, 10, Plans.Second, problem) with
        {
            Compute = Plans.Equal(3, 4),
            LogUpdates = true,
            Service = new Dictionary<string, Law> { ["server"] = Plans.Second },
        };

        var record = Simulator.Run(plan);
        var log = record.UpdateLog;

        // Each counts for the worker whose gradient it applied.
        Assert.Equal([1, 2, 3], record.Staleness.AgentMeans.Select(a => a.Agent));
        Assert.Equal(log.OrderBy(u => u.Agent).Select(u => u.Staleness), record.Staleness.AgentMeans.Select(a => a.Max));
        Assert.Equal(log.OrderBy(u => u.Agent).Select(u => (u.Agent, u.Staleness, 1L)), record.Staleness.AgentCounts);
        Assert.Equal([7, 8, 9], log.Select(u => u.Time / 1_000_000_000));
        Assert.Equal([0, 1, 2], log.Select(u => u.Queue / 1_000_000_000));
        Assert.Equal([0, 1, 2], log.Select(u => u.Staleness));
        Assert.All(log, u => Assert.Equal(u.Time, u.Compute + u.Wire + u.Queue));
    }

    /// <summary>One worker sends ten numbered messages at once.</summary>
    [Method("burst", Needs = Needs.Workers)]
    sealed class Burst : Method
    {
        static readonly MessageKind Parcel = new("parcel", Dim.Parameters) { Bytes = 80 };

        public override void Declare(Layout layout)
        {
            layout.Messages(Parcel);
            layout.Role("server", Count.One, new Server());
            layout.Role("worker", Count.PerWorker, new Worker());
        }

        sealed class Server : RoleProgram<int>
        {
            public override void Declare(RoleLayout role)
            {
            }

            public override void OnMessage(ref int s, in Received m, Effects e) => e.RecordUpdate(0, m.Origin);
        }

        sealed class Worker : RoleProgram<int>
        {
            Peer _server;
            Vector _x;

            public override void Declare(RoleLayout role) =>
                (_server, _x) = (role.Peer("server"), role.Vector("x", Dim.Parameters));

            public override void OnStart(ref int s, Effects e)
            {
                for (var i = 0; i < 10; i++)
                    e.Send(_server, Parcel, e.Snapshot(_x, i));
            }
        }
    }
}
