using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>
/// sa-srrw over the Metropolis-Hastings walk as one would write it by hand, compiled: the same steps as
/// <c>references/srrw.py</c>, one token, one sample per node, no events.
/// </summary>
sealed class RepellentLoop
{
    readonly int[][] _neighbours;
    readonly double[][] _weights; // d_i P_ij of the base walk, then that of staying
    readonly double[][] _samples;
    readonly double[] _labels;
    readonly double _alpha, _regularization;

    public RepellentLoop(Topology topology, LogisticRegression problem, double alpha)
    {
        var nodes = Enumerable.Range(0, topology.Nodes).ToArray();
        _neighbours = [.. nodes.Select(i => topology.OutNeighbours(i).ToArray())];
        _weights = [.. nodes.Select(i => BaseWeights(i, _neighbours))];
        var rows = nodes.Select(i => problem.Shards.Of(i)[0]).ToArray();
        var d = problem.Parameters;
        _samples = [.. rows.Select(r => problem.Features.Values.AsSpan(r * d, d).ToArray())];
        _labels = [.. rows.Select(r => problem.Labels[r])];
        (_alpha, _regularization) = (alpha, problem.Regularization);
    }

    /// <summary>Steps per second, after a quarter as many to warm up.</summary>
    public double Rate(long steps)
    {
        var draws = new FastDraws(1);
        var n = _neighbours.Length;
        var visits = new double[n];
        Array.Fill(visits, 1.0 / n);
        double[] theta = new double[_samples[0].Length], weights = new double[n + 1];
        var node = 0;
        Walk(0, steps / 4, ref node, visits, theta, weights, ref draws);
        var start = Clock.Seconds;
        Walk(steps / 4, steps, ref node, visits, theta, weights, ref draws);
        var seconds = Clock.Seconds - start;
        return double.IsFinite(theta[0]) ? steps / seconds : throw new InvalidOperationException("the loop diverged");
    }

    void Walk(long first, long steps, ref int node, double[] visits, double[] theta, double[] weights, ref FastDraws draws)
    {
        for (var n = first; n < first + steps; n++)
        {
            node = Next(node, visits, weights, draws.Uniform());
            var gamma = Math.Pow(n + 2, -0.8);
            VectorMath<double>.Scale(1 - gamma, visits);
            visits[node] += gamma;
            Descend(_samples[node], _labels[node], theta, Math.Pow(n + 2, -0.9));
        }
    }

    // K_ij is proportional to P_ij (x_j / mu_j)^-alpha; mu is uniform.
    int Next(int node, double[] visits, double[] weights, double share)
    {
        var (neighbours, start) = (_neighbours[node], _weights[node]);
        var (degree, total) = (neighbours.Length, 0.0);
        for (var k = 0; k <= degree; k++)
        {
            var at = k < degree ? neighbours[k] : node;
            total += weights[k] = start[k] == 0 ? 0 : start[k] * Math.Pow(visits[at] * visits.Length, -_alpha);
        }
        var target = share * total;
        var chosen = 0;
        for (var sum = weights[0]; sum < target && chosen < degree; sum += weights[chosen])
            chosen++;
        return chosen == degree ? node : neighbours[chosen];
    }

    // theta := theta - step (lambda theta - y a / (1 + exp(y a.theta)))
    void Descend(double[] sample, double label, double[] theta, double step)
    {
        var margin = label * VectorMath<double>.Dot(sample, theta);
        var pull = step * label / (1 + Math.Exp(margin));
        var keep = 1 - (step * _regularization);
        for (var k = 0; k < theta.Length; k++)
            theta[k] = (keep * theta[k]) + (pull * sample[k]);
    }

    static double[] BaseWeights(int node, int[][] neighbours)
    {
        double degree = neighbours[node].Length;
        double[] weights = [.. neighbours[node].Select(j => Math.Min(1, degree / neighbours[j].Length)), 0];
        weights[^1] = Math.Max(0, degree - weights.Sum());
        return weights;
    }
}
