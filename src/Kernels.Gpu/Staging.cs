using System.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>Numbers on the way to a device or back: page-locked memory here, a buffer there; both grow.</summary>
/// <typeparam name="T">What.</typeparam>
/// <param name="accelerator">The device.</param>
sealed class Staging<T>(Accelerator accelerator) : IDisposable
    where T : unmanaged
{
    PageLockedArray1D<T>? _host;
    MemoryBuffer1D<T, Stride1D.Dense>? _device;

    /// <summary>The first numbers here; what they held is lost when there is need for more.</summary>
    public Span<T> Host(int count)
    {
        if (_host is null || _host.Length < count)
        {
            _host?.Dispose();
            _host = null;
            _host = accelerator.AllocatePageLocked1D<T>(Room(count));
        }
        return _host.Span[..count];
    }

    /// <summary>The first numbers there.</summary>
    public ArrayView<T> Device(int count)
    {
        if (_device is null || _device.Length < count)
        {
            _device?.Dispose();
            _device = null;
            _device = accelerator.Allocate1D<T>(Room(count));
        }
        return _device.View.BaseView.SubView(0, count);
    }

    /// <summary>Sends the first numbers there, and says where they will be.</summary>
    public ArrayView<T> Upload(AcceleratorStream stream, int count)
    {
        var view = Device(count);
        view.CopyFrom(stream, _host!.ArrayView.SubView(0, count));
        return view;
    }

    /// <summary>Fetches the first numbers; they are here once the stream is through.</summary>
    public void Download(AcceleratorStream stream, int count)
    {
        Host(count);
        Device(count).CopyTo(stream, _host!.ArrayView.SubView(0, count));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _host?.Dispose();
        _device?.Dispose();
    }

    static int Room(int count) =>
        count > 1 << 30 ? count : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(count, 16));
}
