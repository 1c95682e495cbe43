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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_plain_form_of_rows_is_told_that_calls_share_an_input_and_has_the_bits_of_single_calls(bool isShared)
    {
        Check<double>();
        Check<float>();

        void Check<T>()
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            // More rows than are widened at once.
            const int calls = 5;
            var problem = new Sines(10_000);
            var (oracle, d) = (new OracleTable<T>(problem)[Oracle.Gradient], problem.Parameters);
            var inputs = Vectors.Random<T>(isShared ? d : calls * d, 1);
            var outputs = new T[calls * d];
            oracle.EvaluateRows(new()
            {
                Count = calls, Dimension = d, Inputs = inputs, IsShared = isShared, Outputs = outputs, FirstPlace = 2,
            });

            Assert.Equal(calls, problem.Rows);
            Assert.Equal(isShared ? calls : 0, problem.Shared);
            for (var i = 0; i < calls; i++)
            {
                var expected = new T[d];
                var input = inputs.AsSpan(isShared ? 0 : i * d, d);
                oracle.Evaluate(new() { Input = input, Output = expected, Place = 2 + i });
                Vectors.AssertSameBits<T>(expected, outputs.AsSpan(i * d, d));
            }
        }
    }

    [Fact]
    public void An_oracle_that_the_problem_lacks_is_named_beside_those_it_has()
    {
        var error = Assert.Throws<InputException>(() => new OracleTable<double>(new Plain())[Oracle.Gradient]);
        Assert.Equal("the method asks for the oracle 'f.grad', and this problem has only 'pair'", error.Message);
    }

    /// <summary>f.grad = sin x plus the place: the sines of an input that calls share are computed once.</summary>
    sealed class Sines(int d) : Bare(d)
    {
        /// <summary>Calls that came in rows, and those of them that shared an input.</summary>
        public int Rows { get; private set; }

        public int Shared { get; private set; }

        public override IReadOnlyList<OracleForm> Oracles =>
            [new(Oracle.Gradient, Evaluate) { EvaluateRows = EvaluateRows }];

        static void Evaluate(in OracleCall<double> call)
        {
            for (var k = 0; k < call.Output.Length; k++)
                call.Output[k] = Math.Sin(call.Input[k]) + call.Place;
        }

        void EvaluateRows(in OracleRows<double> rows)
        {
            Rows += rows.Count;
            Shared += rows.IsShared ? rows.Count : 0;
            var sines = new double[rows.Inputs.Length];
            for (var k = 0; k < sines.Length; k++)
                sines[k] = Math.Sin(rows.Inputs[k]);
            for (var i = 0; i < rows.Count; i++)
            {
                var own = rows.IsShared ? sines : sines.AsSpan(i * rows.Dimension, rows.Dimension);
                for (var k = 0; k < own.Length; k++)
                    rows.Output(i)[k] = own[k] + (rows.FirstPlace + i);
            }
        }
    }

    abstract class Bare(int d) : Problem
    {
        public override int Parameters => d;

        public override int Places => 1;

        public override string Fingerprint => "plain";

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient) => 0;
    }

    sealed class Plain() : Bare(2)
    {
        public override IReadOnlyList<OracleForm> Oracles => [new(Pair, Evaluate)];

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
