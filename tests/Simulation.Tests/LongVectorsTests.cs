using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Testing;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

public class LongVectorsTests
{
    // Several blocks, the last one short.
    const int Length = 50_001;

    [Fact]
    public void Operations_shared_by_threads_have_the_bits_of_one()
    {
        var plan = Plans.Of(
            new AsyncSgd(new() { Step = Step(0.1) }), 2, 1, new Constant(new() { Value = 1 }), QuadraticOf(Targets(2)));
        using var evaluator = BatchEvaluator<double>.Of(
            plan, Simulator.LayOut(plan), Simulator.OraclesOf<double>(plan), threads: 2);
        var vectors = new LongVectors<double>(evaluator, 0);
        var x = Enumerable.Range(0, Length).Select(i => Math.Sqrt(i + 0.5)).ToArray();
        var y = Enumerable.Range(0, Length).Select(i => 1 / (i + 3.0)).ToArray();
        var (actual, expected) = (new double[Length], new double[Length]);

        vectors.Copy(x, actual);
        Assert.Equal(x, actual);
        vectors.Scale(0.3, x, actual);
        VectorMathReference<double>.Scale(0.3, x, expected);
        Assert.Equal(expected, actual);
        vectors.Axpy(-0.7, x, y, actual);
        y.CopyTo(expected, 0);
        VectorMathReference<double>.Axpy(-0.7, x, expected);
        Assert.Equal(expected, actual);
        vectors.Lerp(0.9, x, y, actual);
        y.CopyTo(expected, 0);
        VectorMathReference<double>.Lerp(0.9, x, expected);
        Assert.Equal(expected, actual);
    }
}
