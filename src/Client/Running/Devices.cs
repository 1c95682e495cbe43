using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels.Devices;

namespace AsyncOpt.Client.Running;

/// <summary>The devices of this machine, looked for when somebody first asks.</summary>
/// <param name="load">Loads the library that knows them; gives null where it is not installed.</param>
sealed class Devices(Func<IDeviceProvider?> load)
{
    readonly Lazy<IDeviceProvider?> _provider = new(load);

    /// <summary>Those that the library beside this program finds.</summary>
    public Devices()
        : this(() => DeviceLibrary.Load(AppContext.BaseDirectory))
    {
    }

    /// <summary>What knows them; null where it is not installed.</summary>
    public IDeviceProvider? Provider => _provider.Value;

    /// <summary>The device of a choice; null for the processor's own kernels.</summary>
    /// <exception cref="InputException">It was asked for by kind, and is not there.</exception>
    public IBatchDevice? Open(DeviceChoice choice)
    {
        if (choice == DeviceChoice.Cpu)
            return null;
        var kinds = choice switch
        {
            DeviceChoice.Cuda => [DeviceKind.Cuda],
            DeviceChoice.Opencl => [DeviceKind.Opencl],
            _ => (DeviceKind[])[DeviceKind.Cuda, DeviceKind.Opencl],
        };
        var fit = from kind in kinds
                  from device in Provider?.Devices ?? []
                  where device.Kind == kind && device.Unfit is null
                  select device;
        if (fit.FirstOrDefault() is { } found)
            return Provider!.Open(found);
        return choice == DeviceChoice.Auto ? null : throw Missing(choice, kinds[0]);
    }

    InputException Missing(DeviceChoice choice, DeviceKind kind)
    {
        var name = choice.ToString().ToLowerInvariant();
        if (Provider is null)
        {
            return new InputException($"device {name}: the device library is not installed; "
                + $"'{DeviceLibrary.Remedy}' puts it beside this program");
        }
        var unfit = Provider.Devices.Where(d => d.Kind == kind).Select(d => $"{d.Name}: {d.Unfit}").ToList();
        return new InputException($"device {name}: "
            + (unfit.Count > 0 ? string.Join("; ", unfit) : "there is none here")
            + ". Run on the processor with --device cpu, or see 'asyncopt devices'");
    }
}
