using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

public class EvaluationTests
{
    // Two workers, 1 s per link and per gradient. At 3 s both bring -1, of the point 0; at 6 s -0.9 and -0.8, of 0.1 and
    // 0.2. A sample at an instant comes before its events.
    [Fact]
    public void A_point_is_evaluated_once_and_sampled_at_every_instant()
    {
        var problem = Counted.Of(target: 1);

        var record = Simulator.Run(PlanOf(problem, step: 0.1));

        Assert.Equal(3, problem.Evaluations);
        double[] x = [0, 0, 0, 0, 0.2, 0.2, 0.2, 0.37, 0.37];
        foreach (var (metric, of) in new (string, Func<double, double>)[]
        {
            ("loss", e => e * e / 2), ("gradient-norm", e => e), ("own", e => 1 - e),
        })
        {
            var values = record.Metrics.Where(p => p.Metric == metric).Select(p => p.Value).ToArray();
            Assert.Equal(x.Length, values.Length);
            for (var k = 0; k < x.Length; k++)
                Assert.Equal(of(1 - x[k]), values[k], 1e-12);
        }
    }

    [Fact]
    public void The_point_where_runs_of_a_problem_start_is_evaluated_once()
    {
        var problem = Counted.Of(target: 1);
        var first = Simulator.Run(PlanOf(problem, step: 0.1));

        var second = Simulator.Run(PlanOf(problem, step: 0.2));
        Assert.Equal(3 + 2, problem.Evaluations);
        Assert.Equal(StartOf(first), StartOf(second));
        Assert.Equal([("loss", 0.5), ("gradient-norm", 1), ("own", 0)], StartOf(second));

        var elsewhere = Simulator.Run(PlanOf(problem, step: 0.1) with { InitialPoint = [0.5] });
        Assert.Equal(5 + 3, problem.Evaluations);
        Assert.Equal([("loss", 0.125), ("gradient-norm", 0.5), ("own", 0.5)], StartOf(elsewhere));

        // Another optimum makes other metrics of the same point; another problem has its own.
        problem.Optimum = new Optimum([1], 0, 0);
        var known = Simulator.Run(PlanOf(problem, step: 0.1) with { InitialPoint = [0.5] });
        Assert.Equal(8 + 3, problem.Evaluations);
        Assert.Equal(("gap", 0.125), StartOf(known)[1]);
        var other = Counted.Of(target: 2);
        Assert.Equal(("loss", 2.0), StartOf(Simulator.Run(PlanOf(other, step: 0.1)))[0]);
        Assert.Equal(3, other.Evaluations);
    }

    static List<(string, double)> StartOf(RunRecord record) =>
        [.. record.Metrics.Where(p => p.Time == 0).Select(p => (p.Metric, p.Value))];

    static RunPlan PlanOf(Problem problem, double step) => Plans.Of(
        new AsyncSgd(new AsyncSgd.Options { Step = ConstantSchedule.Of(step) }), 2, 8, Plans.Second, problem) with
    {
        SampleEvery = Seconds(1),
    };

    sealed class Counted(Quadratic inner) : Problem
    {
        public static Counted Of(double target)
        {
            var quadratic = new Quadratic(new Quadratic.Options { Targets = [[target]] });
            quadratic.Build(new ProblemContext(2, 1, name => name));
            return new Counted(quadratic);
        }

        public int Evaluations { get; private set; }

        public override int Parameters => inner.Parameters;

        public override int Places => inner.Places;

        public override IReadOnlyList<OracleForm> Oracles => inner.Oracles;

        public override string Fingerprint => inner.Fingerprint;

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
        {
            Evaluations++;
            return inner.Objective(x, gradient);
        }

        public override void Evaluate(ReadOnlySpan<double> x, Action<string, double> metric) => metric("own", x[0]);
    }
}
