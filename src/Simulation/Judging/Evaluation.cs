using System.Runtime.InteropServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Judging;

/// <summary>
/// Metrics of a consistent cut, in float64, on nobody's clock. Sums over agents go in id order, in blocks of 1,024,
/// pairwise, whatever the partition.
/// </summary>
sealed unsafe class Evaluation<T>
    where T : unmanaged
{
    readonly World<T> _world;
    readonly Problem _problem;
    readonly RoleMemory<T>? _role;
    readonly int _vector;
    readonly Estimate _kind;
    readonly double[] _estimate;
    readonly double[] _row;
    readonly double[] _gradient;

    // The point whose metrics were computed last; null before the first, which runs of the problem have in common.
    (double[] Point, List<(string, double)> Metrics)? _known;

    // Lower solutions of a bilevel problem, where blocks keep them: whose vector, and room for all of them.
    readonly (RoleMemory<T> Role, int Vector, double[] All)? _lower;

    public Evaluation(World<T> world)
    {
        _world = world;
        _problem = world.Plan.Problem;
        FastLosses.Attach(_problem);
        foreach (var role in world.Roles)
        {
            for (var v = 0; v < role.Dimensions.Length; v++)
            {
                var kind = role.Layout.Vectors[v].Estimate;
                if (kind == Estimate.Lower)
                    _lower ??= (role, v, new double[role.Dimensions[v] * role.Layout.Agents]);
                else if (kind != Estimate.None && _role is null)
                    (_role, _vector, _kind) = (role, v, kind);
            }
        }
        var dimension = _role?.Dimensions[_vector] ?? 0;
        (_estimate, _row, _gradient) = (new double[dimension], new double[dimension], new double[dimension]);
    }

    /// <summary>Whose vector the estimate is, for messages.</summary>
    public string Source => _role is null ? "no agent"
        : _role.Layout.Agents == 1 ? _role.Layout.Name
        : $"the {_role.Layout.Agents} agents of role {_role.Layout.Name}";

    /// <summary>How many agents the estimate's role has; 0 without an estimate.</summary>
    public int Agents => _role?.Layout.Agents ?? 0;

    /// <summary>The estimate as it was last taken.</summary>
    public ReadOnlySpan<double> Taken => _estimate;

    /// <summary>The estimate as it is now: the one vector, or the mean over the role's agents.</summary>
    public ReadOnlySpan<double> TakeEstimate()
    {
        if (_role is null)
            return [];
        if (_kind == Estimate.Single)
        {
            Read(0, _estimate);
            return _estimate;
        }
        var sum = new PairwiseVectorSum(_estimate.Length);
        for (var i = 0; i < _role.Layout.Agents; i++)
        {
            Read(i, _row);
            sum.Add(_row);
        }
        sum.Mean(_estimate);
        return _estimate;
    }

    /// <summary>
    /// All metrics of the estimate; where each agent is an estimate, the mean, the worst and the spread over them.
    /// </summary>
    public List<(string Metric, double Value)> Evaluate()
    {
        var metrics = new List<(string, double)>();
        if (_role is null)
            return metrics;
        TakeEstimate();
        if (_kind != Estimate.Each)
        {
            EvaluateAt(_estimate, metrics);
            if (_kind == Estimate.Mean)
                metrics.Add((MetricNames.ConsensusDistance, ConsensusDistance()));
            return metrics;
        }
        var all = new List<(string, double)>[_role.Layout.Agents];
        for (var i = 0; i < all.Length; i++)
        {
            Read(i, _row);
            EvaluateAt(_row, all[i] = []);
        }
        for (var m = 0; m < all[0].Count; m++)
        {
            var name = all[0][m].Item1;
            var values = new double[all.Length];
            for (var i = 0; i < values.Length; i++)
                values[i] = all[i][m].Item2;
            metrics.Add((name, PairwiseSum.Sum(values) / values.Length));
            if (values.Length > 1)
            {
                metrics.Add((name + MetricNames.Worst, _problem.IsBetterAbove(name) ? values.Min() : values.Max()));
                metrics.Add((name + MetricNames.Spread, values.Max() - values.Min()));
            }
        }
        return metrics;
    }

    void EvaluateAt(double[] x, List<(string, double)> metrics)
    {
        if (_lower is { } lower && _problem is BilevelProblem bilevel)
        {
            var d = lower.Role.Dimensions[lower.Vector];
            for (var i = 0; i < lower.Role.Layout.Agents; i++)
                Floats.ToDouble(new ReadOnlySpan<T>(lower.Role.Vector(lower.Vector, i), d), lower.All.AsSpan(i * d, d));
            bilevel.EvaluateAt(x, lower.All, (name, value) => metrics.Add((name, value)));
            return;
        }
        // Where nothing moved since the last instant, or agents are at one point, nothing is computed again.
        var isKnown = _known is { } known
            && MemoryMarshal.AsBytes(x.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(known.Point.AsSpan()));
        if (!isKnown)
            _known = ([.. x], _known is null ? StartMetrics.Of(_problem, x, () => MetricsAt(x)) : MetricsAt(x));
        metrics.AddRange(_known!.Value.Metrics);
    }

    List<(string, double)> MetricsAt(double[] x)
    {
        List<(string, double)> metrics = [], others = [];
        var loss = _problem.Measure(x, _gradient, (name, value) => others.Add((name, value)));
        metrics.Add((MetricNames.Loss, loss));
        if (_problem.Optimum is { } optimum)
        {
            metrics.Add((MetricNames.Gap, loss - optimum.Value));
            double distance = 0;
            for (var i = 0; i < x.Length; i++)
                distance += (x[i] - optimum.Point[i]) * (x[i] - optimum.Point[i]);
            metrics.Add((MetricNames.SquaredError, distance));
        }
        double norm = 0;
        foreach (var g in _gradient)
            norm += g * g;
        metrics.Add((MetricNames.GradientNorm, Math.Sqrt(norm)));
        metrics.AddRange(others);
        return metrics;
    }

    /// <summary>(1/m) sum_j |x_j - mean|^2, the trace of the weight-diversity matrix.</summary>
    double ConsensusDistance()
    {
        var agents = _role!.Layout.Agents;
        var distances = new PairwiseSum();
        for (var i = 0; i < agents; i++)
        {
            Read(i, _row);
            double distance = 0;
            for (var k = 0; k < _row.Length; k++)
                distance += (_row[k] - _estimate[k]) * (_row[k] - _estimate[k]);
            distances.Add(distance);
        }
        return distances.Total / agents;
    }

    /// <summary>The vector that an agent of the estimate's role contributes.</summary>
    public void Read(int agent, Span<double> target) =>
        Floats.ToDouble(new ReadOnlySpan<T>(_role!.Vector(_vector, agent), _row.Length), target);
}
