using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels.Devices;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>The devices of this machine, looked for when somebody first asks.</summary>
/// <param name="find">Looks for them.</param>
public sealed class Devices(Func<IDeviceProvider> find) : IDeviceChooser
{
    readonly Lazy<IDeviceProvider> _provider = new(find);

    /// <summary>Those that ILGPU finds.</summary>
    public Devices()
        : this(Find)
    {
    }

    /// <summary>What knows them.</summary>
    /// <exception cref="InputException">A driver broke the search.</exception>
    public IDeviceProvider Provider => _provider.Value;

    /// <inheritdoc/>
    public IBatchDevice? Open(DeviceChoice choice)
    {
        if (Problem(choice) is { } problem)
            throw new InputException($"device: {problem}");
        return Find(choice) is { } found ? Provider.Open(found) : null;
    }

    /// <inheritdoc/>
    public string? Problem(DeviceChoice choice)
    {
        if (choice == DeviceChoice.Cpu)
            return null;
        try
        {
            return choice == DeviceChoice.Auto || Find(choice) is not null ? null : Missing(choice);
        }
        catch (InputException e)
        {
            // A driver is broken.
            return e.Message;
        }
    }

    static GpuProvider Find()
    {
        try
        {
            return new GpuProvider();
        }
#pragma warning disable CA1031 // Whatever a driver's library throws, the user can but mend the driver or leave it out.
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new InputException(
                $"looking for devices failed, a driver may be broken: {e.Message.TrimEnd('.')}; take --device cpu", e);
        }
    }

    static DeviceKind[] KindsOf(DeviceChoice choice) => choice switch
    {
        DeviceChoice.Cpu => [],
        DeviceChoice.Cuda => [DeviceKind.Cuda],
        DeviceChoice.Opencl => [DeviceKind.Opencl],
        _ => [DeviceKind.Cuda, DeviceKind.Opencl],
    };

    DeviceDescription? Find(DeviceChoice choice)
    {
        var fit = from kind in KindsOf(choice)
                  from device in Provider.Devices
                  where device.Kind == kind && device.Unfit is null
                  select device;
        return fit.FirstOrDefault();
    }

    string Missing(DeviceChoice choice)
    {
        var name = choice.ToString().ToLowerInvariant();
        var unfit = from device in Provider.Devices
                    where KindsOf(choice).Contains(device.Kind)
                    select $"{device.Name}: {device.Unfit}";
        var reasons = string.Join("; ", unfit);
        IEnumerable<string> here =
        [
            "cpu",
            .. from device in Provider.Devices
               where device.Unfit is null
               select $"{device.Kind.ToString().ToLowerInvariant()} ({device.Name})",
        ];
        return $"{name}: {(reasons.Length > 0 ? reasons : "there is none here")}. "
            + $"Here are: {string.Join(", ", here)}; choose one with --device or the key device";
    }
}
