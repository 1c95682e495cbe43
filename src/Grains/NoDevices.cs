using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels.Devices;

namespace AsyncOpt.Grains;

/// <summary>A silo whose host brings no library of devices: it evaluates on its processor.</summary>
sealed class NoDevices : IDeviceChooser
{
    /// <inheritdoc/>
    public IBatchDevice? Open(DeviceChoice choice) =>
        Problem(choice) is { } problem ? throw new InputException($"device: {problem}") : null;

    /// <inheritdoc/>
    public string? Problem(DeviceChoice choice) => choice is DeviceChoice.Cuda or DeviceChoice.Opencl
        ? $"{choice.ToString().ToLowerInvariant()} cannot be had here, this silo evaluates on its processor: set "
            + "device: cpu, or run without --silo"
        : null;
}
