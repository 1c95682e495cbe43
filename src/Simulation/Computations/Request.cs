using System.Runtime.InteropServices;

namespace AsyncOpt.Simulation.Computations;

/// <summary>A pending computation or timer of an agent; three lines of the cache.</summary>
[StructLayout(LayoutKind.Sequential, Size = 192)]
unsafe struct Request<T>
    where T : unmanaged
{
    public RequestState State;
    public int Agent;

    /// <summary>Tells reuses of the place apart: an event of another generation is void.</summary>
    public int Generation;

    /// <summary>The agent's other requests, + 1; 0 for none.</summary>
    public int Next;
    public int Previous;

    /// <summary>The number a timer gives back.</summary>
    public int Tag;

    /// <summary>Rank among the agent's computations, or among its timers.</summary>
    public long Number;

    /// <summary>What a computation asks for.</summary>
    public Asked Asked;

    /// <summary>Frozen inputs, numbers of snapshots; -1 for none.</summary>
    public int Input;
    public int Input1;
    public int Input2;

    /// <summary>Outputs, ranks of the agent's vectors; -1 for none.</summary>
    public int Output;
    public int Output1;
    public int Output2;

    /// <summary>Private buffers for the results.</summary>
    public T* Result;
    public T* Result1;
    public T* Result2;
    public double Scalar;
    public double Scalar1;

    public long Requested;

    /// <summary>What the oldest versioned input rests on, as of the request.</summary>
    public long Version;
    public long Birth;
    public long Compute;
    public long Wire;
}
