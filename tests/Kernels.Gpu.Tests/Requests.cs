using System.Runtime.InteropServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels.Devices;

namespace AsyncOpt.Kernels.Gpu.Tests;

/// <summary>Requests of one oracle with inputs and samples of their own, for any form of it.</summary>
/// <typeparam name="T">float or double.</typeparam>
sealed unsafe class Requests<T> : IDisposable
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly List<nint> _memory = [];
    readonly List<int> _samples = [];
    readonly List<DeviceRequest<T>> _requests = [];
    readonly Oracle _oracle;
    readonly int _dimension;

    /// <summary>Some requests: the second and third share their point; batches and steps differ.</summary>
    public Requests(Problem problem, Oracle oracle, int count = 5)
    {
        (_oracle, _dimension) = (oracle, problem.Parameters);
        T* shared = null;
        for (var i = 0; i < count; i++)
        {
            var steps = oracle is LocalSteps ? 1 + (i % 3) : 1;
            var sameSamples = i == count - 1;
            var place = i % problem.Places;
            var batch = sameSamples ? problem.Sampler?.ShardSize(place) ?? 0 : 1 + (i * 3);
            var first = _samples.Count;
            if (problem.Sampler is { } sampler)
                AddSamples(sampler, place, i, sameSamples ? 0 : steps, batch);
            var input = i == 2 ? shared : Vector(i, 0.3);
            shared = i == 1 ? input : shared;
            _requests.Add(new()
            {
                Input = input,
                Input1 = oracle.Inputs.Count > 1 ? Vector(i + 100, 0.1) : null,
                Input2 = oracle.Inputs.Count > 2 ? Squares(i + 200) : null,
                Output = Take(),
                Output1 = oracle.Outputs.Count > 1 ? Take() : null,
                Output2 = oracle.Outputs.Count > 2 ? Take() : null,
                Place = place,
                FirstSample = first,
                Batch = batch,
                Steps = steps,
                SameSamples = sameSamples,
                RateStep = i,
                OptimizerStep = 2 * i,
            });
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _requests.Count;

    /// <summary>All outputs of all requests.</summary>
    public double[] Results()
    {
        var results = new List<double>();
        foreach (var r in _requests)
        {
            foreach (var output in (nint[])[(nint)r.Output, (nint)r.Output1, (nint)r.Output2])
            {
                if (output != 0)
                    results.AddRange(new Span<T>((T*)output, _dimension).ToArray().Select(double.CreateTruncating));
            }
        }
        return [.. results];
    }

    /// <summary>Evaluates some of them on a device, in the order given.</summary>
    public void Evaluate(IDeviceOracle<T> oracle, params int[] which)
    {
        var chosen = which.Length == 0 ? [.. _requests] : which.Select(i => _requests[i]).ToArray();
        foreach (var r in chosen)
            new Span<T>(r.Output, _dimension).Fill(T.NaN);
        oracle.Begin(chosen, CollectionsMarshal.AsSpan(_samples));
        oracle.End();
    }

    /// <summary>Evaluates all of them with a form of this host.</summary>
    public void Evaluate(FastOracle<T> oracle)
    {
        foreach (var r in _requests)
        {
            oracle.Evaluate(new()
            {
                Input = Span(r.Input),
                Input1 = Span(r.Input1),
                Input2 = Span(r.Input2),
                Output = Span(r.Output),
                Output1 = Span(r.Output1),
                Output2 = Span(r.Output2),
                Scalars = new double[2],
                Place = r.Place,
                Samples = CollectionsMarshal.AsSpan(_samples).Slice(
                    r.FirstSample, _samples.Count == 0 ? 0 : r.SameSamples ? r.Batch : r.Batch * r.Steps),
                Steps = r.Steps,
                Batch = r.Batch,
                RateStep = r.RateStep,
                OptimizerStep = r.OptimizerStep,
            });
        }
    }

    /// <inheritdoc />
    public void Dispose() => _memory.ForEach(p => NativeMemory.Free((void*)p));

    void AddSamples(BatchSampler sampler, int place, int request, int steps, int batch)
    {
        if (steps == 0)
            _samples.AddRange(sampler.Shard(place));
        for (var h = 0; h < steps; h++)
        {
            var batchOf = new int[batch];
            sampler.Draw(place, new(request, h), 1, batchOf);
            _samples.AddRange(batchOf);
        }
    }

    Span<T> Span(T* vector) => vector == null ? [] : new Span<T>(vector, _dimension);

    T* Take()
    {
        var vector = NativeMemory.AllocZeroed((nuint)(_dimension * sizeof(T)));
        _memory.Add((nint)vector);
        return (T*)vector;
    }

    T* Vector(int number, double scale)
    {
        var vector = Take();
        for (var k = 0; k < _dimension; k++)
            vector[k] = T.CreateTruncating(scale * new Draw(9, Purpose.None, (ulong)number, (ulong)k).Normal());
        return vector;
    }

    T* Squares(int number)
    {
        var vector = Vector(number, 0.1);
        for (var k = 0; k < _dimension; k++)
            vector[k] *= vector[k];
        return vector;
    }

    /// <summary>The oracle.</summary>
    public override string ToString() => _oracle.Name;
}
