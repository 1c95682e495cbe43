using System.Runtime.CompilerServices;

namespace AsyncOpt.Kernels;

/// <summary>Numbers at an address that does not move and begins a line of the cache; zeros at first.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="length">How many.</param>
sealed unsafe class AlignedMemory<T>(int length)
    where T : unmanaged
{
    const int Line = 64;

    // The pinned heap holds it as long as this is reachable.
    readonly byte[] _bytes = GC.AllocateArray<byte>(checked(length * sizeof(T) + Line), pinned: true);

    /// <summary>The address of the first number.</summary>
    public T* Data => (T*)(((nint)Unsafe.AsPointer(ref _bytes[0]) + Line - 1) & ~(nint)(Line - 1));

    /// <summary>All numbers.</summary>
    public Span<T> Span => new(Data, length);
}
