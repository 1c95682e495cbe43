using System.Numerics;
using AsyncOpt.Core.Problems;
using ILGPU;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>A problem's training samples on the device, dense, for as long as the model is open.</summary>
/// <typeparam name="T">float or double.</typeparam>
sealed class ResidentSamples<T> : IDisposable
    where T : unmanaged, INumber<T>
{
    // Sparse samples become dense up to this size; beyond it, the processor's sparse kernels are the better ones.
    const long DenseBytesMax = 1L << 31;

    readonly MemoryBuffer1D<T, Stride1D.Dense> _rows, _labels;

    /// <summary>Sends them.</summary>
    public ResidentSamples(Accelerator accelerator, SampleProblem problem)
    {
        var features = problem.Features;
        Columns = features.Columns;
        var values = features.ToDense();
        _rows = accelerator.Allocate1D(
            typeof(T) == typeof(double) ? (T[])(object)values.Values : (T[])(object)values.SingleValues);
        _labels = accelerator.Allocate1D(Array.ConvertAll(problem.Labels, T.CreateTruncating));
    }

    /// <summary>Samples x columns.</summary>
    public ArrayView<T> Rows => _rows.View.BaseView;

    /// <summary>One a sample.</summary>
    public ArrayView<T> Labels => _labels.View.BaseView;

    /// <summary>Features of a sample.</summary>
    public int Columns { get; }

    /// <summary>Whether the samples of a problem have room on a device.</summary>
    public static bool Fit(GpuDevice device, SampleProblem problem)
    {
        var bytes = (long)problem.Features.Rows * problem.Features.Columns * Interop.SizeOf<T>();
        return bytes <= device.Accelerator.MemorySize / 2
            && (problem.Features.IsDense || bytes <= DenseBytesMax)
            && (long)problem.Features.Rows * problem.Features.Columns <= Array.MaxLength;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _rows.Dispose();
        _labels.Dispose();
    }
}
