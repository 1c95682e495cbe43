using System.Runtime.InteropServices;

namespace AsyncOpt.Simulation;

/// <summary>
/// Zeroed, 64-byte aligned memory outside the collected heap, of any length; freed once. What was never touched of a
/// long one takes no memory: the system zeroes its pages on their first use.
/// </summary>
sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    const int Alignment = 64;

    byte* _allocated;
    T* _pointer;

    public NativeArray(long length)
    {
        Length = length;
        var bytes = (nuint)Math.Max(1, length) * (nuint)sizeof(T);
        _allocated = (byte*)NativeMemory.AllocZeroed(bytes + Alignment);
        _pointer = (T*)(((nuint)_allocated + Alignment - 1) & ~(nuint)(Alignment - 1));
    }

    ~NativeArray() => Free();

    public long Length { get; }

    public T* Pointer => _pointer;

    public long Bytes => Length * sizeof(T);

    public ref T this[long i] => ref _pointer[i];

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        NativeMemory.Free(_allocated);
        _allocated = null;
        _pointer = null;
    }
}
