using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>The state of a token.</summary>
struct TokenState
{
    /// <summary>Updates made.</summary>
    public long Updates;

    /// <summary>The scale of the visit measure.</summary>
    public double Scale;

    /// <summary>Where the token goes.</summary>
    public int Target;

    /// <summary>One more than the node that it left last; 0 for none.</summary>
    public int Left;
}

/// <summary>
/// How a token finds its next node. One object serves all tokens: what a token remembers is in its state and in the
/// measure of its visits.
/// </summary>
abstract class Walker
{
    /// <summary>The graph.</summary>
    protected Topology Topology { get; private set; } = null!;

    /// <summary>Whether it draws by the measure of the token's visits.</summary>
    public virtual bool NeedsVisits => false;

    /// <summary>Whether it looks at rows of neighbours.</summary>
    public virtual bool NeedsRows => true;

    /// <summary>Whether it moves along links only, and needs them to go both ways.</summary>
    public virtual bool NeedsLinks => true;

    /// <summary>
    /// The chain whose stationary distribution mu is that of the visits: what gradients are weighted by, and what
    /// visits are measured by.
    /// </summary>
    public abstract BaseChain Base { get; }

    /// <summary>Walks of the same type and base have the same noise where x = mu.</summary>
    public virtual Type NoiseType => GetType();

    /// <summary>How it avoids where it has been.</summary>
    public virtual WalkInteraction Interaction => WalkInteraction.None;

    /// <summary>The repellence as a function of the token's updates.</summary>
    public virtual StepSchedule Alpha { get; } = ConstantSchedule.Of(0);

    /// <summary>Declares what it keeps.</summary>
    public virtual void Declare(RoleLayout role) => Topology = role.Topology;

    /// <summary>Draws X_(n+1) for the token at X_n, which may be the same node.</summary>
    /// <param name="s">The token's state.</param>
    /// <param name="visits">The measure x_n of its visits; empty unless <see cref="NeedsVisits"/>.</param>
    /// <param name="e">Where it is, and its random numbers.</param>
    public abstract int Next(in TokenState s, in VisitMeasure visits, Effects e);
}

/// <summary>
/// Walks that look at the weights of all neighbours, drawn by inversion with one uniform number a step.
/// </summary>
abstract class RowWalker : Walker
{
    // Weights of so few neighbours, and of staying, fit on the stack.
    const int StackWeights = 64;

    // The weights of no more links and nodes are kept, 8 MB.
    const int KeptWeights = 1 << 20;

    Table _weights;

    // The base chain's weights, row after row; none where there are too many.
    double[] _rows = [];

    public override void Declare(RoleLayout role)
    {
        base.Declare(role);
        if (Topology.OutDegreeMax >= StackWeights)
            _weights = role.Table(Dim.Of(Topology.OutDegreeMax + 1));
        if (NeedsRows && Topology.Edges + Topology.Nodes <= KeptWeights)
            _rows = AllRows();
    }

    public override int Next(in TokenState s, in VisitMeasure visits, Effects e)
    {
        var node = e.Place;
        var degree = Topology.OutDegree(node);
        var share = e.Uniform();
        Span<double> weights = degree < StackWeights ? stackalloc double[StackWeights] : e.Numbers(_weights);
        weights = weights[..(degree + 1)];
        ReadOnlySpan<double> row = weights;
        if (_rows.Length > 0)
            row = _rows.AsSpan(StartOf(node), degree + 1);
        else
            Base.Weights(Topology, node, weights);
        Weigh(in s, in visits, node, row, weights);
        var k = WalkKernel.Sample(weights, share);
        return k == degree ? node : Topology.OutNeighbour(node, k);
    }

    /// <summary>Makes the weights to draw by of the base chain's, which may lie in the same place.</summary>
    protected virtual void Weigh(
        in TokenState s, in VisitMeasure visits, int node, ReadOnlySpan<double> row, Span<double> weights) =>
        row.CopyTo(weights);

    // A row has a weight for each neighbour and one for staying.
    int StartOf(int node) => (int)Topology.OutStart(node) + node;

    double[] AllRows()
    {
        var rows = new double[StartOf(Topology.Nodes)];
        for (var node = 0; node < Topology.Nodes; node++)
            Base.Weights(Topology, node, rows.AsSpan(StartOf(node), Topology.OutDegree(node) + 1));
        return rows;
    }
}
