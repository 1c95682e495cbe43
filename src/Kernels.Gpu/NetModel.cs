using System.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Nets;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>A multilayer perceptron, its shape and samples on the device.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TScalar">The arithmetic of T.</typeparam>
[DeviceModel(typeof(MlpClassification))]
sealed class NetModel<T, TScalar> : DeviceModel<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    readonly GpuDevice _device;
    readonly ResidentSamples<T> _samples;
    readonly MemoryBuffer1D<int, Stride1D.Dense> _sizes;
    readonly NetViews<T> _views;

    NetModel(GpuDevice device, MlpClassification problem)
    {
        _device = device;
        _samples = new(device.Accelerator, problem);
        _sizes = device.Accelerator.Allocate1D(problem.Layers.Sizes.ToArray());
        _views = new()
        {
            Rows = _samples.Rows,
            Labels = _samples.Labels,
            Sizes = _sizes.View.BaseView,
            Layers = problem.Layers.Count,
            IsTanh = problem.Layers.Activation == Activation.Tanh ? 1 : 0,
            Regularization = T.CreateTruncating(problem.Regularization),
        };
        (Parameters, Outputs) = (problem.Parameters, problem.Layers.Sizes.Skip(1).Sum());
    }

    /// <summary>d.</summary>
    public int Parameters { get; }

    /// <summary>Units of all layers behind the inputs.</summary>
    public int Outputs { get; }

    public static DeviceModel<T>? Open(GpuDevice device, MlpClassification problem) =>
        ResidentSamples<T>.Fit(device, problem) ? new NetModel<T, TScalar>(device, problem) : null;

    /// <inheritdoc />
    public override IDeviceOracle<T> OracleOf(Oracle oracle)
    {
        var step = DeviceSteps.Of(oracle)!.MakeGenericType(typeof(T), typeof(TScalar));
        var type = typeof(NetOracle<,,>).MakeGenericType(typeof(T), typeof(TScalar), step);
        return (IDeviceOracle<T>)Activator.CreateInstance(type, _device, oracle, _views, Parameters, Outputs)!;
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _samples.Dispose();
        _sizes.Dispose();
    }
}

/// <summary>Evaluates requests of a net.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TScalar">The arithmetic of T.</typeparam>
/// <typeparam name="TStep">What becomes of gradients.</typeparam>
sealed class NetOracle<T, TScalar, TStep> : BatchOracle<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
    where TStep : struct, IStep<T>
{
    readonly NetViews<T> _net;
    readonly Action<AcceleratorStream, KernelConfig, BatchViews<T>, NetViews<T>> _groups;
    readonly int _groupSize, _outputs;

    /// <summary>Loads the kernel.</summary>
    public NetOracle(GpuDevice device, Oracle oracle, NetViews<T> net, int parameters, int outputs)
        : base(device, oracle, parameters)
    {
        (_net, _groupSize, _outputs) = (net, device.GroupSize, outputs);
        _groups = device.Accelerator.LoadKernel<BatchViews<T>, NetViews<T>>(NetKernels<T, TScalar, TStep>.Groups);
    }

    /// <inheritdoc />
    public override int ScratchOf(int batch) => checked(2 * batch * _outputs);

    /// <inheritdoc />
    protected override void LaunchKernel(AcceleratorStream stream, int requests, BatchViews<T> batch) =>
        _groups(stream, new KernelConfig(requests, _groupSize), batch, _net);
}
