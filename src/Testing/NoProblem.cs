using AsyncOpt.Core.Problems;

namespace AsyncOpt.Testing;

/// <summary>Nothing to optimize: for programs that only send messages.</summary>
/// <param name="places">How many workers or nodes there are.</param>
public sealed class NoProblem(int places) : Problem
{
    /// <inheritdoc/>
    public override int Parameters => 1;

    /// <inheritdoc/>
    public override int Places => places;

    /// <inheritdoc/>
    public override IReadOnlyList<OracleForm> Oracles => [];

    /// <inheritdoc/>
    public override string Fingerprint => "none";

    /// <inheritdoc/>
    public override void Build(ProblemContext context)
    {
    }

    /// <inheritdoc/>
    public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient.Clear();
        return 0;
    }
}
