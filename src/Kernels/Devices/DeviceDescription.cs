namespace AsyncOpt.Kernels.Devices;

/// <summary>What a device is programmed with.</summary>
public enum DeviceKind
{
    /// <summary>The processor, through a device library: for tests of kernels, slow.</summary>
    Cpu,

    /// <summary>OpenCL.</summary>
    Opencl,

    /// <summary>CUDA.</summary>
    Cuda,
}

/// <summary>A device of this machine.</summary>
/// <param name="Name">Its maker's name for it.</param>
/// <param name="Kind">What it is programmed with.</param>
/// <param name="MemoryBytes">Its memory; 0 where it has none of its own.</param>
/// <param name="Numerics">What the bits of its results depend on: kind, name, the library's version.</param>
public sealed record DeviceDescription(string Name, DeviceKind Kind, long MemoryBytes, string Numerics)
{
    /// <summary>Why it cannot be used; null if it can.</summary>
    public string? Unfit { get; init; }
}
