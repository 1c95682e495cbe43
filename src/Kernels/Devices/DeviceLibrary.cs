using System.Reflection;
using AsyncOpt.Core;

namespace AsyncOpt.Kernels.Devices;

/// <summary>
/// Finds the device library beside a program. No project refers to it: it needs packages that not every source has.
/// </summary>
public static class DeviceLibrary
{
    /// <summary>Its file.</summary>
    public const string FileName = "AsyncOpt.Kernels.Gpu.dll";

    /// <summary>How to get it.</summary>
    public const string Remedy = "dotnet build -c Release -p:Gpu=true src/Client";

    /// <summary>Loads it.</summary>
    /// <param name="folder">Where it may lie.</param>
    /// <returns>What knows devices; null where the library is not there.</returns>
    /// <exception cref="InputException">It is there and does not work.</exception>
    public static IDeviceProvider? Load(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
            return null;
        try
        {
            var provider = Assembly.LoadFrom(file).GetExportedTypes()
                .Single(t => t.IsClass && typeof(IDeviceProvider).IsAssignableFrom(t));
            return (IDeviceProvider)Activator.CreateInstance(provider)!;
        }
#pragma warning disable CA1031 // Whatever a driver's library throws, the user can but leave it out or build it anew.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var reason = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            throw new InputException(
                $"{file} does not work here: {reason.Message} Build it anew with '{Remedy}', or delete it", e);
        }
    }
}
