using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Problems;
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
        var quadratic = new Quadratic(new Quadratic.Options { Targets = [[1.0]] });
        quadratic.Build(new ProblemContext(2, 1, name => name));
        var problem = new Counted(quadratic);
        var plan = Plans.Of(
            new AsyncSgd(new AsyncSgd.Options { Step = ConstantSchedule.Of(0.1) }), 2, 8, Plans.Second, problem) with
        {
            SampleEvery = Seconds(1),
        };

        var record = Simulator.Run(plan);

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

    sealed class Counted(Quadratic inner) : Problem
    {
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
