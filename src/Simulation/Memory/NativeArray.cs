using System.Runtime.InteropServices;
using AsyncOpt.Core;

namespace AsyncOpt.Simulation.Memory;

static class NativeArray
{
    /// <summary>Bytes to whose multiples arrays are aligned: lines of the cache, and the widest registers.</summary>
    public const long Alignment = 64;
}

/// <summary>
/// Zeroed, 64-byte aligned memory outside the collected heap, of any length; freed once. What was never touched of a
/// long one takes no memory: the system zeroes its pages on their first use.
/// </summary>
sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    // Less stays within reach of the processor's own table of small pages.
    const long HugeLeast = 2 * HugePages.Size;

    byte* _allocated;
    T* _pointer;

    public NativeArray(long length)
    {
        Length = length;
        var bytes = Math.Max(1, length) * sizeof(T);
        var alignment = bytes < HugeLeast ? NativeArray.Alignment : HugePages.Size;
        try
        {
            _allocated = (byte*)NativeMemory.AllocZeroed((nuint)(bytes + alignment));
        }
        catch (OutOfMemoryException e)
        {
            GC.SuppressFinalize(this);
            throw new InputException($"the memory of agents and events needs {MachineMemory.Text(bytes)} at once, and "
                + $"the system has no more of its {MachineMemory.Text(MachineMemory.Bytes)}: take fewer agents or "
                + "parameters, 'precision: float32', or fewer runs at a time", e);
        }
        _pointer = (T*)(((nint)_allocated + alignment - 1) & -(nint)alignment);
        if (bytes >= HugeLeast)
            HugePages.Ask(_pointer, bytes);
    }

    ~NativeArray() => Free();

    public long Length { get; }

    public T* Pointer => _pointer;

    public long Bytes => Length * sizeof(T);

    public ref T this[long i] => ref _pointer[i];

    public NativeSpan<T> Span => new(_pointer, Length);

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
