using System.Runtime.InteropServices;

namespace AsyncOpt.Simulation;

/// <summary>Zeroed, 64-byte aligned memory outside the collected heap, of any length; freed once.</summary>
sealed unsafe class NativeArray<T> : IDisposable
    where T : unmanaged
{
    const int Alignment = 64;

    T* _pointer;

    public NativeArray(long length)
    {
        Length = length;
        var bytes = (nuint)Math.Max(1, length) * (nuint)sizeof(T);
        _pointer = (T*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(_pointer, bytes);
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
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}

/// <summary>Plain memory as bytes, for checkpoints.</summary>
readonly unsafe struct RawBytes
{
    readonly byte* _start;
    readonly int _length;

    RawBytes(void* start, long length)
    {
        _start = (byte*)start;
        _length = checked((int)length);
    }

    public static RawBytes Of<T>(NativeArray<T> array)
        where T : unmanaged => new(array.Pointer, array.Bytes);

    public Span<byte> AsSpan() => new(_start, _length);
}
