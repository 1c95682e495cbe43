using AsyncOpt.Core;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Kernels.Tests;

public class OracleTableTests
{
    // Two inputs, two outputs, a scalar: x + y, x - y, x.y plus the place.
    static readonly Oracle Pair =
        new("pair", [Dim.Parameters, Dim.Parameters], [Dim.Parameters, Dim.Parameters]) { Scalars = 1 };

    [Fact]
    public void A_problem_without_fast_oracles_runs_in_its_plain_form_at_both_widths()
    {
        Check<double>();
        Check<float>();

        static void Check<T>()
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            var table = new OracleTable<T>(new Plain());
            T[] x = [T.CreateChecked(1.5), T.CreateChecked(2)], y = [T.CreateChecked(0.25), T.CreateChecked(4)];
            T[] sum = new T[2], difference = new T[2];
            var scalars = new double[1];
            table[Pair].Evaluate(new()
            {
                Input = x, Input1 = y, Output = sum, Output1 = difference, Scalars = scalars, Place = 7,
            });

            Assert.False(table.IsFast(Pair));
            Assert.Equal([1.75, 6], sum.Select(double.CreateChecked));
            Assert.Equal([1.25, -2], difference.Select(double.CreateChecked));
            Assert.Equal(0.375 + 8 + 7, scalars[0]);
        }
    }

    [Fact]
    public void The_plain_form_in_float32_does_not_allocate_once_it_is_warm()
    {
        var oracle = new OracleTable<float>(new Plain())[Pair];
        float[] x = [1, 2], y = [3, 4], sum = new float[2], difference = new float[2];
        var scalars = new double[1];
        Evaluate();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var repeat = 0; repeat < 10; repeat++)
            Evaluate();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        void Evaluate() =>
            oracle.Evaluate(new() { Input = x, Input1 = y, Output = sum, Output1 = difference, Scalars = scalars });
    }

    [Fact]
    public void An_oracle_that_the_problem_lacks_is_named_beside_those_it_has()
    {
        var error = Assert.Throws<InputException>(() => new OracleTable<double>(new Plain())[Oracle.Gradient]);
        Assert.Equal("the method asks for the oracle 'f.grad', and this problem has only 'pair'", error.Message);
    }

    sealed class Plain : Problem
    {
        public override int Parameters => 2;

        public override int Places => 1;

        public override IReadOnlyList<OracleForm> Oracles => [new(Pair, Evaluate)];

        public override string Fingerprint => "plain";

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient) => 0;

        static void Evaluate(in OracleCall<double> call)
        {
            call.Scalars[0] = call.Place;
            for (var k = 0; k < call.Output.Length; k++)
            {
                call.Output[k] = call.Input[k] + call.Input1[k];
                call.Output1[k] = call.Input[k] - call.Input1[k];
                call.Scalars[0] += call.Input[k] * call.Input1[k];
            }
        }
    }
}
