using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Tests.Support;

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

    // 400,000 customers: the wait's relative standard error is about 1.5 % at this load.
    static double MeanWait(Law service)
    {
        var record = Simulator.Run(Plans.Of(new Waiting(service), 1, 500_000, Plans.Zero));
        Assert.InRange(record.Staleness.Updates, 398_000, 402_000);
        return record.Age.Queue / record.Staleness.Updates;
    }

    /// <summary>Customers carry a version, so that the clerk can record how long each has waited.</summary>
    [Method("waiting", Needs = Needs.Workers)]
    sealed class Waiting(Law? service) : Method
    {
        static readonly MessageKind Customer = new("customer", Dim.Parameters);

        public override void Declare(Layout layout)
        {
            layout.Messages(Customer);
            layout.Role("clerk", Count.One, new Clerk(service));
            layout.Role("street", Count.PerWorker, new Street());
        }

        struct State
        {
            public long Customers;
        }

        sealed class Clerk(Law? service) : RoleProgram<State>
        {
            public override void Declare(RoleLayout role) => role.ServiceTime = service;

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
