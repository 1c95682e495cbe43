using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Tests.Support;

/// <summary>f_p(x) = |x - p|^2 / 2 in 2 coordinates, in rows as well; counts calls by whether they share a point.</summary>
sealed class PlacesProblem(int places) : Problem
{
    public int Shared { get; private set; }

    public int Apart { get; private set; }

    public override int Parameters => 2;

    public override int Places => places;

    public override IReadOnlyList<OracleForm> Oracles =>
        [new(Oracle.Gradient, Gradient) { EvaluateRows = Gradients }];

    public override string Fingerprint => "places";

    public override void Build(ProblemContext context)
    {
    }

    public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
    {
        for (var k = 0; k < gradient.Length; k++)
            gradient[k] = x[k] - ((places - 1) / 2.0);
        return 0;
    }

    static void Gradient(in OracleCall<double> call)
    {
        for (var k = 0; k < 2; k++)
            call.Output[k] = call.Input[k] - call.Place;
    }

    void Gradients(in OracleRows<double> rows)
    {
        (Shared, Apart) = rows.IsShared ? (Shared + rows.Count, Apart) : (Shared, Apart + rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            for (var k = 0; k < 2; k++)
                rows.Output(i)[k] = rows.Input(i)[k] - (rows.FirstPlace + i);
        }
    }
}
