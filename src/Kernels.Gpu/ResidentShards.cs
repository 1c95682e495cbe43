using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Problems;
using ILGPU;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>Which samples lie at which place, on the device; nothing where a problem has no samples.</summary>
sealed class ResidentShards : IDisposable
{
    readonly int[] _start, _size;
    readonly MemoryBuffer1D<int, Stride1D.Dense> _deviceStart, _deviceSize, _samples;

    /// <summary>Sends them.</summary>
    /// <param name="accelerator">The device.</param>
    /// <param name="sampler">Knows the shards; null where there are none.</param>
    /// <param name="places">How many places.</param>
    public ResidentShards(Accelerator accelerator, BatchSampler? sampler, int places)
    {
        var samples = new List<int>();
        (_start, _size) = (new int[places], new int[places]);
        for (var place = 0; sampler is not null && place < places; place++)
        {
            var shard = sampler.Shard(place);
            // What places share lies there once.
            var isShared = place > 0 && shard.Length == _size[place - 1] && Unsafe.AreSame(
                ref MemoryMarshal.GetReference(shard), ref MemoryMarshal.GetReference(sampler.Shard(place - 1)));
            (_start[place], _size[place]) = (isShared ? _start[place - 1] : samples.Count, shard.Length);
            if (!isShared)
                samples.AddRange(shard);
        }
        if (samples.Count == 0)
            samples.Add(0);
        (_deviceStart, _deviceSize) = (accelerator.Allocate1D(_start), accelerator.Allocate1D(_size));
        _samples = accelerator.Allocate1D<int>([.. samples]);
        SizeMax = _size.Max();
    }

    /// <summary>Samples of the largest.</summary>
    public int SizeMax { get; }

    /// <summary>The shards there.</summary>
    public ShardViews Views => new()
    {
        Start = _deviceStart.View.BaseView,
        Size = _deviceSize.View.BaseView,
        Samples = _samples.View.BaseView,
    };

    /// <summary>Where a place's numbers begin, and how many there are.</summary>
    public (int Start, int Size) this[int place] => (_start[place], _size[place]);

    /// <inheritdoc />
    public void Dispose()
    {
        _deviceStart.Dispose();
        _deviceSize.Dispose();
        _samples.Dispose();
    }
}
