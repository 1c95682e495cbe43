using System.Numerics;
using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>
/// Local training by a problem's own gradient and an optimizer: H gradients, H steps, each on its own batch. What it
/// needs beside its outputs is a gradient per thread, or as many as there are first steps at one point.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="steps">Optimizer and schedule.</param>
/// <param name="gradient">The problem's f.grad.</param>
/// <param name="blocks">The problem's layers.</param>
sealed class LocalTraining<T>(LocalSteps steps, FastOracle<T> gradient, IReadOnlyList<ParameterBlock> blocks)
    : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Gradients of first steps that wait in the cache until they are used.
    const int WaitingBytes = 512 << 10;

    [ThreadStatic]
    static T[]? _gradients;

    [ThreadStatic]
    static int[]? _samples;

    readonly FastOptimizer<T> _optimizer = FastOptimizers.Make<T>(steps.Optimizer);

    /// <inheritdoc />
    public override void Evaluate(in OracleCall<T> call)
    {
        call.Input.CopyTo(call.Output);
        call.Input1.CopyTo(call.Output1);
        call.Input2.CopyTo(call.Output2);
        Train(in call, Room(ref _gradients, call.Input.Length), isFirstKnown: false);
    }

    /// <summary>Where all calls begin at one point, the gradients of their first steps are one call.</summary>
    /// <inheritdoc />
    public override void EvaluateRows(in OracleRows<T> rows)
    {
        var most = Math.Max(1, WaitingBytes / Math.Max(1, rows.Dimension * Unsafe.SizeOf<T>()));
        for (var first = 0; first < rows.Count; first += most)
            TrainRows(rows.Slice(first, Math.Min(most, rows.Count - first)));
    }

    void TrainRows(in OracleRows<T> rows)
    {
        var d = rows.Dimension;
        var gradients = Room(ref _gradients, rows.Count * d);
        if (rows.IsShared)
            FirstGradients(in rows, gradients);
        for (var i = 0; i < rows.Count; i++)
        {
            rows.Input(i).CopyTo(rows.Output(i));
            var call = new OracleCall<T>
            {
                Output = rows.Output(i),
                Output1 = rows.States0.IsEmpty ? [] : rows.States0.Slice(i * d, d),
                Output2 = rows.States1.IsEmpty ? [] : rows.States1.Slice(i * d, d),
                Place = rows.FirstPlace + i,
                Samples = rows.SamplesOf(i),
                Noise = new Draw(rows.Seed, Purpose.Noise, (ulong)(rows.FirstAgent + i), (ulong)rows.Number),
                Steps = rows.Steps,
                Batch = rows.Batch,
                RateStep = rows.RateStep,
                OptimizerStep = rows.OptimizerStep,
            };
            Train(in call, gradients.Slice(i * d, d), rows.IsShared);
        }
    }

    void FirstGradients(in OracleRows<T> rows, Span<T> gradients)
    {
        var samples = Room(ref _samples, rows.Count * rows.Batch);
        for (var i = 0; i < rows.Count; i++)
            rows.SamplesOf(i)[..rows.Batch].CopyTo(samples[(i * rows.Batch)..]);
        gradient.EvaluateRows(new()
        {
            Count = rows.Count,
            Dimension = rows.Dimension,
            Inputs = rows.Inputs,
            IsShared = true,
            Outputs = gradients,
            Batch = rows.Batch,
            Samples = samples,
            FirstPlace = rows.FirstPlace,
            Seed = rows.Seed,
            FirstAgent = rows.FirstAgent,
            Number = rows.Number,
        });
    }

    // All steps, where the outputs hold what they begin with. The room holds the first step's gradient, if it is known.
    void Train(in OracleCall<T> call, Span<T> g, bool isFirstKnown)
    {
        for (var h = 0; h < call.Steps; h++)
        {
            if (h > 0 || !isFirstKnown)
            {
                gradient.Evaluate(new()
                {
                    Input = call.Output,
                    Output = g,
                    Scalars = call.Scalars,
                    Place = call.Place,
                    Samples = BatchOf(call, h),
                    Noise = call.Noise.Later(h),
                    Steps = 1,
                    Batch = call.Batch,
                });
            }
            _optimizer.Step(new()
            {
                X = call.Output,
                Gradient = g,
                State0 = call.Output1,
                State1 = call.Output2,
                Rate = steps.Rate.At(call.RateStep + h),
                Number = call.OptimizerStep + h + 1,
                Blocks = blocks,
            });
        }
    }

    static ReadOnlySpan<int> BatchOf(in OracleCall<T> call, int h) => call.Samples.Length <= call.Batch
        ? call.Samples
        : call.Samples.Slice(h * call.Batch, call.Batch);

    static Span<TItem> Room<TItem>(ref TItem[]? room, int length)
    {
        if (room is null || room.Length < length)
            room = new TItem[length];
        return room.AsSpan(0, length);
    }
}
