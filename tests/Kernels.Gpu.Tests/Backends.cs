using AsyncOpt.Kernels.Devices;

namespace AsyncOpt.Kernels.Gpu.Tests;

/// <summary>The devices that kernels are held to: ILGPU's CPU accelerator everywhere, others where they are.</summary>
static class Backends
{
    static readonly Lazy<GpuProvider> Provider = new(() => new GpuProvider());

    /// <summary>cpu, cuda, opencl.</summary>
    public static IEnumerable<string> Names => ["cpu", "cuda", "opencl"];

    /// <summary>A case of each.</summary>
    public static TheoryData<string> Each => [.. Names];

    /// <summary>The device of a name; the test is skipped where there is none.</summary>
    public static GpuDevice Open(string name)
    {
        var kind = Enum.Parse<DeviceKind>(name, ignoreCase: true);
        // Not fit for users, on purpose: the CPU accelerator is there for these tests.
        var found = Provider.Value.Devices
            .FirstOrDefault(d => d.Kind == kind && (d.Unfit is null || kind == DeviceKind.Cpu));
        if (found is null)
        {
            var reasons = Provider.Value.Devices.Where(d => d.Kind == kind).Select(d => $"{d.Name}: {d.Unfit}").ToList();
            Assert.Skip(reasons.Count == 0 ? $"there is no {name} device" : string.Join("; ", reasons));
        }
        return (GpuDevice)Provider.Value.Open(found);
    }
}
