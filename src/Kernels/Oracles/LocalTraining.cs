using System.Numerics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Oracles;

/// <summary>
/// Local training by a problem's own gradient and an optimizer: H gradients, H steps, each on its own batch. What it
/// needs beside its outputs is one gradient per thread.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="steps">Optimizer and schedule.</param>
/// <param name="gradient">The problem's f.grad.</param>
/// <param name="blocks">The problem's layers.</param>
sealed class LocalTraining<T>(LocalSteps steps, FastOracle<T> gradient, IReadOnlyList<ParameterBlock> blocks)
    : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ThreadStatic]
    static T[]? _gradient;

    readonly FastOptimizer<T> _optimizer = FastOptimizers.Make<T>(steps.Optimizer);

    /// <inheritdoc />
    public override void Evaluate(in OracleCall<T> call)
    {
        var d = call.Input.Length;
        if (_gradient is null || _gradient.Length < d)
            _gradient = new T[d];
        var g = _gradient.AsSpan(0, d);
        call.Input.CopyTo(call.Output);
        call.Input1.CopyTo(call.Output1);
        call.Input2.CopyTo(call.Output2);
        for (var h = 0; h < call.Steps; h++)
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
}
