using System.Numerics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>Synchronous rounds whose arrays stay on the device.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TScalar">The arithmetic of T.</typeparam>
sealed class DeviceRounds<T, TScalar> : IDeviceRounds<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    readonly AcceleratorStream _stream;
    readonly Lock _launching;
    readonly BatchOracle<T> _gradient;
    readonly BatchSampler? _sampler;
    readonly Action _giveBack;
    readonly int _agents, _dimension;
    readonly ResidentTopology<T> _topology;
    readonly ResidentShards _shards;
    readonly RoundLaunchers<T, TScalar> _launch;
    readonly MemoryBuffer1D<T, Stride1D.Dense>[] _arrays;
    readonly MemoryBuffer1D<ulong, Stride1D.Dense> _hashes, _messages, _chains;
    readonly Staging<Head> _heads;
    readonly Staging<int> _samples, _tally;
    readonly Staging<StepFactors<T>> _factors;
    readonly Staging<T> _scratch;
    int _batch = -1;

    /// <summary>Makes room.</summary>
    /// <param name="device">The device.</param>
    /// <param name="gradient">The kernel of f.grad; disposed with this.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="topology">Who hears from whom.</param>
    /// <param name="arrays">How many arrays.</param>
    /// <param name="giveBack">Gives the problem's data back.</param>
    public DeviceRounds(
        GpuDevice device, BatchOracle<T> gradient, Problem problem, Topology topology, int arrays, Action giveBack)
    {
        var accelerator = device.Accelerator;
        _launching = device.Launching;
        (_gradient, _sampler, _giveBack) = (gradient, problem.Sampler, giveBack);
        (_agents, _dimension) = (topology.Nodes, problem.Parameters);
        _stream = accelerator.CreateStream();
        (_topology, _shards) = (new(accelerator, topology), new(accelerator, _sampler, _agents));
        _launch = new(accelerator);
        _arrays = [.. Enumerable.Range(0, arrays).Select(_ => accelerator.Allocate1D<T>(Length))];
        (_hashes, _messages) = (accelerator.Allocate1D<ulong>(_agents), accelerator.Allocate1D<ulong>(_agents));
        _chains = accelerator.Allocate1D(new ulong[_agents]);
        (_heads, _samples, _tally) = (new(accelerator), new(accelerator), new(accelerator));
        (_factors, _scratch) = (new(accelerator), new(accelerator));
        _factors.Host(1)[0] = default;
        _factors.Upload(_stream, 1);
    }

    int Length => _agents * _dimension;

    /// <inheritdoc />
    public bool CanStep(Optimizer optimizer) => DeviceSteps.Of(optimizer) is not null;

    /// <inheritdoc />
    public bool TryMakeRoom(int batch)
    {
        if (batch == _batch)
            return true;
        // Buffers have an int of numbers, and so have a request's offsets.
        var size = batch > 0 ? batch : _shards.SizeMax;
        if ((long)_agents * size > Array.MaxLength || (long)_agents * _gradient.ScratchOf(size) > Array.MaxLength)
            return false;
        try
        {
            MakeRoom(batch);
            return true;
        }
        catch (Exception e) when (GpuDevice.IsOutOfMemory(e))
        {
            return false;
        }
    }

    /// <inheritdoc />
    public void Send(int array, ReadOnlySpan<T> values)
    {
        _arrays[array].View.BaseView.CopyFromCPU(_stream, values);
        _stream.Synchronize();
    }

    /// <inheritdoc />
    public void Fetch(int array, Span<T> values)
    {
        _arrays[array].View.BaseView.CopyToCPU(_stream, values);
        _stream.Synchronize();
    }

    /// <inheritdoc />
    public void FetchChains(Span<ulong> chains)
    {
        _chains.View.BaseView.CopyToCPU(_stream, chains);
        _stream.Synchronize();
    }

    /// <inheritdoc />
    public void Gradient(int input, int output, in DeviceDraws batch)
    {
        if (_batch != batch.Batch)
            MakeRoom(batch.Batch);
        var size = batch.Batch > 0 ? batch.Batch : _shards.SizeMax;
        _gradient.Launch(_stream, _agents, new BatchViews<T>
        {
            Heads = _heads.Device(_agents),
            Inputs = View(input),
            Outputs = View(output),
            Samples = batch.Batch > 0 ? Draw(in batch) : _shards.Views.Samples,
            Factors = _factors.Device(1),
            Scratch = _scratch.Device(Math.Max(1, _agents * _gradient.ScratchOf(size))),
            OutputCount = 1,
            Dimension = _dimension,
        });
    }

    /// <inheritdoc />
    public void Mix(MixingMatrix weights, int x, int target)
    {
        var mixing = _topology.Of(weights);
        lock (_launching)
            _launch.Mix(_stream, Length, _topology.Views, mixing, View(x), View(target), _dimension);
    }

    /// <inheritdoc />
    public void Copy(int x, int target) => View(x).CopyTo(_stream, View(target));

    /// <inheritdoc />
    public void Step(in RoundStep step)
    {
        var point = View(step.X);
        var vectors = new StepVectors<T>
        {
            Point = point,
            First = step.State0 < 0 ? point : View(step.State0),
            Second = step.State1 < 0 ? point : View(step.State1),
        };
        var launch = _launch.Step(step.Optimizer);
        var factors = DeviceSteps.Factors<T>(step.Optimizer, step.Rate, step.Number);
        lock (_launching)
        {
            launch(
                _stream, Length, vectors, View(step.Gradient), DeviceSteps.Numbers<T>(step.Optimizer), factors);
        }
    }

    /// <inheritdoc />
    public void Publish(int x, long version)
    {
        var hashes = _hashes.View.BaseView;
        lock (_launching)
        {
            _launch.Hash(_stream, _agents, View(x), hashes, _dimension);
            _launch.Publish(_stream, _agents, hashes, _messages.View.BaseView, VectorHash.Mix((ulong)version));
        }
    }

    /// <inheritdoc />
    public void Chain(in DeviceChain chain)
    {
        // The room on this side must not be filled anew while it is on its way.
        _stream.Synchronize();
        var tally = _tally.Host(2);
        (tally[ChainKernels.LastCompleted], tally[ChainKernels.NotFinite]) = (0, int.MaxValue);
        var there = _tally.Upload(_stream, 2);
        var round = RoundOf(in chain);
        lock (_launching)
        {
            if (chain.Results >= 0)
            {
                _launch.Hash(_stream, _agents, View(chain.Results), _hashes.View.BaseView, _dimension);
                _launch.Find(_stream, Length, View(chain.Results), there, _dimension);
            }
            _launch.Chain(
                _stream, _agents, round, _topology.Views, _hashes.View.BaseView, _messages.View.BaseView,
                _chains.View.BaseView, there);
        }
        _tally.Download(_stream, 2);
    }

    /// <inheritdoc />
    public (int LastCompleted, int NotFinite) Tally()
    {
        _stream.Synchronize();
        var tally = _tally.Host(2);
        var row = tally[ChainKernels.NotFinite];
        return (tally[ChainKernels.LastCompleted], row < int.MaxValue ? row : -1);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stream.Synchronize();
        IDisposable[] all =
        [
            _gradient, .. _arrays, _hashes, _messages, _chains, _topology, _shards, _heads, _samples, _tally, _factors,
            _scratch, _stream,
        ];
        foreach (var item in all)
            item.Dispose();
        _giveBack();
    }

    static ChainRound RoundOf(in DeviceChain chain) => new()
    {
        Time = VectorHash.Mix((ulong)chain.Time),
        Ties = chain.Ties,
        FirstAgent = chain.FirstAgent,
        HasCompletions = chain.Results >= 0 ? 1 : 0,
        HasMessages = chain.HasMessages ? 1 : 0,
        Completions = chain.Completions,
        Messages = chain.Messages,
        CompletionWord = chain.CompletionWord,
        MessageWord = chain.MessageWord,
    };

    ArrayView<T> View(int array) => _arrays[array].View.BaseView;

    /// <summary>The samples of all rows: drawn there where numbers are independent, else sent.</summary>
    ArrayView<int> Draw(in DeviceDraws draws)
    {
        if (_sampler is null)
            return _samples.Device(1);
        var count = _agents * draws.Batch;
        if (_sampler.IsIndependent)
        {
            var samples = _samples.Device(count);
            lock (_launching)
            {
                _launch.Draw(
                    _stream, count, _shards.Views, samples, draws.Batch, draws.Seed, draws.FirstAgent, draws.Number);
            }
            return samples;
        }
        _stream.Synchronize();
        _sampler.DrawMany(
            0, new(draws.FirstAgent, draws.Number), draws.Seed, draws.Batch, _samples.Host(count));
        return _samples.Upload(_stream, count);
    }

    // Which rows, samples and room belong to which agent never changes with a batch size.
    void MakeRoom(int batch)
    {
        _stream.Synchronize();
        WriteHeads(batch);
        _samples.Device(Math.Max(1, _agents * batch));
        _scratch.Device(Math.Max(1, _agents * _gradient.ScratchOf(batch > 0 ? batch : _shards.SizeMax)));
        _batch = batch;
    }

    void WriteHeads(int batch)
    {
        var heads = _heads.Host(_agents);
        var scratch = 0L;
        for (var i = 0; i < heads.Length; i++)
        {
            var (first, size) = batch > 0 ? (i * batch, batch) : _shards[i];
            heads[i] = new Head
            {
                Input = i,
                Input1 = -1,
                Input2 = -1,
                FirstSample = _sampler is null ? 0 : first,
                Batch = size,
                Steps = 1,
                Scratch = scratch,
                Place = i,
            };
            scratch += _gradient.ScratchOf(size);
        }
        _heads.Upload(_stream, _agents);
    }
}
