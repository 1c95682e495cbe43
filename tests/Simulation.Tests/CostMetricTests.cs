using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Metrics;
using AsyncOpt.Simulation.Tests.Support;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

public class CostMetricTests
{
    [Fact]
    public void A_run_costs_machines_use_and_bytes_since_its_start()
    {
        // 3 workers; each second one gradient of 3 numbers from each, and a model back; the first models beside that.
        var cost = new CostMetric(new()
        {
            Prices = [new() { Role = "worker", PerSecond = 0.5, PerComputedSecond = 4 }],
            PerByte = 0.125,
        });
        var plan = PlanOf(new AsyncSgd(new() { Step = Step(0.1) }), QuadraticOf(Targets(3)), 8.5) with
        {
            SampleEvery = Seconds(4.25),
            EventMetrics = [cost],
        };

        var record = Simulator.Run(plan);

        double Workers(double time, int rounds) => 3 * ((0.5 * time) + (4 * rounds) + (0.125 * 24 * rounds));
        double Server(int rounds) => 0.125 * 24 * 3 * (rounds + 1);
        // Nothing is sent before the start.
        Assert.Equal([0, Workers(4.25, 4), Workers(8.5, 8)], record.Metric("cost-worker"));
        Assert.Equal([Workers(4.25, 4) + Server(4), Workers(8.5, 8) + Server(8)], record.Metric("cost")[1..]);
    }
}
