using System.Numerics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels.Devices;

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
    public void Chains_hold_the_events_of_a_row_in_the_order_of_their_ties(string backend, int dimension)
    {
        Check<float>(dimension);
        Check<double>(dimension);

        void Check<T>(int d)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            // Degrees from 1 to 4, so that sequences differ from sender to sender.
            var graph = Graph();
            using var rounds = Backends.Open(backend).RoundsOf<T>(Problem(d), graph, 4)!;
            var (x, sent) = (Normals<T>(1, d), Normals<T>(2, d));
            rounds.Send(X, sent);
            rounds.Publish(X, version: 5);
            rounds.Send(Gradients, x);
            var chain = new DeviceChain(1_000_003, new Ties(4), FirstAgent: 2)
            {
                Results = Gradients,
                Completions = new(3, 1),
                CompletionWord = 7UL << 48,
                HasMessages = true,
                Messages = new(4, 2),
                MessageWord = 9UL << 32,
            };
            rounds.Chain(in chain);
            var found = rounds.Tally();
            var chains = new ulong[Agents];
            rounds.FetchChains(chains);

            var (expected, last) = (new ulong[Agents], 0);
            for (var i = 0; i < Agents; i++)
            {
                expected[i] = Folded<T>(graph, chain, i, x, sent, 5, out var isLast);
                last += isLast ? 1 : 0;
            }
            Assert.Equal(expected, chains);
            Assert.Equal((last, -1), found);
            x[(5 * d) + d - 1] = T.NaN;
            x[3 * d] = T.PositiveInfinity;
            rounds.Send(Gradients, x);
            rounds.Chain(in chain);
            Assert.Equal((last, 3), rounds.Tally());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rounds_of_decentralized_SGD_stay_on_the_device_and_agree_with_the_processor(string backend, int dimension)
    {
        Check<float>(1e-5, Sampling.WithReplacement);
        Check<double>(1e-13, Sampling.WithReplacement);
        Check<double>(1e-13, Sampling.WithoutReplacement);

        void Check<T>(double tolerance, Sampling sampling)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var problem = Problem(dimension, sampling);
            var ring = new RingTopology(new() { Nodes = Agents }).Build(GraphContext.OfSeed(1));
            var weights = MixingMatrix.OfEdges(ring, (i, j) => 0.1 + (0.01 * ((i + j) % 5)));
            var optimizer = new Momentum(new());
            using var rounds = Backends.Open(backend).RoundsOf<T>(problem, ring, 4)!;
            var host = Normals<T>(2, dimension);
            var state = new T[host.Length];
            rounds.Send(X, host);
            rounds.Send(State, state);
            var (current, spare) = (X, Spare);
            for (var t = 0; t < 3; t++)
            {
                // Last all samples of each place.
                var batch = t == 2 ? 0 : Batch;
                rounds.Gradient(current, Gradients, new(1, 0, t, batch));
                rounds.Step(new(optimizer, 0.1, t + 1, Gradients, current, State, -1));
                rounds.Mix(weights, current, spare);
                (current, spare) = (spare, current);
                host = Iterate(problem, weights, optimizer, host, state, batch, t);
            }

            var device = new T[host.Length];
            rounds.Fetch(current, device);
            for (var k = 0; k < host.Length; k++)
                Assert.Equal(double.CreateTruncating(host[k]), double.CreateTruncating(device[k]), tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Backends.Each), MemberType = typeof(Backends))]
    public void Mixing_and_steps_have_the_bits_of_the_processor(string backend)
    {
        foreach (var optimizer in (Optimizer[])[new Sgd(), new Momentum(new()), new Nesterov(new()), new Adam(new()), new AdamW(new())])
        {
            Check<float>(optimizer);
            Check<double>(optimizer);
        }

        void Check<T>(Optimizer optimizer)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            const int d = 22;
            var ring = new RingTopology(new() { Nodes = Agents }).Build(GraphContext.OfSeed(1));
            var weights = MixingMatrix.OfEdges(ring, (i, j) => 0.1 + (0.01 * ((i + j) % 5)));
            using var rounds = Backends.Open(backend).RoundsOf<T>(Problem(d), ring, 5)!;
            T[][] arrays = [Normals<T>(1, d), Normals<T>(2, d), new T[Agents * d], Normals<T>(3, d), new T[Agents * d]];
            var second = optimizer.States > 1 ? State + 1 : -1;
            for (var a = 0; a < arrays.Length; a++)
                rounds.Send(a, arrays[a]);
            rounds.Step(new(optimizer, 0.3, 3, Gradients, X, State, second));
            rounds.Mix(weights, X, Spare);
            new OptimizerTable<T>()[optimizer].Step(new()
            {
                X = arrays[X],
                Gradient = arrays[Gradients],
                State0 = arrays[State],
                State1 = arrays[State + 1],
                Rate = 0.3,
                Number = 3,
                Blocks = [],
            });
            arrays[Spare] = Mixed(weights, arrays[X], d);

            for (var a = 0; a < arrays.Length; a++)
            {
                var values = new T[Agents * d];
                rounds.Fetch(a, values);
                Assert.Equal(arrays[a], values);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Backends.Each), MemberType = typeof(Backends))]
    public void Runs_side_by_side_do_not_take_each_others_arguments(string backend)
    {
        const int d = 5;
        var device = Backends.Open(backend);
        var problem = Problem(d);
        var ring = new RingTopology(new() { Nodes = Agents }).Build(GraphContext.OfSeed(1));
        var found = new double[4][];
        Parallel.For(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = found.Length }, thread =>
        {
            using var rounds = device.RoundsOf<double>(problem, ring, 3)!;
            var weights = MixingMatrix.OfWeight(ring, 0.1 * (1 + thread));
            rounds.Send(X, Normals<double>(thread, d));
            for (var t = 0; t < 50; t++)
            {
                rounds.Mix(weights, X, Spare);
                rounds.Mix(weights, Spare, X);
            }
            rounds.Fetch(X, found[thread] = new double[Agents * d]);
        });

        for (var thread = 0; thread < found.Length; thread++)
        {
            var expected = Normals<double>(thread, d);
            for (var t = 0; t < 100; t++)
                expected = Mixed(MixingMatrix.OfWeight(ring, 0.1 * (1 + thread)), expected, d);
            Assert.Equal(expected, found[thread]);
        }
    }

    [Fact]
    public void What_has_no_room_is_refused_and_nothing_stays_on_the_device()
    {
        var device = Backends.Open("cpu").With(int.MaxValue);
        var huge = Topology.Complete("complete", 70_000);

        Assert.Null(device.RoundsOf<double>(Problem(3), huge, 2));
        Assert.Null(device.RoundsOf<double>(new Quadratic(new() { Dimension = 3, Noise = 1 }), Graph(), 2));
        using (var rounds = device.RoundsOf<double>(Problem(3), Graph(), 2)!)
        {
            Assert.True(rounds.TryMakeRoom(4096) && rounds.CanStep(new Sgd()));
            Assert.False(rounds.TryMakeRoom(int.MaxValue));
            Assert.False(rounds.CanStep(new Lamb(new())));
        }
        Assert.Equal(0, device.Models);
    }

    // As the host's partitions fold events one after the other.
    static ulong Folded<T>(
        Topology graph, DeviceChain chain, int i, T[] results, T[] sent, long version, out bool isLast)
        where T : unmanaged
    {
        var d = results.Length / Agents;
        var events = new List<(uint Tie, int Sender, ulong Word, ulong Payload)>();
        void Add(int row, uint sequence, ulong word, ulong payload) => events.Add(
            (chain.Ties.Of(chain.FirstAgent + row, sequence), chain.FirstAgent + row, word | sequence, payload));
        Add(i, 3 + (uint)graph.OutDegree(i), 7UL << 48, VectorHash.Chain(
            VectorHash.Chain(0, 0), VectorHash.Of<T>(results.AsSpan(i * d, d))));
        foreach (var j in graph.InNeighbours(i))
        {
            var rank = graph.OutNeighbours(j).IndexOf(i);
            var hash = VectorHash.Chain(VectorHash.Of<T>(sent.AsSpan(j * d, d)), (ulong)version);
            Add(j, (uint)(4 + (2 * graph.OutDegree(j)) + rank), 9UL << 32, hash);
        }
        var (folded, last) = (0UL, -1);
        foreach (var e in events.OrderBy(e => (e.Tie, e.Sender)))
        {
            folded = VectorHash.Chain(folded, (ulong)chain.Time);
            folded = VectorHash.Chain(folded, e.Word);
            folded = VectorHash.Chain(folded, (ulong)e.Sender);
            folded = VectorHash.Chain(folded, e.Payload);
            last = e.Sender;
        }
        isLast = last == chain.FirstAgent + i;
        return folded;
    }

    static Topology Graph()
    {
        var edges = new TopologyBuilder(Agents, symmetric: true, 12);
        for (var i = 0; i < Agents - 1; i++)
            edges.Add(i, i + 1);
        edges.Add(0, 4);
        edges.Add(0, 6);
        edges.Add(0, 8);
        return edges.Build("test");
    }

    static T[] Iterate<T>(
        Problem problem, MixingMatrix weights, Momentum optimizer, T[] x, T[] state, int batch, int t)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var d = problem.Parameters;
        var gradient = new OracleTable<T>(problem)[Oracle.Gradient];
        var step = new OptimizerTable<T>()[optimizer];
        var g = new T[d];
        for (var i = 0; i < Agents; i++)
        {
            var samples = batch == 0 ? problem.Sampler!.Shard(i).ToArray() : new int[batch];
            if (batch > 0)
                problem.Sampler!.Draw(i, new(i, t), 1, samples);
            gradient.Evaluate(new()
            {
                Input = x.AsSpan(i * d, d),
                Output = g,
                Place = i,
                Samples = samples,
                Steps = 1,
                Batch = samples.Length,
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
        return Mixed(weights, x, d);
    }

    static T[] Mixed<T>(MixingMatrix weights, T[] x, int d)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
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

    static T[] Normals<T>(int number, int d)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, Agents * d).Select(k => T.CreateTruncating(
            new Draw(3, Purpose.None, (ulong)number, (ulong)k).Normal()))];

    static LogisticRegression Problem(int dimension, Sampling sampling = Sampling.WithReplacement)
    {
        var problem = new LogisticRegression(new()
        {
            Data = new SyntheticClassification(new() { Samples = 40, Dimension = dimension }),
            Regularization = 0.1,
            Sampling = sampling,
        });
        problem.Build(new ProblemContext(Agents, 1, name => name));
        return problem;
    }
}
