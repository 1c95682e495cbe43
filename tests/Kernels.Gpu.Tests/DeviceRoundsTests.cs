using System.Numerics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Kernels.Gpu.Tests;

/// <summary>Rounds on a device against the same operations one agent after the other.</summary>
public class DeviceRoundsTests
{
    const int Agents = 9, Batch = 2, X = 0, Gradients = 1, Spare = 2, State = 3;

    public static TheoryData<string, int> Cases()
    {
        var data = new TheoryData<string, int>();
        foreach (var backend in Backends.Names)
            foreach (var dimension in (int[])[1, 7, 22, 35])
                data.Add(backend, dimension);
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rows_have_the_hashes_of_their_bits(string backend, int dimension)
    {
        Check<float>(dimension);
        Check<double>(dimension);

        void Check<T>(int d)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using var rounds = Backends.Open(backend).RoundsOf<T>(Problem(d), 4, Agents)!;
            var x = Normals<T>(1, d);
            var hashes = new ulong[Agents];
            rounds.Send(X, x);
            rounds.Hash(X, hashes);

            for (var i = 0; i < Agents; i++)
                Assert.Equal(VectorHash.Of<T>(x.AsSpan(i * d, d)), hashes[i]);
            Assert.Equal(-1, rounds.FindNotFinite(X));
            x[(5 * d) + d - 1] = T.NaN;
            x[3 * d] = T.PositiveInfinity;
            rounds.Send(X, x);
            Assert.Equal(3, rounds.FindNotFinite(X));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rounds_of_decentralized_SGD_stay_on_the_device_and_agree_with_the_processor(string backend, int dimension)
    {
        Check<float>(1e-5);
        Check<double>(1e-13);

        void Check<T>(double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var problem = Problem(dimension);
            var ring = new RingTopology(new() { Nodes = Agents }).Build(GraphContext.OfSeed(1));
            var weights = MixingMatrix.OfEdges(ring, (i, j) => 0.1 + (0.01 * ((i + j) % 5)));
            var optimizer = new Momentum(new());
            using var rounds = Backends.Open(backend).RoundsOf<T>(problem, 4, Agents)!;
            var host = Normals<T>(2, dimension);
            var state = new T[host.Length];
            rounds.Send(X, host);
            rounds.Send(State, state);
            var (current, spare) = (X, Spare);
            for (var t = 0; t < 3; t++)
            {
                var samples = Samples(problem, t);
                rounds.Gradient(current, Gradients, samples, Batch);
                Assert.True(rounds.Step(optimizer, 0.1, t + 1, Gradients, current, State, -1));
                rounds.Mix(weights, current, spare);
                (current, spare) = (spare, current);
                host = Iterate(problem, weights, optimizer, host, state, samples, t);
            }

            var device = new T[host.Length];
            rounds.Fetch(current, device);
            for (var k = 0; k < host.Length; k++)
                Assert.Equal(double.CreateTruncating(host[k]), double.CreateTruncating(device[k]), tolerance);
        }
    }

    static T[] Iterate<T>(
        Problem problem, MixingMatrix weights, Momentum optimizer, T[] x, T[] state, int[] samples, int t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var d = problem.Parameters;
        var gradient = new OracleTable<T>(problem)[Oracle.Gradient];
        var step = new OptimizerTable<T>()[optimizer];
        var g = new T[d];
        for (var i = 0; i < Agents; i++)
        {
            gradient.Evaluate(new()
            {
                Input = x.AsSpan(i * d, d),
                Output = g,
                Place = i,
                Samples = samples.AsSpan(i * Batch, Batch),
                Steps = 1,
                Batch = Batch,
            });
            step.Step(new()
            {
                X = x.AsSpan(i * d, d),
                Gradient = g,
                State0 = state.AsSpan(i * d, d),
                Rate = 0.1,
                Number = t + 1,
                Blocks = problem.Blocks,
            });
        }
        var mixed = new T[x.Length];
        for (var i = 0; i < Agents; i++)
        {
            VectorMath<T>.Scale(weights.SelfWeight(i), x.AsSpan(i * d, d), mixed.AsSpan(i * d, d));
            var neighbours = weights.Topology.InNeighbours(i);
            for (var k = 0; k < neighbours.Length; k++)
                VectorMath<T>.Axpy(weights.Weights(i)[k], x.AsSpan(neighbours[k] * d, d), mixed.AsSpan(i * d, d));
        }
        return mixed;
    }

    static int[] Samples(Problem problem, int t)
    {
        var samples = new int[Agents * Batch];
        for (var i = 0; i < Agents; i++)
            problem.Sampler!.Draw(i, new(i, t), 1, samples.AsSpan(i * Batch, Batch));
        return samples;
    }

    static T[] Normals<T>(int number, int d)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, Agents * d).Select(k => T.CreateTruncating(
            new Draw(3, Purpose.None, (ulong)number, (ulong)k).Normal()))];

    static LogisticRegression Problem(int dimension)
    {
        var problem = new LogisticRegression(new()
        {
            Data = new SyntheticClassification(new() { Samples = 40, Dimension = dimension }),
            Regularization = 0.1,
        });
        problem.Build(new ProblemContext(Agents, 1, name => name));
        return problem;
    }
}
