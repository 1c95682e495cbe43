using System.Runtime.CompilerServices;
using AsyncOpt.Core;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// The agent whose event is being handled, when that is, and the snapshots that its handler holds until it returns.
/// </summary>
/// <param name="memory">What the partition of the agent stores.</param>
sealed unsafe class AgentTurn<T>(PartitionMemory<T> memory)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly AgentCores<T> _cores = memory.World.Cores;
    readonly Snapshots<T> _snapshots = memory.Snapshots;

    int[] _held = new int[16];
    int _heldCount;

    // Results that rest when the handler returns.
    readonly List<int> _ending = [];

    // The vector that holds a result as it came, and its hash: what is sent as it came is hashed once.
    int _result = -1;
    ulong _resultHash;

    /// <summary>Virtual time, in ns.</summary>
    public long Now { get; private set; }

    /// <summary>How many causes the event has at the same time.</summary>
    public uint Depth { get; private set; }

    /// <summary>The agent's number.</summary>
    public int Agent { get; private set; }

    /// <summary>The agent's rank in its role.</summary>
    public int Index { get; private set; }

    public AgentCore* Core { get; private set; }

    public RoleMemory<T> Role { get; private set; } = memory.World.Roles[0];

    /// <summary>Turns to a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetTime(long now, uint depth) => (Now, Depth) = (now, depth);

    /// <summary>Turns to an agent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(int agent)
    {
        var role = _cores.RoleOf(agent);
        // Most agents have the role of the one before: nothing is stored then, which costs more for references.
        if (role != Role)
            Role = role;
        (Agent, Index) = (agent, agent - role.First);
        Core = role.Core(Index);
    }

    /// <summary>Fetches what <see cref="Enter"/> reads of an agent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(int agent)
    {
        var role = _cores.RoleOf(agent);
        Prefetch.Bytes(role.Core(agent - role.First), sizeof(AgentCore));
    }

    /// <summary>The depth of an event that this one causes.</summary>
    /// <param name="due">When it happens, in ns.</param>
    /// <exception cref="InputException">Too many events follow each other without any delay.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort DepthOf(long due) => CheckDepth(due == Now ? Depth + 1 : 0);

    /// <summary>A depth that events can have.</summary>
    /// <exception cref="InputException">It is too large: events follow each other without any delay.</exception>
    public ushort CheckDepth(uint depth)
    {
        if (depth > Moment.DepthMax)
            throw new InputException(
                $"virtual time stands still at {Now / 1e9} s: {Moment.DepthMax} events follow each other without any "
                + "delay; give the links a delay or the computations a duration");
        return (ushort)depth;
    }

    /// <summary>The handler has a reference to a snapshot, which it gives up when it returns.</summary>
    public void Hold(int snapshot)
    {
        if (_heldCount == _held.Length)
            Array.Resize(ref _held, 2 * _held.Length);
        _held[_heldCount++] = snapshot;
    }

    /// <summary>A vector of the agent holds a result, until it is written or the handler returns.</summary>
    public void NoteResult(int vector, ulong hash) => (_result, _resultHash) = (vector, hash);

    /// <summary>A vector of the agent is written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void NoteWritten(int vector)
    {
        if (vector == _result)
            _result = -1;
    }

    /// <summary>The hash of a vector of the agent, where it is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryHash(int vector, out ulong hash)
    {
        hash = _resultHash;
        return vector == _result;
    }

    /// <summary>A result of the agent is there until the handler returns.</summary>
    public void NoteEnding(int vector) => _ending.Add(vector);

    void EndResults()
    {
        foreach (var vector in _ending)
        {
            if (Role.IsAtRest(vector, Index))
                continue;
            var sharing = Role.Sharing(vector, Index);
            if (*sharing != 0)
                _snapshots.GiveAway(sharing);
            else
                _snapshots.Buffers.Return(Role.Vector(vector, Index), Role.Dimensions[vector]);
            Role.Rest(vector, Index);
        }
        _ending.Clear();
    }

    /// <summary>The handler has returned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ReleaseHeld()
    {
        _result = -1;
        if (_ending.Count > 0)
            EndResults();
        while (_heldCount > 0)
            _snapshots.Release(_held[--_heldCount]);
    }
}
