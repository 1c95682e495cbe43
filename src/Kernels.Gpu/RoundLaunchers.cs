using System.Numerics;
using System.Reflection;
using AsyncOpt.Core.Optimizers;
using ILGPU;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>Launches a step of an optimizer on whole arrays.</summary>
/// <typeparam name="T">float or double.</typeparam>
delegate void StepLauncher<T>(
    AcceleratorStream stream, Index1D count, StepVectors<T> vectors, ArrayView<T> gradient, StepNumbers<T> numbers,
    StepFactors<T> factors)
    where T : unmanaged;

/// <summary>The kernels of rounds, loaded.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TScalar">The arithmetic of T.</typeparam>
/// <param name="accelerator">The device.</param>
sealed class RoundLaunchers<T, TScalar>(Accelerator accelerator)
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    readonly Dictionary<Type, StepLauncher<T>> _steps = [];

    public Action<AcceleratorStream, Index1D, TopologyViews, MixingViews<T>, ArrayView<T>, ArrayView<T>, int> Mix
    { get; } = accelerator.LoadAutoGroupedKernel<
        Index1D, TopologyViews, MixingViews<T>, ArrayView<T>, ArrayView<T>, int>(RoundKernels<T, TScalar>.Mix);

    public Action<AcceleratorStream, Index1D, ArrayView<T>, ArrayView<int>, int> Find { get; } =
        accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<T>, ArrayView<int>, int>(
            RoundKernels<T, TScalar>.FindNotFinite);

    public Action<AcceleratorStream, Index1D, ArrayView<T>, ArrayView<ulong>, int> Hash { get; } =
        accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<T>, ArrayView<ulong>, int>(
            RoundKernels<T, TScalar>.Hash);

    public Action<AcceleratorStream, Index1D, ArrayView<ulong>, ArrayView<ulong>, ulong> Publish { get; } =
        accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<ulong>, ArrayView<ulong>, ulong>(ChainKernels.Publish);

    public Action<AcceleratorStream, Index1D, ShardViews, ArrayView<int>, int, ulong, int, long> Draw { get; } =
        accelerator.LoadAutoGroupedKernel<Index1D, ShardViews, ArrayView<int>, int, ulong, int, long>(
            ChainKernels.Draw);

    public Action<
        AcceleratorStream, Index1D, ChainRound, TopologyViews, ArrayView<ulong>, ArrayView<ulong>, ArrayView<ulong>,
        ArrayView<int>> Chain
    { get; } = accelerator.LoadAutoGroupedKernel<
            Index1D, ChainRound, TopologyViews, ArrayView<ulong>, ArrayView<ulong>, ArrayView<ulong>, ArrayView<int>>(
            ChainKernels.Chain);

    /// <summary>The kernel of an optimizer that has one.</summary>
    public StepLauncher<T> Step(Optimizer optimizer)
    {
        var open = DeviceSteps.Of(optimizer)!;
        if (!_steps.TryGetValue(open, out var launch))
        {
            var load = GetType().GetMethod(nameof(Load), BindingFlags.NonPublic | BindingFlags.Instance)!
                .MakeGenericMethod(open.MakeGenericType(typeof(T), typeof(TScalar)));
            _steps.Add(open, launch = (StepLauncher<T>)load.Invoke(this, null)!);
        }
        return launch;
    }

    StepLauncher<T> Load<TStep>()
        where TStep : struct, IStep<T>
    {
        var kernel = accelerator.LoadAutoGroupedKernel<
            Index1D, StepVectors<T>, ArrayView<T>, StepNumbers<T>, StepFactors<T>>(StepKernels<T, TStep>.Step);
        return (stream, count, vectors, gradient, numbers, factors) =>
            kernel(stream, count, vectors, gradient, numbers, factors);
    }
}
