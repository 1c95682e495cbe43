using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Stations against queueing theory: mean waits of M/M/1 and M/D/1 (Pollaczek-Khinchine).</summary>
public class StationTests
{
    const double Rate = 0.8;

    [Fact]
    public void Mean_wait_with_exponential_service_is_that_of_M_M_1()
    {
        // W = rho / (mu - lambda) with mu = 1.
        var wait = MeanWait(new ShiftedExponential(new ShiftedExponential.Options { Mean = 1 }));

        Assert.InRange(wait, 4.0 * 0.93, 4.0 * 1.07);
    }

    [Fact]
    public void Mean_wait_with_constant_service_is_that_of_M_D_1()
    {
        // W = rho / (2 (mu - lambda)).
        var wait = MeanWait(new Constant(new Constant.Options { Value = 1 }));

        Assert.InRange(wait, 2.0 * 0.95, 2.0 * 1.05);
    }

    [Fact]
    public void Without_service_time_nobody_waits()
    {
        var record = Simulator.Run(Plans.Of(new Waiting(null), 1, 100, Plans.Zero));

        Assert.True(record.Staleness.Updates > 50);
        Assert.Equal(0, record.Age.Queue);
        Assert.Equal(0, record.Age.Compute);
    }

    [Theory]
    [InlineData(0.8, 0)]
    [InlineData(0.8, 3)]
    [InlineData(1.3, 4)]
    public void The_share_that_finds_no_room_is_that_of_M_M_1_K(double load, int buffer)
    {
        var service = new ShiftedExponential(new ShiftedExponential.Options { Mean = load / Rate });
        var plan = Plans.Of(new Waiting(service, buffer), 1, 25_000, Plans.Zero) with
        {
            Metrics = false,
            TimelineAgents = 0,
        };

        // Losses come in bunches: the error is that of whole runs.
        double[] lost = [.. Enumerable.Range(1, 20).Select(seed =>
        {
            var counts = Simulator.Run(plan with { Seeds = Seeds.Of((ulong)seed) }).Counts;
            Assert.Equal(counts.Overflowed, counts.Lost);
            return (double)counts.Overflowed / counts.Messages;
        })];

        var (n, average) = (buffer + 1, lost.Average());
        ModelsPage.Row(
            "service", FormattableString.Invariant($"share lost, exponential, load {load}, buffer {buffer}"),
            Math.Pow(load, n) * (1 - load) / (1 - Math.Pow(load, n + 1)), average,
            Math.Sqrt(lost.Sum(x => (x - average) * (x - average)) / 19 / 20));
    }

    [Fact]
    public void Messages_that_wait_for_a_computation_need_room_too()
    {
        // Of three notes that come at once the first is computed with, and the others wait, or as many as may.
        Tinkerer Waits() => new(WhileComputing.Wait, cancel: false);
        var (all, some) = (Waits(), Waits());
        var plan = Plans.Of(all, 1, 10, Plans.Zero, QuadraticOf([[1]]));

        Assert.Equal(0, Simulator.Run(plan).Counts.Overflowed);
        var record = Simulator.Run(plan with
        {
            Method = some,
            ServiceBuffers = new Dictionary<string, int> { ["worker"] = 1 },
        });

        Assert.Equal((1, 1), (record.Counts.Overflowed, record.Counts.Lost));
        Assert.Equal((2 * 3, 2 * 2), (all.Trace.Count, some.Trace.Count));
    }

    [Fact]
    public void A_limit_changes_no_bit_with_partitions_or_a_checkpoint()
    {
        var plan = Testing.ContractTests.For(new AsyncSgd(new() { Step = Step(0.05), Timeout = Seconds(0.1) }))
            .Plan("none") with
        {
            Service = new Dictionary<string, Law> { ["server"] = new Constant(new() { Value = 0.01 }) },
            ServiceBuffers = new Dictionary<string, int> { ["server"] = 2 },
        };
        using var file = new MemoryStream();

        var one = Simulator.Run(plan);
        var three = plan with { Partitions = 3, ForcePartitions = true };
        var saving = Simulator.Run(three, new RunHooks { CheckpointAt = Seconds(1.3), CheckpointTo = file });
        file.Position = 0;
        var resumed = Simulator.Run(plan, new RunHooks { ResumeFrom = file });

        Assert.InRange(one.Counts.Overflowed, 50, long.MaxValue);
        SameRun.Assert(one, saving);
        SameRun.Assert(one with { Timeline = resumed.Timeline, UpdateLog = resumed.UpdateLog }, resumed);
    }

    // 400,000 customers: the wait's relative standard error is about 1.5 % at this load.
    static double MeanWait(Law service)
    {
        var record = Simulator.Run(Plans.Of(new Waiting(service), 1, 500_000, Plans.Zero));
        Assert.InRange(record.Staleness.Updates, 398_000, 402_000);
        return record.Age.Queue / record.Staleness.Updates;
    }

    /// <summary>Customers carry a version, so that the clerk can record how long each has waited.</summary>
    [Method("waiting", Needs = Needs.Workers)]
    sealed class Waiting(Law? service, int? buffer = null) : Method
    {
        static readonly MessageKind Customer = new("customer", Dim.Parameters);

        public override void Declare(Layout layout)
        {
            layout.Messages(Customer);
            layout.Role("clerk", Count.One, new Clerk(service, buffer));
            layout.Role("street", Count.PerWorker, new Street());
        }

        struct State
        {
            public long Customers;
        }

        sealed class Clerk(Law? service, int? buffer) : RoleProgram<State>
        {
            public override void Declare(RoleLayout role) => (role.ServiceTime, role.ServiceBuffer) = (service, buffer);

            public override void OnMessage(ref State s, in Received m, Effects e) => e.RecordUpdate(0, m.Origin);
        }

        sealed class Street : RoleProgram<State>
        {
            Peer _clerk;
            Vector _x;

            public override void Declare(RoleLayout role) =>
                (_clerk, _x) = (role.Peer("clerk"), role.Vector("x", Dim.Parameters));

            public override void OnStart(ref State s, Effects e) => e.SetTimer(Seconds(-Math.Log(e.Uniform()) / Rate));

            public override void OnTimer(ref State s, in TimerFired t, Effects e)
            {
                e.Send(_clerk, Customer, e.Snapshot(_x, s.Customers++));
                e.SetTimer(Seconds(-Math.Log(e.Uniform()) / Rate));
            }
        }
    }
}
