using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

public class EnergyMetricTests
{
    const double Time = 10.5;

    // Two workers, of which one takes 2 s: 10 and 5 gradients, each 3 numbers, and as many models beside the first two.
    static RunPlan Plan(params EventMetric[] metrics) =>
        PlanOf(new AsyncSgd(new() { Step = Step(0.1) }), QuadraticOf(Targets(2)), Time).WithSpeeds(1, 2) with
        {
            EventMetrics = metrics,
        };

    [Fact]
    public void Energy_is_that_of_idling_computing_and_sending()
    {
        var energy = new EnergyMetric(new()
        {
            Power = [new() { Role = "worker", Idle = 2, Compute = 7 }, new() { Role = "server", Idle = 50 }],
            PerByte = 0.25,
        });

        var record = Simulator.Run(Plan(energy));

        var (worker, server) = ((2 * 2 * Time) + (7 * (10 + (5 * 2))) + (0.25 * 15 * 24), (50 * Time) + (0.25 * 17 * 24));
        Assert.Equal([0, worker], record.Metric("energy-worker"));
        Assert.Equal(server, record.Metric("energy-server")[^1]);
        Assert.Equal(worker + server, record.Metric("energy")[^1]);
    }

    [Fact]
    public void Roles_without_a_power_take_what_they_send()
    {
        var record = Simulator.Run(Plan(new EnergyMetric(new() { PerByte = 2 })));

        Assert.Equal(2 * record.Counts.Bytes, record.Metric("energy")[^1]);
        Assert.Equal((15 + 17) * 24, record.Counts.Bytes);
        Assert.Empty(record.Metric("energy-worker"));
    }

    [Fact]
    public void What_a_crash_gives_up_is_not_counted_and_who_is_down_idles()
    {
        // The second worker's second gradient, of 2 to 4 s, is given up; from 5 s on it computes 2 whole ones.
        var energy = new EnergyMetric(new() { Power = [new() { Role = "worker", Idle = 1, Compute = 1 }] });
        var plan = Plan(energy) with
        {
            Faults = [new CrashFault(new() { Place = 1, At = Seconds(3), For = Seconds(2) })],
        };

        Assert.Equal((2 * Time) + 10 + (2 * (1 + 2)), Simulator.Run(plan).Metric("energy-worker")[^1]);
    }

    [Fact]
    public void Refuses_roles_that_are_not_there_or_twice()
    {
        EnergyMetric Of(params string[] roles) => new(new() { Power = [.. roles.Select(r => new EnergyMetric.Power { Role = r })] });
        string[] Errors(EnergyMetric energy) => [.. energy.Errors(Plan(), Simulator.LayOut(Plan()))];

        Assert.Equal(["metric 'energy': role 'worker' is given twice; keep one of them"], Errors(Of("worker", "worker")));
        Assert.Contains("has no role 'workers'", Assert.Single(Errors(Of("workers"))), StringComparison.Ordinal);
        Assert.Empty(Errors(Of("worker", "server")));
    }
}
