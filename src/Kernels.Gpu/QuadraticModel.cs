using System.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>Curvatures and targets on the device.</summary>
/// <typeparam name="T">float or double.</typeparam>
struct QuadraticViews<T>
    where T : unmanaged
{
    /// <summary>Shape (d).</summary>
    public ArrayView<T> Curvature;

    /// <summary>A target per place (places x d), or one for all.</summary>
    public ArrayView<T> Targets;
}

/// <summary>h_k (x_k - c_pk), and local training on it.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TStep">What becomes of the gradient.</typeparam>
static class QuadraticKernels<T, TStep>
    where T : unmanaged, INumber<T>
    where TStep : struct, IStep<T>
{
    /// <summary>A work item per request.</summary>
    public static void Items(Index1D request, BatchViews<T> batch, QuadraticViews<T> model) =>
        Evaluate<OneLane>(request, batch, model);

    /// <summary>A group per request.</summary>
    public static void Groups(BatchViews<T> batch, QuadraticViews<T> model) =>
        Evaluate<GroupLanes>(Grid.IdxX, batch, model);

    // Coordinates have nothing to do with each other: no barrier is needed.
    static void Evaluate<TLanes>(int request, BatchViews<T> batch, QuadraticViews<T> model)
        where TLanes : struct, ILanes
    {
        var head = batch.Heads[request];
        var vectors = Vectors.Begin<T, TLanes>(request, head, batch);
        var target = model.Targets.SubView(
            model.Targets.Length > batch.Dimension ? (long)head.Place * batch.Dimension : 0, batch.Dimension);
        for (var step = 0; step < head.Steps; step++)
        {
            var factors = batch.Factors[head.FirstFactors + step];
            for (var k = TLanes.Lane; k < batch.Dimension; k += TLanes.Count)
            {
                var gradient = model.Curvature[k] * (vectors.Point[k] - target[k]);
                TStep.Take(vectors, k, gradient, batch.Numbers, factors);
            }
        }
    }
}

/// <summary>Quadratics without noise: with it, the drawing of normals costs more than all else.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TScalar">The arithmetic of T.</typeparam>
[DeviceModel(typeof(Quadratic))]
sealed class QuadraticModel<T, TScalar> : DeviceModel<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    readonly GpuDevice _device;
    readonly MemoryBuffer1D<T, Stride1D.Dense> _curvature, _targets;

    QuadraticModel(GpuDevice device, Quadratic problem, T[] targets)
    {
        _device = device;
        _curvature = device.Accelerator.Allocate1D(Array.ConvertAll(problem.Curvature, T.CreateTruncating));
        _targets = device.Accelerator.Allocate1D(targets);
    }

    public static DeviceModel<T>? Open(GpuDevice device, Quadratic problem)
    {
        var d = problem.Parameters;
        var places = problem.HasOneTarget ? 1 : problem.Places;
        var numbers = (long)places * d;
        if (problem.Noise > 0 || numbers > Array.MaxLength
            || numbers * Interop.SizeOf<T>() > device.Accelerator.MemorySize / 2)
            return null;
        var targets = new T[numbers];
        for (var k = 0; k < targets.Length; k++)
            targets[k] = T.CreateTruncating(problem.Target(k / d)[k % d]);
        return new QuadraticModel<T, TScalar>(device, problem, targets);
    }

    /// <inheritdoc />
    public override IDeviceOracle<T> OracleOf(Oracle oracle)
    {
        var step = DeviceSteps.Of(oracle)!.MakeGenericType(typeof(T), typeof(TScalar));
        var views = new QuadraticViews<T> { Curvature = _curvature.View.BaseView, Targets = _targets.View.BaseView };
        return (IDeviceOracle<T>)Activator.CreateInstance(
            typeof(QuadraticOracle<,>).MakeGenericType(typeof(T), step), _device, oracle, views)!;
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _curvature.Dispose();
        _targets.Dispose();
    }
}

/// <summary>Evaluates requests of a quadratic.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TStep">What becomes of gradients.</typeparam>
sealed class QuadraticOracle<T, TStep> : BatchOracle<T>
    where T : unmanaged, INumber<T>
    where TStep : struct, IStep<T>
{
    readonly QuadraticViews<T> _model;
    readonly Action<AcceleratorStream, Index1D, BatchViews<T>, QuadraticViews<T>>? _items;
    readonly Action<AcceleratorStream, KernelConfig, BatchViews<T>, QuadraticViews<T>>? _groups;
    readonly int _groupSize;

    /// <summary>Loads the kernel: which of the two depends on the number of parameters.</summary>
    public QuadraticOracle(GpuDevice device, Oracle oracle, QuadraticViews<T> model)
        : base(device, oracle, model.Curvature.IntLength)
    {
        (_model, _groupSize) = (model, device.GroupSize);
        if (Dimension <= device.ItemParametersMax)
        {
            _items = device.Accelerator.LoadAutoGroupedKernel<Index1D, BatchViews<T>, QuadraticViews<T>>(
                QuadraticKernels<T, TStep>.Items);
        }
        else
        {
            _groups = device.Accelerator.LoadKernel<BatchViews<T>, QuadraticViews<T>>(
                QuadraticKernels<T, TStep>.Groups);
        }
    }

    /// <inheritdoc />
    public override int ScratchOf(int batch) => 0;

    /// <inheritdoc />
    protected override void LaunchKernel(AcceleratorStream stream, int requests, BatchViews<T> batch)
    {
        if (_items is not null)
            _items(stream, requests, batch, _model);
        else
            _groups!(stream, new KernelConfig(requests, _groupSize), batch, _model);
    }
}
