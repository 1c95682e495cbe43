using System.Numerics;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Kernels.Tests;

public sealed class RoundKernelsFloat64Tests : RoundKernelsContract<double>;

public sealed class RoundKernelsFloat32Tests : RoundKernelsContract<float>;

/// <summary>Operations on many agents' rows against the same operation on one vector after the other, bit for bit.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract unsafe class RoundKernelsContract<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    const int Agents = 37, Seed = 5, First = 3, End = 30, FirstAgent = 100;

    static readonly int[] Dimensions = [1, 3, 4, 7, 8, 22, 40];

    static Topology Graph(TopologyGenerator generator) => generator.Build(GraphContext.OfSeed(1));

    static Problem[] Problems(int dimension)
    {
        var data = new SyntheticClassification(new() { SamplesPerPlace = 3, Dimension = dimension, Noise = 0.1 });
        var regression = new SyntheticRegression(new() { SamplesPerPlace = 3, Dimension = dimension });
        Problem[] problems =
        [
            new LogisticRegression(new() { Data = data, Sharding = new ByPlaceSharding(), Regularization = 0.3 }),
            new LeastSquares(new() { Data = regression, Sharding = new ByPlaceSharding(), Regularization = 0.3 }),
        ];
        foreach (var problem in problems)
            problem.Build(new ProblemContext(Agents, 1, name => name));
        return problems;
    }

    static RoundKernels<T> Kernels(Problem problem, int dimension, params T[][] arrays)
    {
        var kernels = new RoundKernels<T>(problem, Seed, arrays.Length, dimension);
        for (var i = 0; i < arrays.Length; i++)
            kernels.Bind(i, (T*)Marshal.UnsafeAddrOfPinnedArrayElement(arrays[i], 0), dimension);
        return kernels;
    }

    // Several arrays are under way at once.
    [Fact]
    public void Rows_at_a_time_stay_in_a_cache_however_long_they_are()
    {
        const int cacheBytes = 1 << 20, arrays = 4;
        var problem = Problems(3)[0];
        for (var d = 1; d < 1_000_000; d *= 3)
        {
            var rows = new RoundKernels<T>(problem, Seed, arrays, d).Rows;
            Assert.True(rows == 1 || (long)rows * d * sizeof(T) * arrays <= cacheBytes, $"{rows} rows of {d}");
            Assert.True(rows < 16 || rows % 8 == 0, $"{rows} rows of {d}");
            Assert.True(rows >= 1, $"{rows} rows of {d}");
        }
    }

    static T[] Pinned(T[] values)
    {
        var pinned = GC.AllocateArray<T>(values.Length, pinned: true);
        values.CopyTo(pinned, 0);
        return pinned;
    }

    static T[] Random(int dimension, ulong seed) => Pinned(Vectors.Random<T>(Agents * dimension, seed));

    static Span<T> Row(T[] rows, int i, int d) => rows.AsSpan(i * d, d);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(0)]
    public void Gradients_are_those_of_each_place(int batch)
    {
        foreach (var d in Dimensions)
        {
            foreach (var problem in Problems(d))
            {
                var (x, g, expected) = (Random(d, 1), Random(d, 2), new T[d]);
                var oracle = new OracleTable<T>(problem)[Oracle.Gradient];
                Kernels(problem, d, x, g).Gradient(First, End, new(oracle, 0, 1, batch, FirstAgent, 9));
                for (var i = First; i < End; i++)
                {
                    var samples = batch == 0 ? problem.Sampler!.Shard(i).ToArray() : new int[batch];
                    if (batch > 0)
                        problem.Sampler!.Draw(i, new BatchKey(FirstAgent + i, 9), Seed, samples);
                    oracle.Evaluate(new()
                    {
                        Input = Row(x, i, d),
                        Output = expected,
                        Samples = samples,
                        Place = i,
                        Steps = 1,
                        Batch = samples.Length,
                    });
                    Vectors.AssertSameBits<T>(expected, Row(g, i, d));
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Gradients_at_a_shared_point_and_local_steps_are_those_of_each_place(int steps)
    {
        foreach (var d in Dimensions)
        {
            foreach (var problem in Problems(d))
            {
                var table = new OracleTable<T>(problem);
                var isLocal = steps > 1;
                var local = new LocalSteps(new Momentum(new()), ConstantSchedule.Of(0.125));
                var oracle = isLocal ? table[local] : table[Oracle.Gradient];
                var (x, y, m) = (Pinned(Vectors.Random<T>(d, 1)), Random(d, 2), Random(d, 3));
                var (expected, state) = (new T[d], new T[d]);
                var before = (T[])m.Clone();
                var kernels = Kernels(problem, d, x, y, m);
                kernels.BindShared(0, (T*)Marshal.UnsafeAddrOfPinnedArrayElement(x, 0), d);
                kernels.Gradient(First, End, new(oracle, 0, 1, 2, FirstAgent, 9)
                {
                    Steps = isLocal ? steps : 0,
                    RateStep = 5,
                    OptimizerStep = 7,
                    State0 = isLocal ? 2 : -1,
                });
                for (var i = First; i < End; i++)
                {
                    var samples = new int[2 * steps];
                    for (var h = 0; h < steps; h++)
                        problem.Sampler!.Draw(i, new BatchKey(FirstAgent + i, 9 + h), Seed, samples.AsSpan(2 * h, 2));
                    oracle.Evaluate(new()
                    {
                        Input = x,
                        Input1 = isLocal ? Row(before, i, d) : [],
                        Output = expected,
                        Output1 = isLocal ? state : [],
                        Samples = samples,
                        Place = i,
                        Steps = steps,
                        Batch = 2,
                        RateStep = 5,
                        OptimizerStep = 7,
                    });
                    Vectors.AssertSameBits<T>(expected, Row(y, i, d));
                    Vectors.AssertSameBits<T>(isLocal ? state : Row(before, i, d), Row(m, i, d));
                }
            }
        }
    }

    [Fact]
    public void What_a_shared_row_is_added_to_is_that_of_each_vector()
    {
        foreach (var d in Dimensions)
        {
            var (x, y) = (Pinned(Vectors.Random<T>(d, 1)), Random(d, 2));
            var expected = (T[])y.Clone();
            var kernels = Kernels(Problems(d)[0], d, x, y);
            kernels.BindShared(0, (T*)Marshal.UnsafeAddrOfPinnedArrayElement(x, 0), d);
            kernels.Axpy(First, End, 0.3, 0, 1);
            kernels.Lerp(First, End, 0.7, 0, 1);
            for (var i = First; i < End; i++)
            {
                VectorMathReference<T>.Axpy(0.3, x, Row(expected, i, d));
                VectorMathReference<T>.Lerp(0.7, x, Row(expected, i, d));
            }
            Vectors.AssertSameBits<T>(expected, y);

            kernels.Copy(First, End, 0, 1);
            for (var i = First; i < End; i++)
                x.CopyTo(Row(expected, i, d));
            Vectors.AssertSameBits<T>(expected, y);
        }
    }

    [Fact]
    public void Mixing_is_that_of_each_node()
    {
        Topology[] graphs =
        [
            Graph(new RingTopology(new() { Nodes = Agents })), Graph(new StarTopology(new() { Nodes = Agents })),
            Graph(new RandomRegularTopology(new() { Nodes = Agents, Degree = 4 })),
        ];
        foreach (var d in Dimensions)
        {
            var problem = Problems(d)[0];
            foreach (var graph in graphs)
            {
                foreach (var rule in (MixingRule[])[new MetropolisHastingsMixing(), new UniformMixing()])
                {
                    if (rule is UniformMixing && !graph.IsRegular)
                        continue;
                    var weights = rule.Schedule(graph).At(0);
                    var (x, y, expected) = (Random(d, 1), Random(d, 2), new T[d]);
                    Kernels(problem, d, x, y).Mix(First, End, weights, 0, 1);
                    for (var i = First; i < End; i++)
                    {
                        VectorMathReference<T>.Scale(weights.SelfWeight(i), Row(x, i, d), expected);
                        for (var k = 0; k < graph.InDegree(i); k++)
                            VectorMathReference<T>.Axpy(weights.Weights(i)[k], Row(x, graph.InNeighbour(i, k), d), expected);
                        Vectors.AssertSameBits<T>(expected, Row(y, i, d));
                    }
                }
            }
        }
    }

    [Fact]
    public void Steps_are_those_of_each_vector()
    {
        foreach (var d in Dimensions)
        {
            var problem = Problems(d)[0];
            foreach (var optimizer in (Optimizer[])[new Sgd(), new Momentum(new()), new Nesterov(new()), new AdamW(new())])
            {
                T[][] rows = [Random(d, 1), Random(d, 2), Random(d, 3), Pinned(new T[Agents * d])];
                var one = Array.ConvertAll(rows, r => (T[])r.Clone());
                var states = optimizer.States;
                Kernels(problem, d, rows).Step(
                    First, End, new(optimizer, 0.3, 2, 1, 0, states > 0 ? 2 : -1, states > 1 ? 3 : -1));
                for (var i = First; i < End; i++)
                {
                    new OptimizerTable<T>()[optimizer].Step(new()
                    {
                        X = Row(one[0], i, d),
                        Gradient = Row(one[1], i, d),
                        State0 = states > 0 ? Row(one[2], i, d) : [],
                        State1 = states > 1 ? Row(one[3], i, d) : [],
                        Rate = 0.3,
                        Number = 2,
                        Blocks = problem.Blocks,
                    });
                }
                for (var v = 0; v < rows.Length; v++)
                    Vectors.AssertSameBits<T>(one[v], rows[v]);
            }
        }
    }

    [Fact]
    public void Hashes_and_finiteness_are_those_of_each_row()
    {
        foreach (var d in Dimensions)
        {
            var x = Random(d, 1);
            var kernels = Kernels(Problems(d)[0], d, x);
            var hashes = new ulong[End - First];
            kernels.Hash(First, End, 0, hashes);
            for (var i = First; i < End; i++)
                Assert.Equal(VectorHash.Of<T>(Row(x, i, d)), hashes[i - First]);

            Assert.Equal(-1, kernels.FindNotFinite(First, End, 0));
            x[(21 * d) + (d / 2)] = T.NaN;
            x[(17 * d) + d - 1] = T.NegativeInfinity;
            Assert.Equal(17, kernels.FindNotFinite(First, End, 0));
            Assert.Equal(-1, kernels.FindNotFinite(First, 17, 0));
        }
    }
}
