using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests.Methods;

public class AsyncSgdTests
{
    static AsyncSgd Method(double step, AsyncSgd.Adaptation adaptive = AsyncSgd.Adaptation.None) =>
        new(new() { Step = Step(step), Adaptive = adaptive });

    /// <summary>The same target everywhere, so that an update is known from the version that it rests on.</summary>
    static Quadratic Alike(int workers) =>
        QuadraticOf([.. Enumerable.Repeat(new[] { 1.0, -2, 0.5, 7, 3 }, workers)]);

    /// <summary>x_(k+1) = x_k - eta factor_k grad(x_version_k), fed with the recorded order.</summary>
    static double[] Replay(Problem problem, RunRecord record, double step, Func<long, double> factor)
    {
        var points = new List<double[]> { new double[problem.Parameters] };
        foreach (var update in record.UpdateLog)
        {
            Assert.Equal(points.Count - 1 - update.Version, update.Staleness);
            var x = (double[])points[^1].Clone();
            Axpy(-(step * factor(update.Staleness)), Gradient(problem, 0, points[(int)update.Version]), x);
            points.Add(x);
        }
        return points[^1];
    }

    [Fact]
    public void One_worker_is_serial_sgd_bit_for_bit()
    {
        var problem = QuadraticOf(Targets(1, 9), noise: 0.3);
        var record = Simulator.Run(PlanOf(Method(0.1), problem, 40.5).WithDelay(0.01));
        var x = new double[9];
        var steps = (int)record.Counts.Updates;
        for (var k = 0; k < steps; k++)
            Axpy(-0.1, Gradient(problem, 0, x, agent: 1, k), x);

        Assert.Equal(39, steps); // 1.02 s each
        Assert.Equal(x, record.Estimate);
        Assert.Equal(0, record.Staleness.Max);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void Equal_times_give_a_mean_staleness_of_n_minus_one_per_round(int n)
    {
        var record = Simulator.Run(PlanOf(Method(0.01), Alike(n), 30.5) with { LogUpdates = true });

        Assert.Equal(30 * n, record.Counts.Updates);
        for (var round = 1; round < 30; round++)
        {
            var staleness = record.UpdateLog.Skip(round * n).Take(n).Select(u => u.Staleness).ToArray();
            Assert.Equal(n - 1, staleness.Average(), 1e-12);
            Assert.All(staleness, s => Assert.InRange(s, 0, (2 * n) - 2));
        }
    }

    [Fact]
    public void A_run_is_the_delayed_sgd_loop_of_its_recorded_order_bit_for_bit()
    {
        var problem = Alike(6);
        var plan = PlanOf(Method(0.03), problem, 60.5).WithDelay(0.2).WithJitter(0.3, 3) with { LogUpdates = true };
        var record = Simulator.Run(plan);

        Assert.True(record.Staleness.Max > 6);
        Assert.Equal(Replay(problem, record, 0.03, _ => 1), record.Estimate);
    }

    [Fact]
    public void The_adaptive_step_is_plain_while_no_delay_exceeds_the_number_of_workers()
    {
        // A fixed order in each round: every delay is n - 1 after the first pass.
        double[] factors = [1, 1.0001, 1.0002, 1.0003];
        var problem = QuadraticOf(Targets(4));
        var plain = Simulator.Run(PlanOf(Method(0.1), problem, 50.5).WithSpeeds(factors));
        var adaptive = Simulator.Run(
            PlanOf(Method(0.1, AsyncSgd.Adaptation.Delay), problem, 50.5).WithSpeeds(factors));

        Assert.Equal(3, plain.Staleness.Max);
        Assert.Equal(plain.Hash, adaptive.Hash);
    }

    [Fact]
    public void The_adaptive_step_scales_a_slow_worker_by_workers_over_delay()
    {
        var problem = Alike(2);
        var plan = PlanOf(Method(0.05, AsyncSgd.Adaptation.Delay), problem, 35.2).WithSpeeds(1, 10.3);
        var record = Simulator.Run(plan with { LogUpdates = true });

        Assert.Equal([10, 10, 10], record.UpdateLog.Where(u => u.Staleness > 2).Select(u => u.Staleness));
        Assert.Equal(Replay(problem, record, 0.05, s => s > 2 ? 2.0 / s : 1), record.Estimate);
        Assert.NotEqual(Replay(problem, record, 0.05, _ => 1), record.Estimate);
    }

    [Fact]
    public void Age_is_computing_and_travelling()
    {
        var record = Simulator.Run(PlanOf(Method(0.1), Alike(3), 20.5).WithDelay(0.25) with { LogUpdates = true });

        Assert.All(record.UpdateLog, u => Assert.Equal((1_000_000_000, 500_000_000, 0), (u.Compute, u.Wire, u.Queue)));
    }

    [Fact]
    public void A_lost_message_ends_in_a_stall_that_names_it()
    {
        var record = Simulator.Run(PlanOf(Method(0.1), Alike(2), 1000) with
        {
            Faults = [new DropFault(new() { Probability = 0.2 })],
        });

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Matches("waits? for", record.Reason);
    }

    [Fact]
    public void Duplicated_messages_do_not_multiply_computations()
    {
        var record = Simulator.Run(PlanOf(Method(0.01), Alike(3), 100.5).WithDelay(0.3) with
        {
            Faults = [new DuplicateFault(new() { Probability = 0.4 })],
        });

        Assert.InRange(record.Counts.Gradients, 3 * 60, 3 * 100); // one at a time and worker
        Assert.True(record.Counts.Updates > record.Counts.Gradients);
    }

    [Fact]
    public void A_worker_and_a_server_that_crash_come_back_to_work()
    {
        var record = Simulator.Run(PlanOf(Method(0.1), Alike(3), 100.5).WithDelay(0.1) with
        {
            Faults =
            [
                new CrashFault(new() { Place = 1, At = Seconds(10.5), For = Seconds(5) }),
                new CrashFault(new() { Place = -1, At = Seconds(50.15), For = Seconds(2) }),
            ],
            LogUpdates = true,
        });

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
        // 1.2 s each, three workers, 40 s.
        Assert.InRange(record.UpdateLog.Count(u => u.Time > 60_000_000_000), 95, 105);
        Assert.Equal(2, record.Counts.Crashes);
    }
}
