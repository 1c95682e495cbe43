using System.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Kernels.Tests.Oracles;

/// <summary>Local training of many places at once, held to the same one after the other.</summary>
public class LocalTrainingTests
{
    const int Steps = 3, Batch = 4;

    static readonly Optimizer[] Optimizers = [new Sgd(), new Momentum(new()), new AdamW(new())];

    [Theory]
    [InlineData(nameof(LogisticRegression))]
    [InlineData(nameof(MlpClassification))]
    [InlineData(nameof(LanguageModel))]
    public void Rows_of_local_steps_have_the_bits_of_single_calls(string name)
    {
        var type = FastOracles.All.Select(o => o.Replaces.Problem).First(p => p.Name == name);
        foreach (var problem in FastOracleCases.For(type))
        {
            foreach (var optimizer in Optimizers)
            {
                foreach (var isShared in (bool[])[false, true])
                {
                    Check<float>(problem, optimizer, isShared);
                    Check<double>(problem, optimizer, isShared);
                }
            }
        }
    }

    // Whether it did anything: every place has moved, by its own batches.
    static void Check<T>(Problem problem, Optimizer optimizer, bool isShared)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var oracle = new OracleTable<T>(problem)[new LocalSteps(optimizer, new ConstantSchedule(new() { Value = 0.05 }))];
        var (d, places) = (problem.Parameters, problem.Places);
        var inputs = Vectors.Random<T>(isShared ? d : places * d, 1);
        T[] states0 = States(2, optimizer.States > 0), states1 = States(3, optimizer.States > 1);
        var (before0, before1, outputs) = ((T[])states0.Clone(), (T[])states1.Clone(), new T[places * d]);
        var samples = new int[places * Steps * Batch];
        for (var k = 0; k < places * Steps; k++)
            problem.Sampler!.Draw(k / Steps, new(k / Steps, 5 + (k % Steps)), 1, samples.AsSpan(k * Batch, Batch));
        oracle.EvaluateRows(new()
        {
            Count = places,
            Dimension = d,
            Inputs = inputs,
            IsShared = isShared,
            Outputs = outputs,
            States0 = states0,
            States1 = states1,
            Batch = Batch,
            Samples = samples,
            Steps = Steps,
            RateStep = 2,
            OptimizerStep = 7,
        });
        for (var place = 0; place < places; place++)
        {
            var (own, each) = (place * d, Steps * Batch);
            var (y, y0, y1) = (new T[d], new T[d], new T[d]);
            oracle.Evaluate(new()
            {
                Input = inputs.AsSpan(isShared ? 0 : own, d),
                Input1 = Own(before0),
                Input2 = Own(before1),
                Output = y,
                Output1 = optimizer.States > 0 ? y0 : [],
                Output2 = optimizer.States > 1 ? y1 : [],
                Place = place,
                Samples = samples.AsSpan(place * each, each),
                Steps = Steps,
                Batch = Batch,
                RateStep = 2,
                OptimizerStep = 7,
            });
            Vectors.AssertSameBits<T>(y, outputs.AsSpan(own, d));
            Vectors.AssertSameBits<T>(y0.AsSpan(0, Own(states0).Length), Own(states0));
            Vectors.AssertSameBits<T>(y1.AsSpan(0, Own(states1).Length), Own(states1));
            Assert.NotEqual(inputs[isShared ? 0 : own], outputs[own]);

            Span<T> Own(T[] all) => all.Length == 0 ? [] : all.AsSpan(own, d);
        }

        T[] States(ulong seed, bool has) => has ? [.. Vectors.Random<T>(places * d, seed).Select(T.Abs)] : [];
    }

    [Theory]
    [InlineData(true, 6, 1)]
    [InlineData(false, 0, 0)]
    public void First_steps_at_one_point_are_one_call_of_the_gradient(bool isShared, int rows, int calls)
    {
        var gradient = new CountingGradient();
        var training = new Kernels.Oracles.LocalTraining<double>(
            new LocalSteps(new Sgd(), new ConstantSchedule(new() { Value = 0.5 })), gradient, [new("all", 0, 2)]);
        double[] inputs = [.. Enumerable.Range(0, isShared ? 2 : 12).Select(k => (double)k)];
        training.EvaluateRows(new()
        {
            Count = 6, Dimension = 2, Inputs = inputs, IsShared = isShared, Outputs = new double[12], Steps = Steps,
        });

        Assert.Equal((rows, calls), (gradient.Rows, gradient.Calls));
        Assert.Equal(6 * Steps - rows, gradient.Single);
    }

    sealed class CountingGradient : FastOracle<double>
    {
        public int Rows { get; private set; }

        public int Calls { get; private set; }

        public int Single { get; private set; }

        public override void Evaluate(in OracleCall<double> call)
        {
            Single++;
            call.Input.CopyTo(call.Output);
        }

        public override void EvaluateRows(in OracleRows<double> rows)
        {
            Assert.True(rows.IsShared);
            (Rows, Calls) = (Rows + rows.Count, Calls + 1);
            for (var i = 0; i < rows.Count; i++)
                rows.Inputs.CopyTo(rows.Output(i));
        }
    }
}
