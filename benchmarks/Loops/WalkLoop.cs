using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>
/// srw as one would write it by hand, compiled: the same steps as <c>references/srw.py</c>, one token, one sample per
/// node, no events.
/// </summary>
sealed class WalkLoop
{
    readonly int[][] _neighbours;
    readonly double[][] _samples;
    readonly double[] _labels;
    readonly double _step, _regularization, _meanDegree;

    public WalkLoop(Topology topology, LogisticRegression problem, double step)
    {
        var nodes = Enumerable.Range(0, topology.Nodes).ToArray();
        _neighbours = [.. nodes.Select(i => topology.OutNeighbours(i).ToArray())];
        var rows = nodes.Select(i => problem.Shards.Of(i)[0]).ToArray();
        var d = problem.Parameters;
        _samples = [.. rows.Select(r => problem.Features.Values.AsSpan(r * d, d).ToArray())];
        _labels = [.. rows.Select(r => problem.Labels[r])];
        (_step, _regularization, _meanDegree) = (step, problem.Regularization, _neighbours.Average(n => n.Length));
    }

    /// <summary>Steps per second, after a quarter as many to warm up.</summary>
    public double Rate(long steps)
    {
        var draws = new FastDraws(1);
        var theta = new double[_samples[0].Length];
        var node = 0;
        Walk(steps / 4, ref node, theta, ref draws);
        var start = Clock.Seconds;
        Walk(steps, ref node, theta, ref draws);
        var seconds = Clock.Seconds - start;
        return double.IsFinite(theta[0]) ? steps / seconds : throw new InvalidOperationException("the loop diverged");
    }

    // theta := theta - step w (lambda theta - y a / (1 + exp(y a.theta))), w = mean degree / degree
    void Walk(long steps, ref int node, double[] theta, ref FastDraws draws)
    {
        for (long n = 0; n < steps; n++)
        {
            var neighbours = _neighbours[node];
            node = neighbours[draws.Below(neighbours.Length)];
            var step = _step * _meanDegree / _neighbours[node].Length;
            var (sample, label) = (_samples[node], _labels[node]);
            var pull = step * label / (1 + Math.Exp(label * VectorMath<double>.Dot(sample, theta)));
            var keep = 1 - (step * _regularization);
            for (var k = 0; k < theta.Length; k++)
                theta[k] = (keep * theta[k]) + (pull * sample[k]);
        }
    }
}
