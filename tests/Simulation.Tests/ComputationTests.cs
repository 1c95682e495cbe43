using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

public class ComputationTests
{
    [Fact]
    public void Messages_are_handled_while_computing_unless_the_role_waits()
    {
        var handling = new Tinkerer(WhileComputing.Handle, cancel: false);
        var waiting = new Tinkerer(WhileComputing.Wait, cancel: false);

        Simulator.Run(Plans.Of(handling, 1, 20, Plans.Second, new Doubling()));
        Simulator.Run(Plans.Of(waiting, 1, 20, Plans.Second, new Doubling()));

        Assert.Equal("note", string.Join(' ', handling.Trace.Take(3).Select(t => t.Split(' ')[0]).Distinct()));
        var order = waiting.Trace.Select(t => t.Split(' ')[0]);
        Assert.Equal(["note", "computed", "note", "computed", "note", "computed"], order);
    }

    [Fact]
    public void Inputs_are_frozen_at_the_request()
    {
        // The gradient is 2x + 1. Under Wait: x = 0 -> g = 1; x := n1 + 1, x += g; and so on, in the order of the
        // notes.
        var method = new Tinkerer(WhileComputing.Wait, cancel: false);

        var record = Simulator.Run(Plans.Of(method, 1, 20, Plans.Second, new Doubling()));

        double x = 0;
        foreach (var note in method.Trace.Where(t => t.StartsWith("note", StringComparison.Ordinal)))
        {
            var g = (2 * x) + 1;
            x = double.Parse(note.Split(' ')[1]) + 1 + g;
        }
        Assert.Equal(x, record.Estimate[0]);
    }

    [Fact]
    public void A_cancelled_computation_leaves_no_trace()
    {
        var method = new Tinkerer(WhileComputing.Handle, cancel: true);

        var record = Simulator.Run(Plans.Of(method, 1, 20, Plans.Second, new Doubling()));

        Assert.Equal(2, method.Trace.Count(t => t.StartsWith("computed", StringComparison.Ordinal)));
        Assert.Equal(2, record.Counts.Gradients);
        Assert.Equal(5, record.Counts.Events);
    }

    [Fact]
    public void One_thread_evaluates_what_is_due_and_several_evaluate_many_at_once_where_that_keeps_them_busy()
    {
        var cancelling = Plans.Of(new Tinkerer(WhileComputing.Handle, cancel: true), 1, 20, Plans.Second, new Doubling());

        var alone = Simulator.Run(cancelling with { Threads = 1 }).Counts;
        var tooLittle = Simulator.Run(cancelling with { Threads = 2 }).Counts;
        var together = Simulator.Run(cancelling with { Threads = 2 }, new RunHooks { ParallelLeast = 0 }).Counts;

        Assert.Equal((alone.Gradients, 1, 0), (alone.Evaluations, alone.BatchMax, alone.WastedEvaluations));
        Assert.Equal(alone, tooLittle);
        Assert.Equal(alone.Gradients, together.Gradients);
        Assert.True(together.BatchMax > 1, "nothing was evaluated together");
    }

    /// <summary>One coordinate; the gradient is 2x + 1.</summary>
    [Fact]
    public void Computations_that_sleep_take_wall_time_and_the_record_says_so()
    {
        var method = new Tinkerer(WhileComputing.Wait, cancel: false);

        var record = Simulator.Run(Plans.Of(method, 1, 20, Plans.Second, new Doubling { Sleep = 0.02 }));

        var slept = 0.02 * record.Counts.Evaluations;
        Assert.True(slept > 0);
        Assert.InRange(record.ComputationSeconds, 0.99 * slept, record.WallSeconds);
    }

    sealed class Doubling : Problem
    {
        public double Sleep { get; init; }

        public override int Parameters => 1;

        public override int Places => 1;

        public override string Fingerprint => "doubling";

        public override IReadOnlyList<OracleForm> Oracles =>
        [
            new(Oracle.Gradient, (in OracleCall<double> c) =>
            {
                Thread.Sleep(TimeSpan.FromSeconds(Sleep));
                c.Output[0] = (2 * c.Input[0]) + 1;
            }),
        ];

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
        {
            gradient[0] = (2 * x[0]) + 1;
            return (x[0] * x[0]) + x[0];
        }
    }
}
