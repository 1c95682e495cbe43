using AsyncOpt.Core;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Kernels.Devices;

/// <summary>Opens the device that a run asks for.</summary>
public interface IDeviceChooser
{
    /// <summary>The device of a choice; null for the processor's own kernels.</summary>
    /// <param name="choice">The choice.</param>
    /// <exception cref="InputException">It was asked for by kind, and is not there.</exception>
    IBatchDevice? Open(DeviceChoice choice);

    /// <summary>Why a choice cannot be had here, and what can; null if it can.</summary>
    /// <param name="choice">The choice.</param>
    string? Problem(DeviceChoice choice);
}
