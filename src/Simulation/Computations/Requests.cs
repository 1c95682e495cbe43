using System.Runtime.InteropServices;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Computations;

enum RequestState : byte
{
    Free,

    /// <summary>A timer, until it fires.</summary>
    Timer,

    /// <summary>A computation whose inputs are frozen and whose result nobody has computed yet.</summary>
    Pending,

    /// <summary>A computation whose result waits in a private buffer.</summary>
    Evaluated,

    /// <summary>A computation that a device has begun, and whose result nobody has fetched yet.</summary>
    Launched,
}

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

/// <summary>The oracles a run may use, each with its fastest form on this host.</summary>
sealed class OracleSet<T>
    where T : unmanaged
{
    readonly Oracle[] _oracles;
    readonly FastOracle<T>?[] _forms;

    public OracleSet(Method method, Problem problem, Func<Oracle, FastOracle<T>> form)
    {
        var own = method.Oracles.Where(o => o is LocalSteps).ToArray();
        _oracles = [Oracle.Dot, Oracle.SquaredNorm, .. problem.Oracles.Select(o => o.Oracle), .. own];
        _forms = [null, null, .. problem.Oracles.Select(o => form(o.Oracle)), .. own.Select(form)];
    }

    /// <summary>The resolved dimensions of each oracle's outputs.</summary>
    public int[][] OutputDimensions(Func<string, int> dimension) =>
        [.. _oracles.Select(o => o.Outputs.Select(d => d.Resolve(dimension)).ToArray())];

    /// <summary>All of them, by rank.</summary>
    public IReadOnlyList<Oracle> All => _oracles;

    public Oracle this[int i] => _oracles[i];

    public FastOracle<T> Form(int i) => _forms[i]!;

    /// <summary>The rank of an oracle; there are few, so they are searched.</summary>
    public int Find(Oracle oracle)
    {
        for (var i = 0; i < _oracles.Length; i++)
        {
            if (ReferenceEquals(_oracles[i], oracle))
                return i;
        }
        for (var i = 0; i < _oracles.Length; i++)
        {
            if (_oracles[i].Name == oracle.Name)
                return i;
        }
        throw new InvalidOperationException($"the problem has no oracle '{oracle}'");
    }
}
