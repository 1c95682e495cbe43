using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>How a token walks and learns.</summary>
/// <param name="Walk">The base walk.</param>
/// <param name="Step">beta of the n-th update, n counted from 0.</param>
sealed record TokenSettings(WalkBase Walk, StepSchedule Step)
{
    /// <summary>How many tokens walk, each with a model of its own.</summary>
    public int Tokens { get; init; } = 1;

    /// <summary>Where all start; none: spread over the nodes.</summary>
    public int? Start { get; init; }

    /// <summary>Samples per gradient; 0 for all samples of the node.</summary>
    public int BatchSize { get; init; }

    /// <summary>Whether gradients are weighted by 1 / (N mu_X).</summary>
    public bool Reweight { get; init; } = true;

    /// <summary>alpha; 0 for the base walk.</summary>
    public double Repellence { get; init; }

    /// <summary>a of gamma_n = (n+1)^-a; none: no visit measure is kept.</summary>
    public double? MeasureExponent { get; init; }
}

/// <summary>The state of a token.</summary>
struct TokenState
{
    /// <summary>Updates made.</summary>
    public long Updates;

    /// <summary>The scale of the visit measure.</summary>
    public double Scale;

    /// <summary>Where the token goes.</summary>
    public int Target;
}

/// <summary>
/// A token that carries a model over a graph: it draws the next node, moves, notes the visit, computes a gradient on
/// the data there, steps, and draws again.
/// </summary>
/// <param name="settings">How it walks and learns.</param>
sealed class TokenProgram(TokenSettings settings) : RoleProgram<TokenState>
{
    // Weights of so few neighbours, and of staying, fit on the stack.
    const int StackWeights = 64;

    Topology _topology = null!;
    double[] _logMu = [];
    double _reweight; // sum of degrees / nodes; 0 for none
    Vector _theta, _g;
    Table _values, _ratios, _weights;

    /// <summary>Declares the role on a layout.</summary>
    public static void Declare(Layout layout, TokenSettings settings) =>
        layout.Role("token", Count.Tokens, new TokenProgram(settings), settings.Tokens);

    public override void Declare(RoleLayout role)
    {
        _topology = role.Topology;
        role.StartPlace = token => settings.Start ?? (int)((long)token * _topology.Nodes / settings.Tokens);
        var estimate = settings.Tokens == 1 ? Estimate.Single : Estimate.Mean;
        _theta = role.Vector("theta", Dim.Parameters, estimate, Initial.Point);
        _g = role.Vector("g", Dim.Parameters);
        if (settings.Reweight && settings.Walk == WalkBase.Srw && _topology.Edges > 0)
            _reweight = (double)_topology.Edges / _topology.Nodes;
        if (settings.MeasureExponent is not null)
        {
            _logMu = WalkKernel.LogStationary(settings.Walk, _topology);
            (_values, _ratios) = (role.Table(Dim.Nodes), role.Table(Dim.Nodes));
        }
        if (NeedsWeights && _topology.OutDegreeMax >= StackWeights)
            _weights = role.Table(Dim.Of(_topology.OutDegreeMax + 1));
    }

    public override void OnStart(ref TokenState s, Effects e)
    {
        if (settings.MeasureExponent is not null)
        {
            var uniform = new double[_logMu.Length];
            Array.Fill(uniform, -Numerics.ExactMath.Log(uniform.Length));
            s.Scale = Measure(e).Start(uniform, _logMu);
        }
        Step(ref s, e);
    }

    public override void OnArrived(ref TokenState s, in Arrived a, Effects e)
    {
        // Going to the same node again keeps the walk's law, whatever the links lose.
        if (a.Lost)
            e.Move(s.Target);
        else
            Visit(ref s, e);
    }

    public override void OnComputed(ref TokenState s, in Computed c, Effects e)
    {
        var weight = _reweight > 0 ? _reweight / _topology.OutDegree(e.Place) : 1;
        e.Axpy(-settings.Step.At(s.Updates) * weight, _g, _theta);
        e.RecordUpdate(s.Updates - c.Version, c.Origin);
        s.Updates++;
        Step(ref s, e);
    }

    // The visit is noted already; what a crash cost is its gradient.
    public override void OnRestart(ref TokenState s, Effects e) => Compute(in s, e);

    bool NeedsWeights => settings.Walk != WalkBase.Srw || settings.Repellence > 0;

    VisitMeasure Measure(Effects e) => new(e.Numbers(_values), e.Numbers(_ratios));

    // X_(n+1) ~ K[x_n](X_n, .); staying is a visit without a move.
    void Step(ref TokenState s, Effects e)
    {
        s.Target = Draw(in s, e);
        if (s.Target == e.Place)
            Visit(ref s, e);
        else
            e.Move(s.Target);
    }

    int Draw(in TokenState s, Effects e)
    {
        var node = e.Place;
        var degree = _topology.OutDegree(node);
        var share = e.Uniform();
        if (degree == 0)
            return node;
        if (!NeedsWeights)
            return _topology.OutNeighbour(node, Math.Min((int)(share * degree), degree - 1));
        Span<double> weights = degree < StackWeights ? stackalloc double[StackWeights] : e.Numbers(_weights);
        weights = weights[..WalkKernel.BaseWeights(settings.Walk, _topology, node, weights)];
        if (settings.Repellence > 0)
        {
            var floor = VisitMeasure.Floor(s.Scale);
            WalkKernel.Repel(_topology, node, e.Numbers(_ratios), floor, settings.Repellence, weights);
        }
        var k = WalkKernel.Sample(weights, share);
        return k == degree ? node : _topology.OutNeighbour(node, k);
    }

    void Visit(ref TokenState s, Effects e)
    {
        // gamma_(n+1) = (n+2)^-a for the visit after n updates.
        if (settings.MeasureExponent is { } a)
            Measure(e).Visit(e.Place, 1 / Numerics.ExactMath.Pow(s.Updates + 2, a), _logMu, ref s.Scale);
        Compute(in s, e);
    }

    void Compute(in TokenState s, Effects e) =>
        e.Compute(Oracle.Gradient, e.Snapshot(_theta, s.Updates), e.Place, settings.BatchSize, _g);
}

/// <summary>What makes a walk impossible.</summary>
static class WalkChecks
{
    public static IEnumerable<string> Errors(MethodContext context, int? start, bool needsRows)
    {
        if (start >= context.Places)
            yield return $"start is node {start}; the nodes are 0 to {context.Places - 1}";
        if (context.Topology is not { } topology)
            yield break;
        if (!topology.IsSymmetric)
            yield return "the walk is reversible on undirected graphs only; take an undirected topology";
        if (topology.Period > 1)
            yield return "the walk needs a topology that does not change with the iteration";
        if (needsRows && !topology.HasRows)
            yield return "this walk looks at all neighbours of a node: a complete graph has at most 2048 nodes here";
    }
}
