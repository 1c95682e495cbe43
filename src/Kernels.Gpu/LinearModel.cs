using System.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>A model that is linear in the features, and its samples on the device.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TScalar">The arithmetic of T.</typeparam>
/// <typeparam name="TLoss">The loss.</typeparam>
abstract class LinearModel<T, TScalar, TLoss> : DeviceModel<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
    where TLoss : struct, ILoss<T>
{
    readonly GpuDevice _device;
    readonly ResidentSamples<T> _samples;
    readonly int _classes;
    readonly T _regularization;

    /// <summary>Sends the samples of a problem.</summary>
    /// <param name="device">The device.</param>
    /// <param name="problem">The problem, built.</param>
    /// <param name="classes">K.</param>
    protected LinearModel(GpuDevice device, SampleProblem problem, int classes)
    {
        (_device, _classes) = (device, classes);
        _samples = new(device.Accelerator, problem);
        _regularization = T.CreateTruncating(problem.Regularization);
    }

    /// <inheritdoc />
    public override IDeviceOracle<T> OracleOf(Oracle oracle)
    {
        var step = DeviceSteps.Of(oracle)!.MakeGenericType(typeof(T), typeof(TScalar));
        var type = typeof(LinearOracle<,,,>).MakeGenericType(typeof(T), typeof(TScalar), typeof(TLoss), step);
        return (IDeviceOracle<T>)Activator.CreateInstance(type, _device, oracle, Views())!;
    }

    /// <inheritdoc />
    public override void Dispose() => _samples.Dispose();

    LinearViews<T> Views() => new()
    {
        Rows = _samples.Rows,
        Labels = _samples.Labels,
        Columns = _samples.Columns,
        Classes = _classes,
        Regularization = _regularization,
    };
}

/// <summary>Evaluates requests of a linear model.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TScalar">The arithmetic of T.</typeparam>
/// <typeparam name="TLoss">The loss.</typeparam>
/// <typeparam name="TStep">What becomes of gradients.</typeparam>
sealed class LinearOracle<T, TScalar, TLoss, TStep> : BatchOracle<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
    where TLoss : struct, ILoss<T>
    where TStep : struct, IStep<T>
{
    readonly LinearViews<T> _model;
    readonly Action<AcceleratorStream, Index1D, BatchViews<T>, LinearViews<T>>? _items;
    readonly Action<AcceleratorStream, KernelConfig, BatchViews<T>, LinearViews<T>>? _groups;
    readonly int _groupSize;

    /// <summary>Loads the kernel: which of the two depends on the number of parameters.</summary>
    public LinearOracle(GpuDevice device, Oracle oracle, LinearViews<T> model)
        : base(device, oracle, model.Columns * model.Classes)
    {
        (_model, _groupSize) = (model, device.GroupSize);
        if (Dimension <= device.ItemParametersMax)
        {
            _items = device.Accelerator.LoadAutoGroupedKernel<Index1D, BatchViews<T>, LinearViews<T>>(
                LinearKernels<T, TScalar, TLoss, TStep>.Items);
        }
        else
        {
            _groups = device.Accelerator.LoadKernel<BatchViews<T>, LinearViews<T>>(
                LinearKernels<T, TScalar, TLoss, TStep>.Groups);
        }
    }

    /// <inheritdoc />
    public override int ScratchOf(int batch) => batch * _model.Classes;

    /// <inheritdoc />
    protected override void LaunchKernel(AcceleratorStream stream, int requests, BatchViews<T> batch)
    {
        if (_items is not null)
            _items(stream, requests, batch, _model);
        else
            _groups!(stream, new KernelConfig(requests, _groupSize), batch, _model);
    }
}

/// <summary>Logistic regression.</summary>
[DeviceModel(typeof(LogisticRegression))]
sealed class LogisticModel<T, TScalar>(GpuDevice device, LogisticRegression problem)
    : LinearModel<T, TScalar, LogisticLoss<T, TScalar>>(device, problem, classes: 1)
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    public static DeviceModel<T>? Open(GpuDevice device, LogisticRegression problem) =>
        ResidentSamples<T>.Fit(device, problem) ? new LogisticModel<T, TScalar>(device, problem) : null;
}

/// <summary>Least squares.</summary>
[DeviceModel(typeof(LeastSquares))]
sealed class LeastSquaresModel<T, TScalar>(GpuDevice device, LeastSquares problem)
    : LinearModel<T, TScalar, SquaredLoss<T, TScalar>>(device, problem, classes: 1)
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    public static DeviceModel<T>? Open(GpuDevice device, LeastSquares problem) =>
        ResidentSamples<T>.Fit(device, problem) ? new LeastSquaresModel<T, TScalar>(device, problem) : null;
}

/// <summary>Softmax regression.</summary>
[DeviceModel(typeof(SoftmaxRegression))]
sealed class SoftmaxModel<T, TScalar>(GpuDevice device, SoftmaxRegression problem)
    : LinearModel<T, TScalar, SoftmaxLoss<T, TScalar>>(device, problem, problem.Classes)
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    public static DeviceModel<T>? Open(GpuDevice device, SoftmaxRegression problem) =>
        ResidentSamples<T>.Fit(device, problem) ? new SoftmaxModel<T, TScalar>(device, problem) : null;
}
