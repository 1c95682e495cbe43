using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AsyncOpt.Kernels;

/// <summary>
/// Fetches memory before it is needed: waiting for it is most of what an event costs where the agents fill no cache.
/// A hint; any address will do.
/// </summary>
public static unsafe class Prefetch
{
    /// <summary>Longer runs of memory are left to the processor, which sees that they are read in order.</summary>
    public const int BytesMax = 1 << 10;

    const nint Line = 64;

    /// <summary>Fetches a run of memory.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="length">Its length in bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Bytes(void* start, long length)
    {
        if (!Sse.IsSupported)
            return;
        for (var line = (nint)start & -Line; line < (nint)start + length; line += Line)
            Sse.Prefetch0((void*)line);
    }

    /// <summary>Fetches a record.</summary>
    /// <typeparam name="T">A struct.</typeparam>
    /// <param name="item">Where it lies.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Item<T>(ref T item)
        where T : struct => Bytes(Unsafe.AsPointer(ref item), Unsafe.SizeOf<T>());
}
