using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Computations;

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
