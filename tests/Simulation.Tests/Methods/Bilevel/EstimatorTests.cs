using AsyncOpt.Core.Methods.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests.Methods.Bilevel;

/// <summary>MSVR and STORM without noise: their errors in closed form.</summary>
public class EstimatorTests
{
    const int Blocks = 10, Sampled = 3;
    const double Weight = 0.3;

    // Ten blocks: errors e = u - q(before), movements d = q(now) - q(before).
    static double E(int i) => Math.Sin(i + 1.0);

    static double D(int i) => 0.5 * Math.Cos(3.0 * i);

    [Fact]
    public void The_theorys_gamma_is_that_of_the_lemma()
    {
        Assert.Equal(7 / 2.1 + 0.7, Msvr.Gamma(Blocks, Sampled, Weight), 1e-14);
        Assert.Equal(4.0333, Msvr.Gamma(Blocks, Sampled, Weight), 1e-4);
        Assert.Equal(0.7, Msvr.Gamma(5, 5, Weight), 1e-15);
        Assert.Equal(0, Msvr.Gamma(5, 5, 1));
        for (var sampled = 1; sampled < 10; sampled++)
            Assert.True(Msvr.Gamma(10, sampled, 0.5) <= 2.0 * 10 / sampled + 0.5);
    }

    // One step, then the mean over all 120 samples of 3 out of 10: exactly the second moment and the mean of theory, in
    // which e and d do not meet.
    [Fact]
    public void Over_all_samples_the_errors_moments_are_those_of_theory_without_a_cross_term()
    {
        var (sampled, others) = Errors(null);
        double second = 0, count = 0;
        var mean = new double[Blocks];
        for (var a = 0; a < Blocks; a++)
        {
            for (var b = a + 1; b < Blocks; b++)
            {
                for (var c = b + 1; c < Blocks; c++)
                {
                    count++;
                    for (var i = 0; i < Blocks; i++)
                    {
                        var error = i == a || i == b || i == c ? sampled[i] : others[i];
                        second += error * error;
                        mean[i] += error;
                    }
                }
            }
        }

        var (share, first) = ((double)Sampled / Blocks, (Blocks - Sampled) / (Sampled * (1 - Weight)));
        var (ofE, ofD) = ((share * 0.49) + 1 - share, (share * first * first) + 1 - share);
        Assert.Equal(120, count);
        Assert.Equal(
            Enumerable.Range(0, Blocks).Sum(i => (ofE * E(i) * E(i)) + (ofD * D(i) * D(i))), second / count, 1e-10);
        for (var i = 0; i < Blocks; i++)
        {
            var expected = ((1 - (Weight * share)) * E(i)) + (D(i) * (Blocks - Sampled) * Weight / (Blocks * (1 - Weight)));
            Assert.Equal(expected, mean[i] / count, 1e-12);
        }
        Assert.Equal(0.847, ofE, 1e-12);
        Assert.Equal(4.0333, ofD, 1e-4);
    }

    // gamma = 1 - a, what STORM would take, leaves a cross term; gamma = 0 is a moving average.
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.7)]
    public void A_sampled_block_errs_by_its_formula(double gamma)
    {
        var (sampled, others) = Errors(gamma);

        for (var i = 0; i < Blocks; i++)
        {
            // u = (1-a)(q0 + e) + a(q0 + d) + gamma d, less q0 + d.
            Assert.Equal(((1 - Weight) * E(i)) + ((Weight + gamma - 1) * D(i)), sampled[i], 1e-12);
            Assert.Equal(E(i) - D(i), others[i], 1e-12);
        }
    }

    [Fact]
    public void With_all_blocks_sampled_the_error_shrinks_by_1_minus_a_however_the_quantity_moves()
    {
        var tracker = new Msvr(ConstantSchedule.Of(Weight), null);
        tracker.Bind(1, 1);
        double[] path = [2, -1, 5, 5.5, 100, 3];
        var errors = new List<double>();
        var lab = new Lab(e =>
        {
            e.Fill(path[0] + 1, 0);
            for (var t = 1; t < path.Length; t++)
            {
                e.Fill(path[t], 1);
                e.Fill(path[t - 1], 2);
                tracker.Update(e.Effects, t, e.Vectors[1], e.Vectors[2], e.Vectors[0]);
                e.Read(0, value => errors.Add(value));
            }
        });
        lab.Run();

        for (var t = 1; t < path.Length; t++)
            Assert.Equal(path[t] + Math.Pow(0.7, t), errors[t - 1], 1e-12);
    }

    [Fact]
    public void The_storm_direction_of_an_exact_quantity_errs_1_minus_beta_times_what_it_did()
    {
        const double beta = 0.2;
        var storm = new Storm(DirectionRule.Storm, ConstantSchedule.Of(beta));
        double[] path = [2, -1, 5, 5.5, 100, 3];
        var found = new List<double>();
        var lab = new Lab(e =>
        {
            // z as the coordinator makes it, begun with an error of 1.
            e.Fill(path[0] + 1, 0);
            for (var t = 1; t < path.Length; t++)
            {
                e.Fill(path[t], 1);
                e.Fill(path[t - 1], 2);
                storm.Share(e.Effects, t, e.Vectors[2], e.Vectors[1]);
                e.Effects.Scale(storm.Keep(t), e.Vectors[0]);
                e.Effects.Axpy(storm.Take(t), e.Vectors[1], e.Vectors[0]);
                e.Read(0, value => found.Add(value));
            }
        });
        lab.Run();

        for (var t = 1; t < path.Length; t++)
            Assert.Equal(path[t] + Math.Pow(1 - beta, t), found[t - 1], 1e-12);
    }

    static (double[] Sampled, double[] Others) Errors(double? gamma)
    {
        var tracker = new Msvr(ConstantSchedule.Of(Weight), gamma);
        tracker.Bind(Blocks, Sampled);
        var sampled = new double[Blocks];
        var lab = new Lab(e =>
        {
            for (var i = 0; i < Blocks; i++)
            {
                var (block, before) = (i, 3.0 + i);
                e.Fill(before + E(i), 0);
                e.Fill(before + D(i), 1);
                e.Fill(before, 2);
                tracker.Update(e.Effects, 0, e.Vectors[1], e.Vectors[2], e.Vectors[0]);
                e.Read(0, value => sampled[block] = value - (before + D(block)));
            }
        });
        lab.Run();
        return (sampled, [.. Enumerable.Range(0, Blocks).Select(i => E(i) - D(i))]);
    }

    /// <summary>One agent with three vectors of one number, on which a test works with the engine's own effects.</summary>
    sealed class Lab(Action<Lab> work) : Method
    {
        readonly Queue<Action<double>> _readers = new();

        public Effects Effects { get; private set; } = null!;

        public Vector[] Vectors { get; } = new Vector[4];

        public void Fill(double value, int vector) => Effects.Fill(value, Vectors[vector]);

        /// <summary>The vector as it is now, as its product with 1; comes after the handler.</summary>
        public void Read(int vector, Action<double> reader)
        {
            Effects.Fill(1, Vectors[3]);
            _readers.Enqueue(reader);
            Effects.Compute(new Computation(Oracle.Dot, 0, 1) { Input = Vectors[vector], Input1 = Vectors[3] });
        }

        public void Run()
        {
            Simulator.Run(Plans.Of(this, 1, 1, Plans.Zero) with { Metrics = false });
            foreach (var value in _values.Values)
                _readers.Dequeue()(value);
        }

        public override void Declare(Layout layout) => layout.Role("lab", Count.One, new Program(this, work));

        struct State
        {
            public long Read;
        }

        sealed class Program(Lab lab, Action<Lab> work) : RoleProgram<State>
        {
            public override void Declare(RoleLayout role)
            {
                for (var i = 0; i < lab.Vectors.Length; i++)
                    lab.Vectors[i] = role.Vector($"v{i}", Dim.Parameters);
            }

            public override void OnStart(ref State s, Effects e)
            {
                lab.Effects = e;
                work(lab);
            }

            // Reductions of one agent come at one instant, in any order of their ties: the rank tells them apart.
            public override void OnComputed(ref State s, in Computed c, Effects e)
            {
                s.Read++;
                lab._values[c.Id.Number] = c.Scalar;
            }
        }

        readonly SortedDictionary<long, double> _values = [];
    }
}
