using System.Diagnostics;
using AsyncOpt.Kernels.Gpu;
using ILGPU;
using ILGPU.Runtime;

namespace AsyncOpt.Benchmarks.Gpu;

/// <summary>What a device can do at most, measured by kernels that do nothing else.</summary>
/// <param name="Launch">Seconds from a launch of an empty kernel to the end of waiting for it.</param>
/// <param name="Bandwidth">Bytes a second that a copy reads and writes in the device's memory.</param>
/// <param name="Single">Additions and multiplications a second in registers, float32.</param>
/// <param name="Double">The same in float64.</param>
sealed record Limits(double Launch, double Bandwidth, double Single, double Double)
{
    // Chains of dependent operations that hide each other's latency.
    const int Chains = 8;

    /// <summary>Measures a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="scale">1 for a card; less for what emulates one.</param>
    public static Limits Of(GpuDevice device, double scale)
    {
        using var stream = device.Accelerator.CreateStream();
        return new(
            Empty(device.Accelerator, stream), Copy(device.Accelerator, stream, scale),
            Registers<float>(device.Accelerator, stream, scale), Registers<double>(device.Accelerator, stream, scale));
    }

    /// <summary>The least time of some repetitions, in seconds.</summary>
    public static double Best(Action action)
    {
        var best = double.PositiveInfinity;
        for (var i = 0; i < 6; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    internal static void EmptyKernel(Index1D i, ArrayView<float> x)
    {
        if (i >= x.Length)
            x[0] = 1;
    }

    internal static void CopyKernel(Index1D i, ArrayView<float> from, ArrayView<float> to) => to[i] = from[i];

    internal static void RegisterKernel<T>(Index1D i, ArrayView<T> x, int steps)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var factor = x[0];
        var (a, b, c, d) = (x[i], x[i], x[i], x[i]);
        var (e, f, g, h) = (a, b, c, d);
        for (var s = 0; s < steps; s++)
        {
            a = (a * factor) + factor;
            b = (b * factor) + factor;
            c = (c * factor) + factor;
            d = (d * factor) + factor;
            e = (e * factor) + a;
            f = (f * factor) + b;
            g = (g * factor) + c;
            h = (h * factor) + d;
        }
        x[i] = a + b + c + d + e + f + g + h;
    }

    static double Empty(Accelerator accelerator, AcceleratorStream stream)
    {
        using var x = accelerator.Allocate1D<float>(32);
        var kernel = accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>>(EmptyKernel);
        return Best(() =>
        {
            kernel(stream, 32, x.View.BaseView);
            stream.Synchronize();
        });
    }

    static double Copy(Accelerator accelerator, AcceleratorStream stream, double scale)
    {
        var count = (int)(scale * (1 << 28));
        using var from = accelerator.Allocate1D<float>(count);
        using var to = accelerator.Allocate1D<float>(count);
        var kernel = accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<float>, ArrayView<float>>(CopyKernel);
        return 2.0 * sizeof(float) * count / Best(() =>
        {
            kernel(stream, count, from.View.BaseView, to.View.BaseView);
            stream.Synchronize();
        });
    }

    static double Registers<T>(Accelerator accelerator, AcceleratorStream stream, double scale)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var count = Math.Max(64, (int)(scale * (1 << 20)));
        var steps = scale < 1 ? 16 : 4096;
        using var x = accelerator.Allocate1D<T>(count);
        var kernel = accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<T>, int>(RegisterKernel<T>);
        return 2.0 * Chains * steps * count / Best(() =>
        {
            kernel(stream, count, x.View.BaseView, steps);
            stream.Synchronize();
        });
    }
}
