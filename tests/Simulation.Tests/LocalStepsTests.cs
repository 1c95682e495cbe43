using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Local training in one request against the same steps asked for one by one, bit for bit.</summary>
public class LocalStepsTests
{
    const int Steps = 5, Jobs = 3;

    static readonly StepSchedule Rate = new CosineSchedule(new() { Peak = 0.1, Final = 0.01, Steps = 12 });

    public static TheoryData<Optimizer> Rules => [new Sgd(), new Nesterov(new()), new AdamW(new())];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Has_the_bits_of_single_steps(Optimizer rule)
    {
        foreach (var precision in (Precision[])[Precision.Float64, Precision.Float32])
        {
            foreach (var batch in (int[])[0, 3])
            {
                var together = Run(rule, Steps, batch, precision);
                var single = Run(rule, 1, batch, precision);

                Assert.Equal(single.Estimate, together.Estimate);
                Assert.Equal(single.Counts.Gradients, together.Counts.Gradients);
                Assert.Equal(single.Counts.Samples, together.Counts.Samples);
                Assert.Equal(Steps * Jobs, together.Counts.Gradients);
                Assert.Equal(single.VirtualTime, together.VirtualTime); // per-step only
            }
        }
    }

    [Fact]
    public void One_optimizer_step_is_the_effect_of_the_same_name()
    {
        var oracle = Run(new AdamW(new()), 1, 3, Precision.Float32);
        var effect = Simulator.Run(Plan(new ByEffect(new AdamW(new())), Precision.Float32));

        Assert.Equal(oracle.Estimate, effect.Estimate);
    }

    [Fact]
    public void Noise_of_a_step_is_that_of_its_batch_number()
    {
        var problem = new Quadratic(new() { Dimension = 4, Noise = 1 });
        problem.Build(new(1, 3, f => f));
        var together = Simulator.Run(Plan(new Training(new Sgd(), Steps, 1), Precision.Float64) with { Problem = problem });
        var single = Simulator.Run(Plan(new Training(new Sgd(), 1, 1), Precision.Float64) with { Problem = problem });

        Assert.Equal(single.Estimate, together.Estimate);
    }

    [Fact]
    public void More_than_one_step_needs_a_key()
    {
        var plan = Plan(new Training(new Sgd(), Steps, 1) { HasKey = false }, Precision.Float64);

        Assert.Contains("key", Assert.Throws<InvalidOperationException>(() => Simulator.Run(plan)).Message);
    }

    static RunRecord Run(Optimizer rule, int steps, int batch, Precision precision) =>
        Simulator.Run(Plan(new Training(rule, steps, batch), precision));

    static RunPlan Plan(Method method, Precision precision)
    {
        var problem = new LeastSquares(new()
        {
            Data = new SyntheticRegression(new() { Samples = 20, Dimension = 6, Noise = 0.5 }),
            Sampling = Sampling.WithoutReplacement,
        });
        problem.Build(new(1, 3, f => f));
        return Plans.Of(method, 1, 100, Plans.Zero, problem) with
        {
            Precision = precision,
            Compute = new(VirtualTime.Zero, VirtualTime.Zero, [1.0]) { PerStep = Seconds(1) },
        };
    }

    struct State
    {
        public int Made;
    }

    sealed class Training(Optimizer rule, int steps, int batch) : Method
    {
        readonly LocalSteps _oracle = new(rule, Rate);

        public bool HasKey { get; init; } = true;

        public override IReadOnlyList<Oracle> Oracles => [_oracle];

        public override void Declare(Layout layout) =>
            layout.Role("worker", Count.PerWorker, new Worker(this, rule, steps, batch));

        sealed class Worker(Training owner, Optimizer rule, int steps, int batch) : RoleProgram<State>
        {
            Vector _x, _u, _v;

            public override void Declare(RoleLayout role)
            {
                _x = role.Vector("x", Dim.Parameters, Estimate.Mean);
                _u = rule.States > 0 ? role.Vector("u", Dim.Parameters) : default;
                _v = rule.States > 1 ? role.Vector("v", Dim.Parameters) : default;
            }

            public override void OnStart(ref State s, Effects e) => Begin(ref s, e);

            public override void OnComputed(ref State s, in Computed c, Effects e)
            {
                s.Made += steps;
                if (s.Made < Steps * Jobs)
                    Begin(ref s, e);
            }

            void Begin(ref State s, Effects e) => e.Compute(new Computation(owner._oracle, 0, batch)
            {
                Steps = steps,
                RateStep = s.Made,
                OptimizerStep = s.Made,
                Key = owner.HasKey ? new BatchKey(0, s.Made) : null,
                Input = _x,
                Input1 = _u,
                Input2 = _v,
                Output = _x,
                Output1 = _u,
                Output2 = _v,
            });
        }
    }

    sealed class ByEffect(Optimizer rule) : Method
    {
        public override void Declare(Layout layout) => layout.Role("worker", Count.PerWorker, new Worker(rule));

        sealed class Worker(Optimizer rule) : RoleProgram<State>
        {
            Vector _x, _g, _u, _v;

            public override void Declare(RoleLayout role)
            {
                _x = role.Vector("x", Dim.Parameters, Estimate.Mean);
                _g = role.Vector("g", Dim.Parameters);
                _u = role.Vector("u", Dim.Parameters);
                _v = role.Vector("v", Dim.Parameters);
            }

            public override void OnStart(ref State s, Effects e) => e.Compute(Oracle.Gradient, _x, 3, _g);

            public override void OnComputed(ref State s, in Computed c, Effects e)
            {
                e.Step(rule, Rate.At(s.Made), s.Made + 1, _g, _x, _u, _v);
                if (++s.Made < Steps * Jobs)
                    e.Compute(Oracle.Gradient, _x, 3, _g);
            }
        }
    }
}
