using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods.Walks;

/// <summary>How a token walks and learns.</summary>
/// <param name="Walker">How it finds its next node.</param>
/// <param name="Step">beta of the n-th update, n counted from 0.</param>
/// <param name="Options">Tokens, start, batch, update.</param>
sealed record TokenSettings(Walker Walker, StepSchedule Step, WalkOptions Options)
{
    /// <summary>Whether gradients are weighted by 1 / (N mu_X).</summary>
    public bool Reweight { get; init; } = true;

    /// <summary>a of gamma_n = (n+1)^-a; none: no visit measure is kept.</summary>
    public double? MeasureExponent { get; init; }

    /// <summary>Of a walk that does not use the measure of its visits.</summary>
    public static TokenSettings Plain(Walker walker, PlainWalkOptions options) =>
        new(walker, options.Step, options) { MeasureExponent = options.Visits ? 1 : null };

    /// <summary>Of a walk that uses the measure of its visits.</summary>
    public static TokenSettings Repellent(Walker walker, RepellentOptions options) =>
        new(walker, options.Beta, options) { MeasureExponent = options.A };
}

/// <summary>A method whose tokens walk, for what looks at walks from outside.</summary>
interface IWalkMethod
{
    /// <summary>How its tokens walk and learn.</summary>
    TokenSettings Settings { get; }
}

/// <summary>
/// A token that carries a model over a graph: it draws the next node, moves, notes the visit, computes a gradient on
/// the data there, steps, and draws again.
/// </summary>
/// <param name="settings">How it walks and learns.</param>
sealed class TokenProgram(TokenSettings settings) : RoleProgram<TokenState>
{
    /// <summary>The role's name.</summary>
    public const string Role = "token";

    /// <summary>The name of the table of its visits: the measure x up to a common factor, a number per node.</summary>
    public const string VisitsTable = "visits";

    readonly Walker _walker = settings.Walker;
    readonly bool _hasMomentum = settings.Options.Update == WalkUpdate.HeavyBall;

    Topology _topology = null!;
    double[] _logMu = [];
    double _reweight; // sum of mu / nodes, mu unnormed; 0 for none
    Vector _theta, _g, _m;
    Table _values, _ratios;

    /// <summary>Declares the role on a layout.</summary>
    public static void Declare(Layout layout, TokenSettings settings) =>
        layout.Role(Role, Count.Tokens, new TokenProgram(settings), settings.Options.Tokens);

    public override void Declare(RoleLayout role)
    {
        _topology = role.Topology;
        var options = settings.Options;
        role.StartPlace = token => options.Start ?? (int)((long)token * _topology.Nodes / options.Tokens);
        var estimate = options.Tokens == 1 ? Estimate.Single : Estimate.Mean;
        _theta = role.Vector("theta", Dim.Parameters, estimate, Initial.Point);
        _g = role.Vector("g", Dim.Parameters);
        if (_hasMomentum)
            _m = role.Vector("m", Dim.Parameters);
        if (settings.Reweight && _walker.Base is not MhrwChain)
            _reweight = _walker.Base.StationaryTotal(_topology) / _topology.Nodes;
        if (settings.MeasureExponent is not null)
        {
            _values = role.Table(Dim.Nodes, VisitsTable);
            if (_walker.NeedsVisits)
                (_ratios, _logMu) = (role.Table(Dim.Nodes), _walker.Base.LogMu(_topology));
        }
        _walker.Declare(role);
    }

    public override void OnStart(ref TokenState s, Effects e)
    {
        if (settings.MeasureExponent is not null)
            s.Scale = Measure(e).StartUniform(_logMu);
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
        var weight = _reweight > 0 ? _reweight / _walker.Base.Stationary(_topology, e.Place) : 1;
        var beta = settings.Step.At(s.Updates);
        if (_hasMomentum)
        {
            e.Axpy(-beta, _m, _theta);
            e.Scale(1 - beta, _m);
            e.Axpy(beta * weight, _g, _m);
        }
        else
        {
            e.Axpy(-beta * weight, _g, _theta);
        }
        e.RecordUpdate(s.Updates - c.Version, c.Origin);
        s.Updates++;
        Step(ref s, e);
    }

    // The visit is noted already; what a crash cost is its gradient.
    public override void OnRestart(ref TokenState s, Effects e) => Compute(in s, e);

    VisitMeasure Measure(Effects e) => new(
        e.Numbers(_values), _walker.NeedsVisits ? e.Numbers(_ratios) : []);

    // Staying is a visit without a move.
    void Step(ref TokenState s, Effects e)
    {
        var visits = _walker.NeedsVisits ? Measure(e) : default;
        s.Target = _walker.Next(in s, in visits, e);
        if (s.Target == e.Place)
        {
            Visit(ref s, e);
            return;
        }
        s.Left = e.Place + 1;
        e.Move(s.Target);
    }

    void Visit(ref TokenState s, Effects e)
    {
        // gamma_(n+1) = (n+2)^-a for the visit after n updates.
        if (settings.MeasureExponent is { } a)
            Measure(e).Visit(e.Place, 1 / ExactMath.Pow(s.Updates + 2, a), _logMu, ref s.Scale);
        Compute(in s, e);
    }

    void Compute(in TokenState s, Effects e) =>
        e.Compute(Oracle.Gradient, e.Snapshot(_theta, s.Updates), settings.Options.BatchSize, _g);
}
