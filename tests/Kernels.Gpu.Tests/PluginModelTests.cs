using System.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu.Tests;

/// <summary>A problem and its model in another assembly than AsyncOpt's, as those of plug-ins.</summary>
public unsafe class PluginModelTests
{
    [Theory]
    [MemberData(nameof(Backends.Each), MemberType = typeof(Backends))]
    public void A_problem_is_computed_with_the_model_of_its_own_assembly(string backend)
    {
        var device = Backends.Open(backend).With(int.MaxValue); // with models of its own
        var problem = new Cubes();
        double[] x = [1.5, 0, -2], first = new double[3], second = new double[3];
        using (var oracle = device.OracleOf<double>(problem, Oracle.Gradient)!)
        {
            Assert.Equal(1, device.Models);
            fixed (double* input = x, output = first, other = second)
            {
                oracle.Begin([new() { Input = input, Output = output }, new() { Input = input, Output = other }], []);
                oracle.End();
            }
        }

        Assert.Equal([3.375, 0, -8], first);
        Assert.Equal(first, second);
        Assert.Equal(0, device.Models);
    }

    [Theory]
    [MemberData(nameof(Backends.Each), MemberType = typeof(Backends))]
    public void What_the_model_has_no_kernel_for_the_processor_does(string backend)
    {
        var device = Backends.Open(backend).With(int.MaxValue); // with models of its own
        var problem = new Cubes();

        Assert.Null(device.OracleOf<float>(problem, Oracle.Dot));
        Assert.Null(device.RoundsOf<float>(problem, Topology.Complete("complete", 3), 2));
        Assert.Equal(0, device.Models);
    }

    /// <summary>f(x) = (1 / 4) sum of x_i^4.</summary>
    public sealed class Cubes : Problem
    {
        public override int Parameters => 3;

        public override int Places => 3;

        public override string Fingerprint => "cubes";

        public override IReadOnlyList<OracleForm> Oracles =>
            [new(Oracle.Gradient, (in OracleCall<double> call) => Objective(call.Input, call.Output))];

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient) =>
            throw new NotSupportedException("the model is asked");
    }

    [DeviceModel(typeof(Cubes))]
    public sealed class CubesModel<T>(GpuDevice device) : DeviceModel<T>
        where T : unmanaged, INumber<T>
    {
        public static DeviceModel<T> Open(GpuDevice device, Cubes problem) => new CubesModel<T>(device);

        public override IDeviceOracle<T>? OracleOf(Oracle oracle) =>
            oracle == Oracle.Gradient ? new CubesGradient<T>(device) : null;

        public override void Dispose()
        {
        }
    }

    public sealed class CubesGradient<T>(GpuDevice device) : IDeviceOracle<T>
        where T : unmanaged, INumber<T>
    {
        const int D = 3;

        readonly Action<Index1D, ArrayView<T>> _cube =
            device.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<T>>(Cube);

        DeviceRequest<T>[] _requests = [];
        MemoryBuffer1D<T, Stride1D.Dense>? _numbers;

        public static void Cube(Index1D i, ArrayView<T> numbers) => numbers[i] *= numbers[i] * numbers[i];

        public void Begin(ReadOnlySpan<DeviceRequest<T>> requests, ReadOnlySpan<int> samples)
        {
            _requests = requests.ToArray();
            var inputs = new T[D * requests.Length];
            for (var i = 0; i < requests.Length; i++)
                new ReadOnlySpan<T>(requests[i].Input, D).CopyTo(inputs.AsSpan(D * i));
            lock (device.Launching)
            {
                _numbers = device.Accelerator.Allocate1D(inputs);
                _cube(inputs.Length, _numbers.View);
            }
        }

        public void End()
        {
            device.Accelerator.Synchronize();
            var results = _numbers!.GetAsArray1D();
            for (var i = 0; i < _requests.Length; i++)
                results.AsSpan(D * i, D).CopyTo(new(_requests[i].Output, D));
            _numbers!.Dispose();
        }

        public void Dispose()
        {
        }
    }
}
