using System.Runtime.CompilerServices;

namespace AsyncOpt.Simulation.Memory;

/// <summary>A run of memory outside the collected heap, of any length, that somebody else frees.</summary>
readonly unsafe struct NativeSpan<T>(T* pointer, long length)
    where T : unmanaged
{
    public T* Pointer { get; } = pointer;

    public long Length { get; } = length;

    public long Bytes => Length * sizeof(T);

    public ref T this[long i]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Pointer[i];
    }
}
