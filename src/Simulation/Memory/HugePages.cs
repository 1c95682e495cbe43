using System.Runtime.InteropServices;

namespace AsyncOpt.Simulation.Memory;

/// <summary>
/// Asks the system to back long pieces of memory by huge pages: events go to agents at random, and with small pages the
/// processor spends a good part of each event looking up where the page is. A hint, of Linux alone; where a machine
/// has none to give, or grants them to nobody, nothing changes.
/// </summary>
static unsafe partial class HugePages
{
    /// <summary>Bytes of a huge page, where the processor is an x64, or an arm64 with pages of 4 KiB.</summary>
    public const long Size = 2L << 20;

    const int MadvHugePage = 14;

    /// <summary>To be called before the memory is first touched.</summary>
    /// <param name="start">A multiple of <see cref="Size"/>.</param>
    /// <param name="bytes">The part of them that whole pages fill is asked for, so that nothing grows.</param>
    public static void Ask(void* start, long bytes)
    {
        if (!OperatingSystem.IsLinux() || bytes < Size)
            return;
        try
        {
            // Refused where the kernel knows no such pages: then small ones do.
            _ = Advise(start, (nuint)(bytes & -Size), MadvHugePage);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without the C library under its usual name.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
