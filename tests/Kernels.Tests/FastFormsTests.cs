using System.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Kernels.Tests;

/// <summary>Fast forms in another assembly than AsyncOpt's, as those of plug-ins: found for problems of that assembly.
/// </summary>
public class FastFormsTests
{
    [Fact]
    public void A_problem_is_computed_with_the_forms_of_its_own_assembly()
    {
        var problem = new Line();
        var table = new OracleTable<float>(problem);
        var output = new float[1];

        table[Oracle.Gradient].Evaluate(new() { Input = [3], Output = output });
        FastLosses.Attach(problem);

        Assert.True(table.IsFast(Oracle.Gradient));
        Assert.Equal([6], output);
        Assert.IsType<LineLoss>(problem.FastLoss);
    }

    [Fact]
    public void The_forms_of_this_assembly_are_AsyncOpts_alone()
    {
        Assert.DoesNotContain(FastOracles.All, form => form.Type == typeof(LineGradient<>));
        Assert.DoesNotContain(typeof(Line), FastLosses.Problems);
    }

    [Fact]
    public void A_form_of_an_oracle_that_is_not_there_is_refused()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => new OracleTable<double>(new Misnamed()));

        Assert.EndsWith("is marked as a fast form of the oracle 'gradient', which problem 'Misnamed' does not have; it has "
            + "'f.grad'", refused.Message, StringComparison.Ordinal);
    }

    class Line : Problem
    {
        public override int Parameters => 1;

        public override int Places => 1;

        public override string Fingerprint => "line";

        public override IReadOnlyList<OracleForm> Oracles =>
            [new(Oracle.Gradient, (in OracleCall<double> call) => call.Output[0] = 2 * call.Input[0])];

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient) => x[0] * x[0];
    }

    sealed class Misnamed : Line;

    [FastOracle(typeof(Line), "f.grad")]
    sealed class LineGradient<T>(Line problem) : FastOracle<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override void Evaluate(in OracleCall<T> call) =>
            call.Output[0] = (T.One + T.One) * call.Input[0] * T.CreateTruncating(problem.Places);
    }

    [FastOracle(typeof(Misnamed), "gradient")]
    sealed class MisnamedGradient<T> : FastOracle<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override void Evaluate(in OracleCall<T> call) => call.Output[0] = call.Input[0];
    }

    [FastLoss(typeof(Line))]
    sealed class LineLoss : FastLoss
    {
        public override double Sum(in LossSamples samples, Span<double> gradient, out int right) => right = 0;
    }
}
