using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Topologies;

/// <summary>Gives every edge of a topology its weight.</summary>
[EntryKind("mixing matrices")]
public abstract class MixingRule
{
    /// <summary>The matrix of a static graph; of a schedule, of one of its phases.</summary>
    /// <param name="topology">Any graph that <see cref="Topology.PhaseAt"/> gives.</param>
    /// <exception cref="InputException">The rule does not fit the graph.</exception>
    public abstract MixingMatrix Build(Topology topology);

    /// <summary>The matrices of all phases of a topology; of a static one, the one matrix.</summary>
    /// <param name="topology">Any topology.</param>
    public MixingSchedule Schedule(Topology topology) =>
        new([.. Enumerable.Range(0, topology.Period).Select(phase => Build(topology.PhaseAt(phase)))]);
}

/// <summary>Marks a mixing matrix of the catalogue.</summary>
/// <param name="name">The name in experiment files.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class MixingAttribute(string name) : EntryAttribute(name);

/// <summary>Mixing matrices as a function of the iteration.</summary>
/// <param name="phases">At least one.</param>
public sealed class MixingSchedule(IReadOnlyList<MixingMatrix> phases)
{
    /// <summary>Number of matrices after which they repeat.</summary>
    public int Period => phases.Count;

    /// <summary>Whether every matrix is symmetric.</summary>
    public bool IsSymmetric => phases.All(w => w.IsSymmetric);

    /// <summary>Whether every matrix is doubly stochastic.</summary>
    public bool IsDoublyStochastic => phases.All(w => w.IsDoublyStochastic);

    /// <summary>The matrix of an iteration.</summary>
    /// <param name="iteration">Counted from 0.</param>
    public MixingMatrix At(long iteration) => phases[(int)((ulong)iteration % (ulong)phases.Count)];
}
