using AsyncOpt.Core.Problems;

namespace AsyncOpt.Benchmarks.Live;

/// <summary>A problem that computes nothing, of a dimension.</summary>
sealed class Idle(int places, int parameters) : Problem
{
    public override int Parameters => parameters;

    public override int Places => places;

    public override IReadOnlyList<OracleForm> Oracles => [];

    public override string Fingerprint => "idle";

    public override void Build(ProblemContext context)
    {
    }

    public override double Objective(ReadOnlySpan<double> x, Span<double> gradient) => 0;
}
