using System.Runtime.InteropServices;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Kernels.Gpu;

namespace AsyncOpt.Benchmarks.Gpu;

/// <summary>A batch of requests of one oracle, all on vectors of their own.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Problem">The problem, built.</param>
/// <param name="Oracle">The oracle.</param>
/// <param name="Requests">How many.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Steps">Steps of local training; 1 for gradients.</param>
/// <param name="Work">Bytes of the device's memory, or operations, of the whole batch.</param>
sealed unsafe record Case(
    string Name, Problem Problem, Oracle Oracle, int Requests, int Batch, int Steps, double Work)
{
    /// <summary>Seconds of the kernel alone, and of the whole way: copies there and back included.</summary>
    public (double Kernel, double Whole) Measure<T>(GpuDevice device)
        where T : unmanaged
    {
        var d = Problem.Parameters;
        var vectors = Oracle.Inputs.Count + Oracle.Outputs.Count;
        var memory = (T*)NativeMemory.AllocZeroed((nuint)Requests * (nuint)(vectors * d * sizeof(T)));
        try
        {
            var (requests, samples) = Make(memory, d);
            using var oracle = device.OracleOf<T>(Problem, Oracle)!;
            void Evaluate()
            {
                oracle.Begin(requests, samples);
                oracle.End();
            }
            Evaluate();
            return (Limits.Best(() => ((IRepeatable)oracle).Repeat(4)) / 4, Limits.Best(Evaluate));
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    (DeviceRequest<T>[] Requests, int[] Samples) Make<T>(T* memory, int d)
        where T : unmanaged
    {
        var requests = new DeviceRequest<T>[Requests];
        var samples = new int[Requests * Batch * Steps];
        T* Next()
        {
            memory += d;
            return memory - d;
        }
        for (var i = 0; i < Requests; i++)
        {
            var place = i % Problem.Places;
            for (var h = 0; h < Steps; h++)
                Problem.Sampler?.Draw(place, new(i, h), 1, samples.AsSpan((i * Steps + h) * Batch, Batch));
            requests[i] = new()
            {
                Input = Next(),
                Input1 = Oracle.Inputs.Count > 1 ? Next() : null,
                Input2 = Oracle.Inputs.Count > 2 ? Next() : null,
                Output = Next(),
                Output1 = Oracle.Outputs.Count > 1 ? Next() : null,
                Output2 = Oracle.Outputs.Count > 2 ? Next() : null,
                Place = place,
                FirstSample = i * Steps * Batch,
                Batch = Batch,
                Steps = Steps,
            };
        }
        return (requests, samples);
    }
}
