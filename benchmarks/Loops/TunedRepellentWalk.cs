using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>
/// <see cref="RepellentWalk"/> by one who minds time: the scale of the visits is kept aside, so that a visit changes
/// one number, and beside it its logarithm, so that a weight takes an exponential instead of a power.
/// </summary>
/// <param name="topology">The graph.</param>
/// <param name="alpha">The repellence.</param>
struct TunedRepellentWalk(Topology topology, double alpha) : ITokenWalk
{
    // So far above the range of doubles that no weight is lost.
    const double ScaleMin = 1e-20;

    readonly int[][] _neighbours = SimpleWalk.Neighbours(topology);
    readonly double[][] _base = RepellentWalk.BaseWeights(topology);
    readonly double[] _visits = [.. Enumerable.Repeat(1.0, topology.Nodes)]; // x N = scale * this
    readonly double[] _logs = new double[topology.Nodes];
    readonly double[] _weights = new double[topology.OutDegreeMax + 1];
    double _scale = 1;

    /// <inheritdoc/>
    public readonly int Next(int node, double share)
    {
        var (neighbours, start, weights, logs) = (_neighbours[node], _base[node], _weights, _logs);
        var (degree, total) = (neighbours.Length, 0.0);
        for (var k = 0; k < degree; k++)
            total += weights[k] = start[k] * Math.Exp(-alpha * logs[neighbours[k]]);
        total += weights[degree] = start[degree] == 0 ? 0 : start[degree] * Math.Exp(-alpha * logs[node]);
        var chosen = RepellentWalk.Rank(weights, degree, share * total);
        return chosen == degree ? node : neighbours[chosen];
    }

    /// <inheritdoc/>
    public void Visit(int node, long updates)
    {
        var gamma = Math.Pow(updates + 2, -0.8);
        _scale *= 1 - gamma;
        _visits[node] += gamma * _visits.Length / _scale;
        _logs[node] = Math.Log(_visits[node]);
        if (_scale < ScaleMin)
            Rescale();
    }

    /// <inheritdoc/>
    public readonly double Step(int node, long updates) => Math.Pow(updates + 2, -0.9);

    void Rescale()
    {
        for (var node = 0; node < _visits.Length; node++)
        {
            _visits[node] *= _scale;
            _logs[node] = Math.Log(_visits[node]);
        }
        _scale = 1;
    }
}
