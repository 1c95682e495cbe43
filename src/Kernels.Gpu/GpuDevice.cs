using System.Reflection;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>An open device of ILGPU.</summary>
/// <param name="accelerator">ILGPU's device; disposed with this.</param>
/// <param name="description">What it is.</param>
public sealed class GpuDevice(Accelerator accelerator, DeviceDescription description) : IBatchDevice
{
    readonly Lock _gate = new();
    readonly Dictionary<(Problem Problem, Type Width), Shared> _models = [];
    readonly Dictionary<Type, bool> _exact = [];

    /// <inheritdoc />
    public DeviceDescription Description => description;

    /// <summary>ILGPU's device.</summary>
    public Accelerator Accelerator => accelerator;

    /// <summary>
    /// Held by who launches: OpenCL takes the arguments of a kernel one by one, and two threads would mix theirs.
    /// </summary>
    public Lock Launching { get; private init; } = new();

    /// <summary>
    /// Models of at most so many parameters get one work item a request, larger ones a group. The two add in different
    /// order, so this belongs to the device's numerics.
    /// </summary>
    public int ItemParametersMax { get; init; } = 256;

    /// <summary>Work items in a group.</summary>
    public int GroupSize { get; } = Math.Min(GroupLanes.Max, accelerator.MaxNumThreadsPerGroup);

    /// <summary>The same device with another bound of <see cref="ItemParametersMax"/>, for tests.</summary>
    internal GpuDevice With(int itemParametersMax) =>
        new(accelerator, description) { ItemParametersMax = itemParametersMax, Launching = Launching };

    /// <summary>Problems whose data are on the device.</summary>
    public int Models => _models.Count;

    /// <inheritdoc />
    public IDeviceOracle<T>? OracleOf<T>(Problem problem, Oracle oracle)
        where T : unmanaged
    {
        if (!DeviceModels.MayHave(problem, oracle) || Lease<T>(problem) is not { } model)
            return null;
        void GiveBack() => Return(problem, typeof(T));
        if (model.OracleOf(oracle) is { } evaluator)
            return new LeasedOracle<T>(evaluator, GiveBack);
        GiveBack();
        return null;
    }

    /// <inheritdoc />
    public IDeviceRounds<T>? RoundsOf<T>(Problem problem, Topology topology, int arrays)
        where T : unmanaged
    {
        if (!HasRoom<T>(problem, topology, arrays) || !HasBitsOfTheProcessor(typeof(T))
            || Lease<T>(problem) is not { } model)
            return null;
        var type = typeof(DeviceRounds<,>).MakeGenericType(typeof(T), DeviceModels.ScalarOf<T>());
        void GiveBack() => Return(problem, typeof(T));
        // Rounds launch a kernel on arrays that are there, which evaluators of plug-ins cannot.
        if (model.OracleOf(Oracle.Gradient) is not { } gradient || gradient is not IRepeatable)
        {
            GiveBack();
            return null;
        }
        try
        {
            return (IDeviceRounds<T>)Activator.CreateInstance(
                type, this, gradient, problem, topology, arrays, (Action)GiveBack)!;
        }
        catch (TargetInvocationException e) when (IsOutOfMemory(e.InnerException))
        {
            // Other runs have the memory, or a buffer is larger than the device gives at once.
            gradient.Dispose();
            GiveBack();
            return null;
        }
    }

    /// <summary>Whether a device or this process may be short of memory; devices tell it as they tell all else.
    /// </summary>
    public static bool IsOutOfMemory(Exception? e) => e is AcceleratorException or OutOfMemoryException;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var shared in _models.Values)
            shared.Model.Dispose();
        accelerator.Dispose();
    }

    // Kernels count elements, edges and samples in 32 bits.
    bool HasRoom<T>(Problem problem, Topology topology, int arrays)
        where T : unmanaged
    {
        var numbers = (long)topology.Nodes * problem.Parameters;
        var bytes = (arrays * numbers * Interop.SizeOf<T>()) + (topology.Edges * 3 * sizeof(long));
        return numbers <= Array.MaxLength && topology.Edges <= Array.MaxLength
            && bytes <= accelerator.MemorySize / 2;
    }

    bool HasBitsOfTheProcessor(Type width)
    {
        lock (_gate)
        {
            if (!_exact.TryGetValue(width, out var isExact))
            {
                _exact.Add(width, isExact = width == typeof(float)
                    ? ArithmeticProbe.HasBitsOfTheProcessor<float, SingleScalar>(this)
                    : ArithmeticProbe.HasBitsOfTheProcessor<double, DoubleScalar>(this));
            }
            return isExact;
        }
    }

    DeviceModel<T>? Lease<T>(Problem problem)
        where T : unmanaged
    {
        lock (_gate)
        {
            if (!_models.TryGetValue((problem, typeof(T)), out var shared))
            {
                if (DeviceModels.Find<T>(this, problem) is not { } model)
                    return null;
                _models.Add((problem, typeof(T)), shared = new Shared(model));
            }
            shared.Users++;
            return (DeviceModel<T>)shared.Model;
        }
    }

    // The data leave the device with the last user of theirs.
    void Return(Problem problem, Type width)
    {
        lock (_gate)
        {
            var key = (problem, width);
            if (--_models[key].Users > 0)
                return;
            _models[key].Model.Dispose();
            _models.Remove(key);
        }
    }

    sealed class Shared(IDisposable model)
    {
        public IDisposable Model { get; } = model;

        public int Users { get; set; }
    }
}

/// <summary>An oracle that gives its model back when it is disposed.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="oracle">The oracle.</param>
/// <param name="giveBack">Gives the model back.</param>
sealed class LeasedOracle<T>(IDeviceOracle<T> oracle, Action giveBack) : IDeviceOracle<T>, IRepeatable
    where T : unmanaged
{
    /// <inheritdoc />
    public void Begin(ReadOnlySpan<DeviceRequest<T>> requests, ReadOnlySpan<int> samples) =>
        oracle.Begin(requests, samples);

    /// <inheritdoc />
    public void End() => oracle.End();

    /// <inheritdoc />
    public void Repeat(int times) => ((IRepeatable)oracle).Repeat(times);

    /// <inheritdoc />
    public void Dispose()
    {
        oracle.Dispose();
        giveBack();
    }
}
