using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels.Devices;

namespace AsyncOpt.Client.Tests;

/// <summary>Devices that are there by name alone.</summary>
sealed class FakeDevices(DeviceDescription[] devices) : IDeviceProvider
{
    public string Library => "Fake 1";

    public IReadOnlyList<DeviceDescription> Devices => devices;

    public IBatchDevice Open(DeviceDescription device) => new Device(device);

    public void Dispose()
    {
    }

    sealed class Device(DeviceDescription description) : IBatchDevice
    {
        public DeviceDescription Description => description;

        public IDeviceOracle<T>? OracleOf<T>(Problem problem, Oracle oracle)
            where T : unmanaged => null;

        public IDeviceRounds<T>? RoundsOf<T>(Problem problem, Topology topology, int arrays)
            where T : unmanaged => null;

        public void Dispose()
        {
        }
    }
}
