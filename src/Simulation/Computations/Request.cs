using System.Runtime.InteropServices;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Computations;

/// <summary>
/// A pending computation or timer of an agent; one line of the cache. What only some computations have is in
/// <see cref="RequestExtras{T}"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
unsafe struct Request<T>
    where T : unmanaged
{
    /// <summary>A private buffer for the first result.</summary>
    public T* Result;

    public long Requested;

    public int Agent;

    /// <summary>Tells reuses of the place apart: an event of another generation is void.</summary>
    public int Generation;

    /// <summary>The agent's other requests, + 1; 0 for none.</summary>
    public int Next;
    public int Previous;

    /// <summary>Rank among the agent's computations, or among its timers.</summary>
    public uint Number;

    /// <summary>The number a timer gives back.</summary>
    public int Tag;

    /// <summary>The first frozen input, the number of a snapshot; -1 for none.</summary>
    public int Input;

    /// <summary>The place of what else it has, + 1; 0 for nothing.</summary>
    public int Extras;

    /// <summary>Whose data.</summary>
    public int Place;

    /// <summary>Samples over all steps; the whole shard has been resolved to its size.</summary>
    public int Samples;

    /// <summary>The rank of the oracle among the run's.</summary>
    public ushort Oracle;

    /// <summary>The first output, the rank of the agent's vector; -1 for none.</summary>
    public short Output;

    public RequestState State;
    public bool WholeShard;

    /// <summary>The batch that is drawn where no other is asked for.</summary>
    public readonly BatchKey OwnBatch => new(Agent, Number);
}
