using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Tests;

/// <summary>
/// Consensus-based optimization without noise: particle i at x_i with energy E(x_i) contributes both to a reducer, and
/// moves towards what comes back, v: <c>x_i := x_i - drift (x_i - v)</c>. With weights exp(-alpha (E(x_i) - min E)), v
/// is the consensus point of Pinnau et al. (2017).
/// </summary>
/// <param name="reduction">What v is.</param>
/// <param name="drift">lambda dt, in (0, 1].</param>
[Method("consensus", Needs = Needs.Workers)]
public sealed class Consensus(Reduction reduction, double drift) : Method
{
    static readonly Oracle Start = new("start", [Dim.Parameters], [Dim.Parameters]);
    static readonly Oracle Energy = new("energy", [Dim.Parameters], []) { Scalars = 1 };

    /// <summary>The exponent of the weights, alpha.</summary>
    public double Alpha { get; init; }

    /// <summary>When the reducer answers.</summary>
    public Answers Answers { get; init; }

    /// <summary>How long the reducer takes.</summary>
    public VirtualTime Time { get; init; } = VirtualTime.Zero;

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles => [Start, Energy];

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        var reducer = new Reducer("particle", reduction, Dim.Parameters)
        {
            Answers = Answers, Time = Time, Weight = (s, least) => ExactMath.Exp(-Alpha * (s - least)),
        };
        layout.Messages(reducer.Contribution, reducer.Result);
        layout.Role("particle", Count.PerWorker, new Particle(reducer, drift));
        layout.Role("reducer", Count.One, reducer);
    }

    struct ParticleState
    {
        public long Round;
    }

    sealed class Particle(Reducer reducer, double drift) : RoleProgram<ParticleState>
    {
        Vector _x;
        Peer _reducer;

        public override void Declare(RoleLayout role) =>
            (_x, _reducer) = (role.Vector("x", Dim.Parameters, Estimate.Mean), role.Peer("reducer"));

        public override void OnStart(ref ParticleState s, Effects e) => e.Compute(Start, _x, 0, _x);

        public override void OnComputed(ref ParticleState s, in Computed c, Effects e)
        {
            if (c.Oracle == Start)
                e.Compute(Energy, _x, 0, default);
            else
                e.Send(_reducer, reducer.Contribution, c.Scalar, e.Snapshot(_x, s.Round));
        }

        public override void OnMessage(ref ParticleState s, in Received m, Effects e)
        {
            if (m.Version != s.Round)
                return; // it came twice
            e.RecordUpdate(0, m.Origin);
            e.Lerp(drift, m.Vector, _x);
            s.Round++;
            e.Compute(Energy, _x, 0, default);
        }
    }

    /// <summary>Particle i starts at <see cref="PointOf"/>; E(x) = |x|^2 / 2.</summary>
    public sealed class Bowl(int places) : Problem
    {
        /// <inheritdoc/>
        public override int Parameters => 3;

        /// <inheritdoc/>
        public override int Places => places;

        /// <inheritdoc/>
        public override string Fingerprint => "bowl";

        /// <summary>Where a particle starts.</summary>
        public static double[] PointOf(int place) => [(0.3 * place) - 1, 1.7 - (0.01 * place * place), 0.5];

        /// <summary>E.</summary>
        public static double EnergyOf(ReadOnlySpan<double> x)
        {
            var sum = 0.0;
            foreach (var value in x)
                sum += value * value / 2;
            return sum;
        }

        /// <inheritdoc/>
        public override IReadOnlyList<OracleForm> Oracles =>
        [
            new(Start, (in OracleCall<double> c) => PointOf(c.Place).CopyTo(c.Output)),
            new(Energy, (in OracleCall<double> c) => c.Scalars[0] = EnergyOf(c.Input)),
        ];

        /// <inheritdoc/>
        public override void Build(ProblemContext context)
        {
        }

        /// <inheritdoc/>
        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient) => EnergyOf(x);
    }
}
