using System.Numerics;
using AsyncOpt.Core.Optimizers;
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
    readonly Accelerator _accelerator;
    readonly AcceleratorStream _stream;
    readonly BatchOracle<T> _gradient;
    readonly Action _giveBack;
    readonly int _agents, _dimension;
    readonly MemoryBuffer1D<T, Stride1D.Dense>[] _arrays;
    readonly Staging<Head> _heads;
    readonly Staging<int> _samples, _lowest;
    readonly Staging<StepFactors<T>> _factors;
    readonly Staging<T> _scratch;
    readonly Staging<ulong> _hashes;
    readonly Action<AcceleratorStream, Index1D, MixingViews<T>, ArrayView<T>, ArrayView<T>, int> _mix;
    readonly Action<AcceleratorStream, Index1D, ArrayView<T>, ArrayView<int>, int> _find;
    readonly Action<AcceleratorStream, Index1D, ArrayView<T>, ArrayView<ulong>, int> _hash;
    readonly Dictionary<MixingMatrix, Mixing> _mixings = [];
    readonly Dictionary<Optimizer, StepLauncher> _steps = [];
    int _batch = -1;

    delegate void StepLauncher(
        AcceleratorStream stream, Index1D count, StepVectors<T> vectors, ArrayView<T> gradient,
        StepNumbers<T> numbers, StepFactors<T> factors);

    /// <summary>Makes room.</summary>
    /// <param name="device">The device.</param>
    /// <param name="gradient">The kernel of f.grad; disposed with this.</param>
    /// <param name="shape">How many arrays, of how many agents and coordinates.</param>
    /// <param name="giveBack">Gives the problem's data back.</param>
    public DeviceRounds(
        GpuDevice device, BatchOracle<T> gradient, (int Arrays, int Agents, int Dimension) shape, Action giveBack)
    {
        (_accelerator, _gradient, _giveBack) = (device.Accelerator, gradient, giveBack);
        (_agents, _dimension) = (shape.Agents, shape.Dimension);
        _stream = _accelerator.CreateStream();
        _arrays = [.. Enumerable.Range(0, shape.Arrays).Select(_ => _accelerator.Allocate1D<T>(Length))];
        (_heads, _samples, _lowest) = (new(_accelerator), new(_accelerator), new(_accelerator));
        (_factors, _scratch, _hashes) = (new(_accelerator), new(_accelerator), new(_accelerator));
        _mix = _accelerator.LoadAutoGroupedKernel<Index1D, MixingViews<T>, ArrayView<T>, ArrayView<T>, int>(
            RoundKernels<T, TScalar>.Mix);
        _find = _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<T>, ArrayView<int>, int>(
            RoundKernels<T, TScalar>.FindNotFinite);
        _hash = _accelerator.LoadAutoGroupedKernel<Index1D, ArrayView<T>, ArrayView<ulong>, int>(
            RoundKernels<T, TScalar>.Hash);
        _factors.Host(1)[0] = default;
        _factors.Upload(_stream, 1);
    }

    int Length => _agents * _dimension;

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
    public void Gradient(int input, int output, ReadOnlySpan<int> samples, int batch)
    {
        if (_batch != batch)
            WriteHeads(batch);
        // The room on this side must not be filled anew while it is on its way.
        _stream.Synchronize();
        samples.CopyTo(_samples.Host(Math.Max(1, samples.Length)));
        _gradient.Launch(_stream, _agents, new BatchViews<T>
        {
            Heads = _heads.Device(_agents),
            Inputs = View(input),
            Outputs = View(output),
            Samples = _samples.Upload(_stream, Math.Max(1, samples.Length)),
            Factors = _factors.Device(1),
            Scratch = _scratch.Device(checked((int)Math.Max(1, (long)_agents * _gradient.ScratchOf(batch)))),
            OutputCount = 1,
            Dimension = _dimension,
        });
    }

    /// <inheritdoc />
    public void Mix(MixingMatrix weights, int x, int target)
    {
        if (!_mixings.TryGetValue(weights, out var mixing))
            _mixings.Add(weights, mixing = new Mixing(_accelerator, weights));
        _mix(_stream, Length, mixing.Views, View(x), View(target), _dimension);
    }

    /// <inheritdoc />
    public bool Step(Optimizer optimizer, double rate, long number, int gradient, int x, int state0, int state1)
    {
        if (DeviceSteps.Of(optimizer) is not { } open)
            return false;
        if (!_steps.TryGetValue(optimizer, out var launch))
        {
            var step = open.MakeGenericType(typeof(T), typeof(TScalar));
            var load = GetType().GetMethod(nameof(Load), System.Reflection.BindingFlags.NonPublic
                | System.Reflection.BindingFlags.Instance)!.MakeGenericMethod(step);
            _steps.Add(optimizer, launch = (StepLauncher)load.Invoke(this, null)!);
        }
        var point = View(x);
        launch(
            _stream, Length, new StepVectors<T>
            {
                Point = point,
                First = state0 < 0 ? point : View(state0),
                Second = state1 < 0 ? point : View(state1),
            },
            View(gradient), DeviceSteps.Numbers<T>(optimizer), DeviceSteps.Factors<T>(optimizer, rate, number));
        return true;
    }

    /// <inheritdoc />
    public void Hash(int x, Span<ulong> hashes)
    {
        _hash(_stream, _agents, View(x), _hashes.Device(_agents), _dimension);
        _hashes.Download(_stream, _agents);
        _stream.Synchronize();
        _hashes.Host(_agents).CopyTo(hashes);
    }

    /// <inheritdoc />
    public int FindNotFinite(int x)
    {
        _lowest.Host(1)[0] = int.MaxValue;
        _find(_stream, Length, View(x), _lowest.Upload(_stream, 1), _dimension);
        _lowest.Download(_stream, 1);
        _stream.Synchronize();
        return _lowest.Host(1)[0] is var row and < int.MaxValue ? row : -1;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        IDisposable[] all =
        [
            _gradient, .. _arrays, _heads, _samples, _lowest, _factors, _scratch, _hashes, .. _mixings.Values, _stream,
        ];
        foreach (var item in all)
            item.Dispose();
        _giveBack();
    }

    ArrayView<T> View(int array) => _arrays[array].View.BaseView;

    // Which rows, samples and room belong to which agent never changes with a batch size.
    void WriteHeads(int batch)
    {
        _batch = batch;
        _stream.Synchronize();
        var heads = _heads.Host(_agents);
        for (var i = 0; i < heads.Length; i++)
        {
            heads[i] = new Head
            {
                Input = i,
                Input1 = -1,
                Input2 = -1,
                FirstSample = checked(i * batch),
                Batch = batch,
                Steps = 1,
                Scratch = (long)i * _gradient.ScratchOf(batch),
                Place = i,
            };
        }
        _heads.Upload(_stream, _agents);
    }

    StepLauncher Load<TStep>()
        where TStep : struct, IStep<T>
    {
        var kernel = _accelerator.LoadAutoGroupedKernel<
            Index1D, StepVectors<T>, ArrayView<T>, StepNumbers<T>, StepFactors<T>>(StepKernels<T, TStep>.Step);
        return (stream, count, vectors, gradient, numbers, factors) =>
            kernel(stream, count, vectors, gradient, numbers, factors);
    }

    /// <summary>A mixing matrix on the device.</summary>
    sealed class Mixing : IDisposable
    {
        readonly MemoryBuffer1D<int, Stride1D.Dense> _start, _neighbour;
        readonly MemoryBuffer1D<T, Stride1D.Dense> _weight, _self;

        public Mixing(Accelerator accelerator, MixingMatrix matrix)
        {
            var (topology, start) = (matrix.Topology, new List<int> { 0 });
            var (neighbour, weight, self) = (new List<int>(), new List<T>(), new List<T>());
            for (var i = 0; i < matrix.Nodes; i++)
            {
                neighbour.AddRange(topology.InNeighbours(i));
                foreach (var w in matrix.Weights(i))
                    weight.Add(T.CreateTruncating(w));
                self.Add(T.CreateTruncating(matrix.SelfWeight(i)));
                start.Add(neighbour.Count);
            }
            (_start, _neighbour) = (accelerator.Allocate1D([.. start]), accelerator.Allocate1D<int>([.. neighbour]));
            (_weight, _self) = (accelerator.Allocate1D<T>([.. weight]), accelerator.Allocate1D<T>([.. self]));
        }

        public MixingViews<T> Views => new()
        {
            Start = _start.View.BaseView,
            Neighbour = _neighbour.View.BaseView,
            Weight = _weight.View.BaseView,
            Self = _self.View.BaseView,
        };

        public void Dispose()
        {
            foreach (var buffer in (IDisposable[])[_start, _neighbour, _weight, _self])
                buffer.Dispose();
        }
    }
}
