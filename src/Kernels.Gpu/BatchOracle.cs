using System.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels.Devices;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>Launches the kernel of the last batch again, on inputs that are there: to time it alone.</summary>
interface IRepeatable
{
    /// <summary>Launches it so many times, and waits.</summary>
    void Repeat(int times);
}

/// <summary>The host's part of a batch: gathers inputs, sends them, launches a kernel, hands the results out.</summary>
/// <typeparam name="T">float or double.</typeparam>
abstract unsafe class BatchOracle<T> : IDeviceOracle<T>, IRepeatable
    where T : unmanaged, INumber<T>
{
    readonly Accelerator _accelerator;
    readonly Lock _launching;
    readonly AcceleratorStream _stream;
    readonly LocalSteps? _steps;
    readonly int _outputs;
    readonly StepNumbers<T> _numbers;
    readonly Staging<Head> _heads;
    readonly Staging<int> _samples;
    readonly Staging<T> _inputs, _results, _scratch;
    readonly Staging<StepFactors<T>> _factors;

    // The row of each input vector, by its address; requests that share a vector share its row.
    readonly Dictionary<nint, int> _rows = [];
    readonly List<nint> _vectors = [];
    DeviceRequest<T>[] _requests = [];
    BatchViews<T> _views;
    int _count;

    /// <summary>An evaluator with a stream and buffers of its own.</summary>
    /// <param name="device">The device.</param>
    /// <param name="oracle">What it evaluates.</param>
    /// <param name="dimension">d.</param>
    protected BatchOracle(GpuDevice device, Oracle oracle, int dimension)
    {
        (_accelerator, _launching) = (device.Accelerator, device.Launching);
        (_steps, Dimension) = (oracle as LocalSteps, dimension);
        _outputs = oracle.Outputs.Count;
        _numbers = DeviceSteps.Numbers<T>(_steps?.Optimizer);
        _stream = _accelerator.CreateStream();
        (_heads, _samples, _factors) = (new(_accelerator), new(_accelerator), new(_accelerator));
        (_inputs, _results, _scratch) = (new(_accelerator), new(_accelerator), new(_accelerator));
    }

    /// <summary>d.</summary>
    protected int Dimension { get; }

    /// <inheritdoc />
    public void Begin(ReadOnlySpan<DeviceRequest<T>> requests, ReadOnlySpan<int> samples)
    {
        Keep(requests);
        var heads = _heads.Host(_count);
        var (factors, scratch) = (0, 0L);
        for (var i = 0; i < heads.Length; i++)
        {
            heads[i] = HeadOf(_requests[i], factors, scratch);
            factors += _steps is null ? 0 : _requests[i].Steps;
            scratch += ScratchOf(_requests[i].Batch);
        }
        WriteFactors(Math.Max(1, factors));
        WriteInputs();
        samples.CopyTo(_samples.Host(Math.Max(1, samples.Length)));
        _views = new BatchViews<T>
        {
            Heads = _heads.Upload(_stream, _count),
            Inputs = _inputs.Upload(_stream, _vectors.Count * Dimension),
            Outputs = _results.Device(_count * _outputs * Dimension),
            Samples = _samples.Upload(_stream, Math.Max(1, samples.Length)),
            Factors = _factors.Upload(_stream, Math.Max(1, factors)),
            Scratch = _scratch.Device((int)Math.Max(1, scratch)),
            OutputCount = _outputs,
            Dimension = Dimension,
            Numbers = _numbers,
            IsTraining = _steps is null ? 0 : 1,
        };
        Launch(_stream, _count, _views);
        _results.Download(_stream, _count * _outputs * Dimension);
    }

    /// <inheritdoc />
    public void End()
    {
        _stream.Synchronize();
        var results = _results.Host(_count * _outputs * Dimension);
        for (var i = 0; i < _count; i++)
        {
            ref var r = ref _requests[i];
            results = HandOut(results, r.Output);
            if (_outputs > 1)
                results = HandOut(results, r.Output1);
            if (_outputs > 2)
                results = HandOut(results, r.Output2);
        }
        _count = 0;
    }

    /// <inheritdoc />
    public void Repeat(int times)
    {
        for (var i = 0; i < times; i++)
            Launch(_stream, _views.Heads.IntLength, _views);
        _stream.Synchronize();
    }

    /// <inheritdoc />
    public virtual void Dispose()
    {
        IDisposable[] all = [_heads, _samples, _factors, _inputs, _results, _scratch, _stream];
        foreach (var item in all)
            item.Dispose();
    }

    /// <summary>Numbers of room a request needs between its steps.</summary>
    /// <param name="batch">Samples of a step.</param>
    public abstract int ScratchOf(int batch);

    /// <summary>Launches the kernel.</summary>
    public void Launch(AcceleratorStream stream, int requests, BatchViews<T> batch)
    {
        lock (_launching)
            LaunchKernel(stream, requests, batch);
    }

    /// <summary>Launches the kernel, which nobody else does now.</summary>
    protected abstract void LaunchKernel(AcceleratorStream stream, int requests, BatchViews<T> batch);

    void Keep(ReadOnlySpan<DeviceRequest<T>> requests)
    {
        if (_requests.Length < requests.Length)
            _requests = new DeviceRequest<T>[(int)BitOperations.RoundUpToPowerOf2((uint)requests.Length)];
        requests.CopyTo(_requests);
        _count = requests.Length;
        _rows.Clear();
        _vectors.Clear();
    }

    Head HeadOf(in DeviceRequest<T> r, int factors, long scratch) => new()
    {
        Input = RowOf(r.Input),
        Input1 = RowOf(r.Input1),
        Input2 = RowOf(r.Input2),
        FirstSample = r.FirstSample,
        Batch = r.Batch,
        Stride = r.SameSamples ? 0 : r.Batch,
        Steps = r.Steps,
        FirstFactors = factors,
        Scratch = scratch,
        Place = r.Place,
    };

    int RowOf(T* vector)
    {
        if (vector == null)
            return -1;
        if (!_rows.TryGetValue((nint)vector, out var row))
        {
            _rows.Add((nint)vector, row = _vectors.Count);
            _vectors.Add((nint)vector);
        }
        return row;
    }

    void WriteInputs()
    {
        var to = _inputs.Host(_vectors.Count * Dimension);
        foreach (var vector in _vectors)
        {
            new ReadOnlySpan<T>((T*)vector, Dimension).CopyTo(to);
            to = to[Dimension..];
        }
    }

    void WriteFactors(int count)
    {
        var factors = _factors.Host(count);
        factors[0] = default;
        if (_steps is null)
            return;
        var at = 0;
        foreach (ref readonly var r in _requests.AsSpan(0, _count))
        {
            for (var h = 0; h < r.Steps; h++)
                factors[at++] = DeviceSteps.Factors<T>(
                    _steps.Optimizer, _steps.Rate.At(r.RateStep + h), r.OptimizerStep + h + 1);
        }
    }

    Span<T> HandOut(Span<T> results, T* output)
    {
        if (output != null)
            results[..Dimension].CopyTo(new Span<T>(output, Dimension));
        return results[Dimension..];
    }
}
