using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// The closed set of vector operations on the processor, over whatever memory a host keeps its agents' vectors in: the
/// same operations, and so the same bits, on every host.
/// </summary>
/// <param name="plan">The run.</param>
/// <param name="longVectors">Does operations on long vectors; null where all are left to one thread.</param>
abstract partial class VectorEffects<T>(RunPlan plan, LongVectors<T>? longVectors = null) : Effects
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly OptimizerTable<T> _optimizers = new();
    readonly IReadOnlyList<ParameterBlock> _blocks = plan.Problem.Blocks;
    readonly MixingSchedule? _mixing = plan.Mixing;
    PairwiseVectorSum? _sum;
    double[] _row = [];

    /// <summary>The layout of the role whose agent's event is being handled.</summary>
    protected abstract RoleLayout RoleLayout { get; }

    /// <summary>What an operand contains.</summary>
    protected abstract ReadOnlySpan<T> Read(Operand x);

    /// <summary>A vector's memory, for writing: snapshots of it keep what they had.</summary>
    protected abstract Span<T> Write(Vector y);

    /// <summary>A vector's memory, for writing all of it, whatever it contains.</summary>
    protected virtual Span<T> Overwrite(Vector y) => Write(y);

    /// <summary>A vector's memory, for writing all of it from what it contains.</summary>
    /// <param name="y">The vector.</param>
    /// <param name="before">What it contains: the same memory, or another that nobody writes.</param>
    protected virtual Span<T> Rewrite(Vector y, out ReadOnlySpan<T> before)
    {
        var memory = Write(y);
        before = memory;
        return memory;
    }

    /// <summary>The vector held from the k-th in-neighbour of an iteration; empty if none is.</summary>
    protected abstract ReadOnlySpan<T> Row(NeighbourRows rows, int k, long iteration);

    /// <summary>Releases the vectors held of an iteration in one set of rows.</summary>
    protected abstract void ReleaseRows(NeighbourRows rows, int count, long iteration);

    /// <summary>What a snapshot rests on, as its taker said.</summary>
    protected abstract Origin OriginOf(Snapshot x);

    // Where x is y, or a snapshot of it, it is read where y was: that memory is the target itself, or nobody writes it.
    public override void Copy(Operand x, Vector y)
    {
        var source = Read(x);
        var target = Overwrite(y);
        CheckLength(source, target);
        if (IsLong(target))
            longVectors!.Copy(source, target);
        else
            source.CopyTo(target);
    }

    public override void Fill(double value, Vector y) => Overwrite(y).Fill(T.CreateTruncating(value));

    public override void Scale(double a, Vector y)
    {
        var target = Rewrite(y, out var before);
        if (IsLong(target))
            longVectors!.Scale(a, before, target);
        else
            VectorMath<T>.Scale(a, before, target);
    }

    public override void Axpy(double a, Operand x, Vector y)
    {
        var source = Read(x);
        var target = Rewrite(y, out var before);
        if (IsLong(target))
            longVectors!.Axpy(a, source, before, target);
        else
            VectorMath<T>.Axpy(a, source, before, target);
    }

    public override void Lerp(double a, Operand x, Vector y)
    {
        var source = Read(x);
        var target = Rewrite(y, out var before);
        if (IsLong(target))
            longVectors!.Lerp(a, source, before, target);
        else
            VectorMath<T>.Lerp(a, source, before, target);
    }

    public override void Copy(Operand x, Fragment y)
    {
        var target = Write(y);
        ReadAsLong(x, target).CopyTo(target);
    }

    public override void Scale(double a, Fragment y) => VectorMath<T>.Scale(a, Write(y));

    public override void Axpy(double a, Operand x, Fragment y)
    {
        var target = Write(y);
        VectorMath<T>.Axpy(a, ReadAsLong(x, target), target);
    }

    public override void Lerp(double a, Operand x, Fragment y)
    {
        var target = Write(y);
        VectorMath<T>.Lerp(a, ReadAsLong(x, target), target);
    }

    public override void WeightedSum(SlotBank slots, ReadOnlySpan<double> weights, Vector y)
    {
        if (weights.Length != slots.Count)
        {
            throw new InvalidOperationException(
                $"role '{RoleLayout.Name}' gives {weights.Length} weights for {slots.Count} slots");
        }
        var target = Write(y);
        if (_row.Length != target.Length)
            (_sum, _row) = (new PairwiseVectorSum(target.Length), new double[target.Length]);
        _sum!.Clear();
        for (var i = 0; i < weights.Length; i++)
        {
            Array.Clear(_row);
            if (weights[i] != 0)
                Scaled(weights[i], ReadAsLong(slots[i], target), _row);
            _sum.Add(_row);
        }
        _sum.Total(_row);
        Floats.FromDouble(_row, target);
    }

    static void Scaled(double a, ReadOnlySpan<T> x, Span<double> y)
    {
        for (var i = 0; i < x.Length; i++)
            y[i] = a * double.CreateTruncating(x[i]);
    }

    Span<T> Write(Fragment y) => Write(y.Vector).Slice(y.First, y.Count);

    ReadOnlySpan<T> ReadAsLong(Operand x, ReadOnlySpan<T> target)
    {
        var read = Read(x);
        CheckLength(read, target);
        return read;
    }

    void CheckLength(ReadOnlySpan<T> read, ReadOnlySpan<T> target)
    {
        if (read.Length != target.Length)
            throw new InvalidOperationException(
                $"role '{RoleLayout.Name}' reads {read.Length} coordinates into {target.Length}");
    }

    bool IsLong(Span<T> target) => longVectors is not null && target.Length >= longVectors.Least;

    public override void Step(
        Optimizer optimizer, double rate, long number, Operand gradient, Vector x, Vector state0, Vector state1)
    {
        var point = Write(x);
        var first = WriteIfBound(state0);
        var second = WriteIfBound(state1);
        _optimizers[optimizer].Step(new()
        {
            X = point,
            Gradient = Read(gradient),
            State0 = first,
            State1 = second,
            Rate = rate,
            Number = number,
            Blocks = _blocks,
        });
    }

    Span<T> WriteIfBound(Vector y) => y.Index < 0 ? [] : Write(y);

    public override void Compensate(
        double lambda, Operand now, Operand then, Vector g, Vector meanSquare, double keep, double epsilon)
    {
        var gradient = Write(g);
        if (meanSquare.Index < 0)
            VectorMath<T>.Compensate(lambda, Read(now), Read(then), gradient);
        else
        {
            var square = Write(meanSquare);
            VectorMath<T>.Compensate(lambda, keep, epsilon, Read(now), Read(then), gradient, square);
        }
    }

    public override void ProjectOntoBall(double radius, Vector y) => VectorMath<T>.ClipToBall(radius, Write(y));

    public override void Multiply(Operand m, Operand x, Vector y)
    {
        var target = Write(y);
        MatrixMath<T>.Multiply(Read(m), Read(x), target);
    }

    public override void Solve(Operand m, Operand b, Vector y)
    {
        var target = Write(y);
        MatrixMath<T>.Solve(Read(m), Read(b), target);
    }

    public override void FloorEigenvalues(double floor, Vector m) => MatrixMath<T>.FloorEigenvalues(floor, Write(m));

    public override void Mix(
        NeighbourRows rows, long iteration, Operand self, Vector y, MissingRows? missing = null)
    {
        var node = Place;
        var neighbours = RoleLayout.Topology.PhaseAt(iteration).InNeighbours(node);
        var mixing = _mixing!.At(iteration);
        var weights = mixing.Weights(node);
        var (selfWeight, factor) = missing is { } rule && Held(rows, iteration) < neighbours.Length
            ? Reweighted(rule, mixing.SelfWeight(node), weights, rows, iteration)
            : (mixing.SelfWeight(node), 1);
        var own = Read(self);
        var target = Overwrite(y);
        VectorMath<T>.Scale(selfWeight, own, target);
        for (var k = 0; k < neighbours.Length; k++)
        {
            var row = Row(rows, k, iteration);
            if (!row.IsEmpty)
            {
                VectorMath<T>.Axpy(factor * weights[k], row, target);
            }
            else if (missing is null)
            {
                throw new InvalidOperationException(
                    $"node {node} mixes iteration {iteration} without node {neighbours[k]}");
            }
        }
        ReleaseRows(rows, neighbours.Length, iteration);
    }

    /// <summary>The node's own weight, and the factor of the others', where rows are missing.</summary>
    (double Self, double Factor) Reweighted(
        MissingRows rule, double self, ReadOnlySpan<double> weights, NeighbourRows rows, long iteration)
    {
        double held = 0, absent = 0;
        for (var k = 0; k < weights.Length; k++)
        {
            if (Row(rows, k, iteration).IsEmpty)
                absent += weights[k];
            else
                held += weights[k];
        }
        if (rule == MissingRows.Self)
            return (self + absent, 1);
        return self + held > 0 ? (self / (self + held), 1 / (self + held)) : (1, 0);
    }

    public override void AddRows(double a, NeighbourRows rows, long iteration, Vector y)
    {
        var count = RoleLayout.Topology.PhaseAt(iteration).InDegree(Place);
        var target = Write(y);
        for (var k = 0; k < count; k++)
        {
            var row = Row(rows, k, iteration);
            if (!row.IsEmpty)
                VectorMath<T>.Axpy(a, row, target);
        }
    }

    public override void Release(NeighbourRows rows, long iteration)
    {
        var count = RoleLayout.Topology.PhaseAt(iteration).InDegree(Place);
        for (var i = 0; i < rows.Vectors; i++)
            ReleaseRows(rows[i], count, iteration);
    }

    /// <summary>The rank of a message's sender among the in-neighbours, by its rank in its role.</summary>
    protected int RankOf(int sender, NeighbourRows rows, long iteration, MessageKind kind)
    {
        if (!ReferenceEquals(kind, RoleLayout.NeighbourRowSets[rows.Index].Kind))
        {
            throw new InvalidOperationException($"role '{RoleLayout.Name}' holds a message '{kind}' in rows of "
                + $"'{RoleLayout.NeighbourRowSets[rows.Index].Kind}'");
        }
        var k = RoleLayout.Topology.PhaseAt(iteration).InNeighbours(Place).BinarySearch(sender);
        return k >= 0
            ? k
            : throw new InvalidOperationException(
                $"node {Place} holds a message of node {sender}, which is no in-neighbour in iteration {iteration}");
    }

    /// <summary>Whether what a row holds stays: a duplicate changes nothing, anything else would be lost.</summary>
    protected bool Keeps(long held, int sender, long iteration, in Received m) => held == m.Version
        ? true
        : throw new InvalidOperationException(
            $"node {Place} still holds iteration {held} of node {sender}, got {iteration}");

    /// <summary>Refuses a message that does not carry what its kind declares.</summary>
    protected void CheckContents(in Message m)
    {
        var vectors = m.Vector3.Index >= 0 ? 4
            : m.Vector2.Index >= 0 ? 3
            : m.Vector1.Index >= 0 ? 2
            : m.Vector.Index >= 0 ? 1
            : 0;
        if (vectors != m.Kind.VectorCount)
        {
            throw new InvalidOperationException($"role '{RoleLayout.Name}' sends '{m.Kind}' with {vectors} vectors, "
                + $"and its kind declares {m.Kind.VectorCount}");
        }
        if (m.HasBody != m.Kind.BodyBytes > 0)
        {
            throw new InvalidOperationException($"role '{RoleLayout.Name}' sends '{m.Kind}' without the body that its "
                + "kind declares");
        }
    }

    /// <summary>Refuses several steps of what has no steps.</summary>
    protected void CheckSteps(in Computation c)
    {
        if (c.Steps == 1)
            return;
        if (c.Steps < 1 || c.Oracle is not LocalSteps || c.Key is null)
        {
            throw new InvalidOperationException(
                $"role '{RoleLayout.Name}' asks for {c.Steps} steps of {c.Oracle}: steps are at least 1, more than 1 "
                + "only in local training, and need the key of the first batch");
        }
    }

    /// <summary>Refuses a timer into the past.</summary>
    protected void CheckTimer(VirtualTime delay)
    {
        if (delay < VirtualTime.Zero)
            throw new InvalidOperationException($"role '{RoleLayout.Name}' sets a timer of {delay.Nanoseconds} ns");
    }
}
