using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Kernels;

/// <summary>The operations of a round on the processor, over arrays in native memory.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="problem">The problem, built.</param>
/// <param name="seed">The seed of the run.</param>
/// <param name="arrays">How many arrays there are.</param>
/// <param name="dimension">The d for which <see cref="Rows"/> is to be best.</param>
public sealed unsafe class RoundKernels<T>(Problem problem, ulong seed, int arrays, int dimension) : IRoundKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The rows of a few arrays, which a level-2 cache holds.
    const int BlockBytes = 128 << 10;

    // Rows in whole groups of lanes, of which fewer than two end before memory is fetched ahead; rows as long as that
    // themselves go a few at a time, or one by one.
    const int Group = 8, LongRowBytes = BlockBytes / (2 * Group);

    // Agents between fetching their neighbours' rows and mixing them.
    const int Ahead = 4;

    readonly nint[] _arrays = new nint[arrays];
    readonly int[] _dimensions = new int[arrays];
    readonly bool[] _areShared = new bool[arrays];
    readonly BatchSampler? _sampler = problem.Sampler;
    readonly IReadOnlyList<ParameterBlock> _blocks = problem.Blocks;
    readonly OptimizerTable<T> _optimizers = new();

    [ThreadStatic]
    static int[]? _samples;

    [ThreadStatic]
    static T[]? _passing;

    /// <inheritdoc />
    public int Rows { get; } = dimension * sizeof(T) > LongRowBytes
        ? Math.Max(1, BlockBytes / (dimension * sizeof(T)))
        : Math.Min(BlockBytes / Math.Max(1, dimension * sizeof(T)), 4096) & -Group;

    /// <summary>Says where an array lies.</summary>
    /// <param name="array">Its number.</param>
    /// <param name="start">
    /// Its first element; null for one that nobody reads beyond the rows of a call to the next call of the same rows:
    /// it has a place for each thread.
    /// </param>
    /// <param name="d">Elements per row.</param>
    public void Bind(int array, T* start, int d) =>
        (_arrays[array], _dimensions[array], _areShared[array]) = ((nint)start, d, false);

    /// <summary>Says where an array lies of which all rows are one, to be read.</summary>
    /// <param name="array">Its number.</param>
    /// <param name="row">The row, d elements.</param>
    /// <param name="d">Elements per row.</param>
    public void BindShared(int array, T* row, int d) =>
        (_arrays[array], _dimensions[array], _areShared[array]) = ((nint)row, d, true);

    /// <summary>Makes the form of an optimizer, before several threads ask for it.</summary>
    public void Prepare(Optimizer optimizer) => _ = _optimizers[optimizer];

    /// <inheritdoc />
    public void Gradient(int first, int end, in RoundGradient<T> gradient)
    {
        var shard = gradient.Batch == 0;
        var batch = _sampler is null ? 0 : shard ? _sampler.ShardSize(first) : gradient.Batch;
        for (var from = first; from < end;)
        {
            // Whole shards may differ in size: rows of one size go together.
            var to = from;
            if (shard && _sampler is not null)
                batch = _sampler.ShardSize(from);
            while (to < end && (!shard || _sampler is null || _sampler.ShardSize(to) == batch))
                to++;
            gradient.Oracle.EvaluateRows(new()
            {
                Count = to - from,
                Dimension = _dimensions[gradient.Input],
                Inputs = Span(gradient.Input, from, to),
                IsShared = _areShared[gradient.Input],
                Outputs = Span(gradient.Output, from, to),
                States0 = SpanIfAny(gradient.State0, from, to),
                States1 = SpanIfAny(gradient.State1, from, to),
                Batch = batch,
                Samples = SamplesOf(from, to, batch, in gradient),
                Steps = gradient.Steps,
                RateStep = gradient.RateStep,
                OptimizerStep = gradient.OptimizerStep,
                FirstPlace = from,
                Seed = seed,
                FirstAgent = gradient.FirstAgent + from,
                Number = gradient.Number,
            });
            from = to;
        }
    }

    ReadOnlySpan<int> SamplesOf(int first, int end, int batch, in RoundGradient<T> gradient)
    {
        if (_sampler is null)
            return [];
        var steps = Math.Max(1, gradient.Steps);
        var length = checked((end - first) * steps * batch);
        if (_samples is null || _samples.Length < length)
            _samples = new int[length];
        var all = _samples.AsSpan(0, length);
        var key = new BatchKey(gradient.FirstAgent + first, gradient.Number);
        if (gradient.Batch > 0 && steps == 1)
        {
            _sampler.DrawMany(first, key, seed, batch, all);
            return all;
        }
        for (var k = 0; k < (end - first) * steps; k++)
        {
            var (i, step) = Math.DivRem(k, steps);
            var samples = all.Slice(k * batch, batch);
            if (gradient.Batch == 0)
                _sampler.Shard(first + i).CopyTo(samples);
            else
                _sampler.Draw(first + i, new(key.Agent + i, key.Number + step), seed, samples);
        }
        return all;
    }

    /// <inheritdoc />
    public void Mix(int first, int end, MixingMatrix weights, int x, int target)
    {
        var topology = weights.Topology;
        var d = _dimensions[x];
        var from = (T*)_arrays[x];
        if (weights.Constant is var (edge, self) && d >= Vector256<T>.Count && topology.InDegreeMax == 2)
        {
            // Weights are put into registers once.
            var (v, w) = (Vector256.Create(T.CreateTruncating(self)), Vector256.Create(T.CreateTruncating(edge)));
            for (var i = first; i < end; i++)
            {
                var neighbours = topology.InNeighbours(i);
                MixThree(
                    v, w, from + ((long)i * d), from + ((long)neighbours[0] * d), from + ((long)neighbours[1] * d),
                    (T*)_arrays[target] + ((long)i * d), d);
            }
            return;
        }
        for (var i = first; i < end; i++)
        {
            if (i + Ahead < end && topology.InDegreeMax > 2)
                Fetch(topology.InNeighbours(i + Ahead), from, d);
            var neighbours = topology.InNeighbours(i);
            var w = weights.Weights(i);
            if (d >= Vector256<T>.Count)
            {
                MixRow(
                    weights.SelfWeight(i), from + ((long)i * d), neighbours, w, from,
                    (T*)_arrays[target] + ((long)i * d), d);
                continue;
            }
            var y = Row(target, i, d);
            VectorMath<T>.Scale(weights.SelfWeight(i), Row(x, i, d), y);
            for (var k = 0; k < neighbours.Length; k++)
                VectorMath<T>.Axpy(w[k], Row(x, neighbours[k], d), y);
        }
    }

    /// <summary>Fetches rows that are to be mixed: those of neighbours in a random graph are anywhere.</summary>
    static void Fetch(ReadOnlySpan<int> rows, T* start, int d)
    {
        const int line = 64;
        if (!Sse.IsSupported || d * sizeof(T) > 16 * line)
            return;
        foreach (var row in rows)
        {
            var at = (byte*)(start + ((long)row * d));
            for (var offset = 0; offset < d * sizeof(T); offset += line)
                Sse.Prefetch0(at + offset);
            Sse.Prefetch0(at + (d * sizeof(T)) - 1);
        }
    }

    // y = v x + the sum of w_k x_k, added in this order: strip by strip of columns, which stay in registers while the
    // rows pass. The last strip ends with the last column, and may overlap the one before.
    static void MixRow(
        double self, T* x, ReadOnlySpan<int> rows, ReadOnlySpan<double> weights, T* start, T* y, int d)
    {
        var width = Vector256<T>.Count;
        var v = Vector256.Create(T.CreateTruncating(self));
        var j = 0;
        for (; j + (3 * width) <= d; j += 3 * width)
        {
            var (a, b, c) = (v * Load(x, j), v * Load(x, j + width), v * Load(x, j + (2 * width)));
            for (var k = 0; k < rows.Length; k++)
            {
                var w = Vector256.Create(T.CreateTruncating(weights[k]));
                var row = start + ((long)rows[k] * d);
                a += w * Load(row, j);
                b += w * Load(row, j + width);
                c += w * Load(row, j + (2 * width));
            }
            Vector256.Store(a, y + j);
            Vector256.Store(b, y + j + width);
            Vector256.Store(c, y + j + (2 * width));
        }
        for (; j < d; j += width)
        {
            var at = Math.Min(j, d - width);
            var a = v * Load(x, at);
            for (var k = 0; k < rows.Length; k++)
                a += Vector256.Create(T.CreateTruncating(weights[k])) * Load(start + ((long)rows[k] * d), at);
            Vector256.Store(a, y + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<T> Load(T* row, int at) => Vector256.Load(row + at);

    // y = v x + w a + w b, added in this order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void MixThree(Vector256<T> v, Vector256<T> w, T* x, T* a, T* b, T* y, int d)
    {
        var last = d - Vector256<T>.Count;
        for (var j = 0; j < last; j += Vector256<T>.Count)
            Vector256.Store(v * Vector256.Load(x + j) + w * Vector256.Load(a + j) + w * Vector256.Load(b + j), y + j);
        Vector256.Store(
            v * Vector256.Load(x + last) + w * Vector256.Load(a + last) + w * Vector256.Load(b + last), y + last);
    }

    /// <inheritdoc />
    public void Copy(int first, int end, int x, int target)
    {
        for (int i = first, next; i < end; i = next)
            Span(x, i, next = EndOf(x, i, end)).CopyTo(Span(target, i, next));
    }

    /// <summary>Row i of the target := a in every coordinate.</summary>
    public void Fill(int first, int end, double a, int target) =>
        Span(target, first, end).Fill(T.CreateTruncating(a));

    /// <summary>Row i of the target := a times itself.</summary>
    public void Scale(int first, int end, double a, int target) =>
        VectorMath<T>.Scale(a, Span(target, first, end));

    /// <summary>Row i of the target := itself + a x_i.</summary>
    public void Axpy(int first, int end, double a, int x, int target)
    {
        for (int i = first, next; i < end; i = next)
            VectorMath<T>.Axpy(a, Span(x, i, next = EndOf(x, i, end)), Span(target, i, next));
    }

    /// <summary>Row i of the target := (1 - a) itself + a x_i.</summary>
    public void Lerp(int first, int end, double a, int x, int target)
    {
        for (int i = first, next; i < end; i = next)
            VectorMath<T>.Lerp(a, Span(x, i, next = EndOf(x, i, end)), Span(target, i, next));
    }

    /// <summary>Up to which row an operation that reads x goes at once: a row that all share goes to one.</summary>
    int EndOf(int x, int first, int end) => _areShared[x] ? first + 1 : end;

    /// <inheritdoc />
    public void Step(int first, int end, in RoundStep step)
    {
        var form = _optimizers[step.Optimizer];
        var d = _dimensions[step.X];
        var length = form.IsElementwise ? (end - first) * d : d;
        for (var at = 0; at < (end - first) * d; at += length)
        {
            form.Step(new()
            {
                X = Span(step.X, first, end).Slice(at, length),
                Gradient = Span(step.Gradient, first, end).Slice(at, length),
                State0 = step.State0 < 0 ? [] : Span(step.State0, first, end).Slice(at, length),
                State1 = step.State1 < 0 ? [] : Span(step.State1, first, end).Slice(at, length),
                Rate = step.Rate,
                Number = step.Number,
                Blocks = _blocks,
            });
        }
    }

    /// <inheritdoc />
    public void Hash(int first, int end, int x, Span<ulong> hashes) =>
        VectorHash.OfRows<T>(Span(x, first, end), hashes[..(end - first)]);

    /// <inheritdoc />
    public int FindNotFinite(int first, int end, int x)
    {
        if (VectorMath<T>.IsFinite(Span(x, first, end)))
            return -1;
        var d = _dimensions[x];
        var i = first;
        while (VectorMath<T>.IsFinite(Span(x, first, end).Slice((i - first) * d, d)))
            i++;
        return i;
    }

    Span<T> Row(int array, int row, int d) => new((T*)_arrays[array] + ((long)row * d), d);

    Span<T> SpanIfAny(int array, int first, int end) => array < 0 ? [] : Span(array, first, end);

    Span<T> Span(int array, int first, int end)
    {
        var d = _dimensions[array];
        if (_areShared[array])
            return new((T*)_arrays[array], d);
        var length = (end - first) * d;
        if (_arrays[array] != 0)
            return new((T*)_arrays[array] + ((long)first * d), length);
        if (_passing is null || _passing.Length < length)
            _passing = new T[length];
        return _passing.AsSpan(0, length);
    }
}
