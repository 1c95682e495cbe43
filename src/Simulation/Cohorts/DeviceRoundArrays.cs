using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;
using AsyncOpt.Kernels.Devices;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Scripts;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>
/// Rounds on a device: vectors are sent once, stay there from round to round, and come back when somebody looks.
/// </summary>
sealed unsafe class DeviceRoundArrays<T> : IRoundArrays
    where T : unmanaged
{
    // A work item of the device finds the order of a row's events, in a time that grows with the square.
    const int InDegreeMax = 256;

    readonly World<T> _world;
    readonly RoleMemory<T> _role;
    readonly IDeviceRounds<T> _device;
    readonly Ties _ties;

    // The array of each vector, and the one that is free: what is mixed goes there, and changes places with the vector.
    readonly int[] _arrays;
    int _spare;

    // Which vectors are not as they are in the role's own memory.
    readonly bool[] _isNewer;
    ulong[] _chains = [];
    bool _isDisposed;

    DeviceRoundArrays(World<T> world, IDeviceRounds<T> device)
    {
        (_world, _role, _device, _ties) = (world, world.Roles[0], device, new Ties(world.Seed));
        _arrays = [.. Enumerable.Range(0, _role.Dimensions.Length)];
        _spare = _arrays.Length;
        _isNewer = new bool[_arrays.Length];
    }

    /// <summary>Arrays on a device; null where it cannot have them, and agents act one by one.</summary>
    public static DeviceRoundArrays<T>? Of(World<T> world, IBatchDevice device)
    {
        var (role, problem) = (world.Roles[0], world.Plan.Problem);
        return role.Layout.Topology.InDegreeMax <= InDegreeMax
            && Array.TrueForAll(role.Dimensions, d => d == problem.Parameters)
            && device.RoundsOf<T>(problem, role.Layout.Topology, role.Dimensions.Length + 1) is { } rounds
            ? new DeviceRoundArrays<T>(world, rounds)
            : null;
    }

    public long Bytes => (long)_chains.Length * sizeof(ulong);

    public void Dispose()
    {
        if (!_isDisposed)
            _device.Dispose();
        _isDisposed = true;
    }

    public bool Takes(in CohortOp op) => op.Kind switch
    {
        CohortOpKind.Compute => op.Computation is { KeyNumber: null, Vector: >= 0 } c
            && c.Oracle.Name == Oracle.Gradient.Name && c.Vector != c.Output.Index && _device.TryMakeRoom(c.Batch),
        CohortOpKind.Step => _device.CanStep(op.Optimizer!),
        CohortOpKind.Send => op.Message!.Vectors.Count == 1,
        CohortOpKind.Fill or CohortOpKind.Scale or CohortOpKind.Axpy or CohortOpKind.Lerp => false,
        _ => true,
    };

    public bool Reopens => false;

    public void Open(in Wave messages)
    {
        _chains = new ulong[_role.Layout.Agents];
        for (var v = 0; v < _arrays.Length; v++)
            _device.Send(_arrays[v], All(v));
    }

    public RoundTally Handle(in RoundWork work)
    {
        var hasEvents = work.Due.IsPending || work.Arrived.IsPending;
        if (work.Due.Computation is { } c)
        {
            _isNewer[c.Output.Index] = true;
            _device.Gradient(_arrays[c.Vector], _arrays[c.Output.Index], new(
                _world.Seed, _role.First, work.Due.Before.Computations, c.Batch));
        }
        if (hasEvents)
            _device.Chain(ChainOf(in work));
        foreach (var op in work.Ops)
        {
            if (op.Kind == CohortOpKind.Mix)
                Mix(in op);
            else if (op.Kind == CohortOpKind.Copy)
                Copy(in op);
            else if (op.Kind == CohortOpKind.Step)
                Step(in op);
        }
        if (work.Send is { } send)
            _device.Publish(_arrays[send.Vector], send.Message!.Origin.Version);
        if (!hasEvents)
            return new(0, -1);
        var (lastCompleted, notFinite) = _device.Tally();
        return new(lastCompleted, notFinite);
    }

    public void Settle()
    {
        for (var v = 0; v < _arrays.Length; v++)
        {
            if (_isNewer[v])
                _device.Fetch(_arrays[v], All(v));
            _isNewer[v] = false;
        }
        _device.FetchChains(_chains);
        for (var i = 0; i < _chains.Length; i++)
            _world.Cores[_role.First + i].Chain = _chains[i];
    }

    Span<T> All(int vector) => new(_role.Vector(vector, 0), checked(_role.Layout.Agents * _role.Dimensions[vector]));

    void Mix(in CohortOp op)
    {
        _device.Mix(_world.Plan.Mixing!.At(op.Number), _arrays[op.Vector], _spare);
        (_arrays[op.Vector], _spare) = (_spare, _arrays[op.Vector]);
        _isNewer[op.Vector] = true;
    }

    void Copy(in CohortOp op)
    {
        _device.Copy(_arrays[op.X.Index], _arrays[op.Vector]);
        _isNewer[op.Vector] = true;
    }

    void Step(in CohortOp op)
    {
        int ArrayOf(int vector) => vector < 0 ? -1 : _arrays[vector];
        _device.Step(new RoundStep(
            op.Optimizer!, op.Factor, op.Number, ArrayOf(op.X.Index), ArrayOf(op.Vector), ArrayOf(op.State0),
            ArrayOf(op.State1)));
        foreach (var vector in (ReadOnlySpan<int>)[op.Vector, op.State0, op.State1])
        {
            if (vector >= 0)
                _isNewer[vector] = true;
        }
    }

    DeviceChain ChainOf(in RoundWork work) => new(work.Now.Time, _ties, _role.First)
    {
        Results = work.Due.Computation is { } c ? _arrays[c.Output.Index] : -1,
        Completions = new(work.Due.Before.Computations, work.Due.Before.Messages),
        CompletionWord = (ulong)EventType.Computed << 48,
        HasMessages = work.Arrived.IsPending,
        Messages = new(work.Arrived.Before.Computations, work.Arrived.Before.Messages),
        MessageWord = ((ulong)EventType.Message << 48) | ((ulong)(work.Arrived.Message?.Kind.Number ?? 0) << 32),
    };
}
