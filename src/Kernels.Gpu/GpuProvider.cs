using System.Reflection;
using AsyncOpt.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>The devices that ILGPU finds.</summary>
public sealed class GpuProvider : IDeviceProvider
{
    readonly Lock _gate = new();
    readonly Context _context;
    readonly (DeviceDescription Description, Device Device)[] _devices;
    readonly Dictionary<DeviceDescription, GpuDevice> _open = [];

    /// <summary>Looks for devices.</summary>
    public GpuProvider()
    {
        NativeNames.Resolve();
        // All OpenCL devices, also those ILGPU cannot use: they are listed with the reason.
        _context = Context.Create(b => b.Cuda().OpenCL(_ => true).CPU(new CPUDevice(4, 2, 1)).EnableAlgorithms());
        _devices = [.. from device in _context.Devices
                       let description = Describe(device)
                       orderby description.Kind descending, description.MemoryBytes descending
                       select (description, device)];
    }

    /// <inheritdoc />
    public string Library => LibraryName;

    /// <inheritdoc />
    public IReadOnlyList<DeviceDescription> Devices => [.. _devices.Select(d => d.Description)];

    internal static string LibraryName { get; } = "ILGPU " + typeof(Context).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <inheritdoc />
    public IBatchDevice Open(DeviceDescription device)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(device, out var open))
            {
                var found = _devices.First(d => d.Description == device).Device;
                _open.Add(device, open = new GpuDevice(found.CreateAccelerator(_context), device));
            }
            return open;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var device in _open.Values)
            device.Dispose();
        _context.Dispose();
    }

    /// <summary>The description of a device.</summary>
    internal static DeviceDescription Describe(Device device)
    {
        var (kind, word) = device.AcceleratorType switch
        {
            AcceleratorType.Cuda => (DeviceKind.Cuda, "cuda"),
            AcceleratorType.OpenCL => (DeviceKind.Opencl, "opencl"),
            _ => (DeviceKind.Cpu, "cpu emulation"),
        };
        var name = device is CLDevice cl ? $"{device.Name} ({cl.PlatformName})" : device.Name;
        var memory = kind == DeviceKind.Cpu ? 0 : device.MemorySize;
        return new DeviceDescription(name, kind, memory, $"{word}: {name}, {LibraryName}") { Unfit = Lack(device) };
    }

    static string? Lack(Device device) => device switch
    {
        CPUDevice => "it emulates a device for tests, about 2 us a work item; --device cpu is the SIMD kernels",
        CLDevice { Vendor: CLDeviceVendor.Nvidia } => "ILGPU has OpenCL of other makers only; it is there as CUDA",
        CLDevice { Capabilities: CLCapabilityContext { GenericAddressSpace: false } } =>
            "its OpenCL lacks the generic address space",
        CLDevice { Capabilities: CLCapabilityContext { Float64: false } } => "its OpenCL lacks float64",
        _ => null,
    };
}
