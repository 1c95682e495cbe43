using System.Numerics;
using System.Runtime.CompilerServices;

namespace AsyncOpt.Core.Numerics;

/// <summary>
/// Sums over agents: blocks of 1,024 in index order, block sums added in pairs along a fixed tree. The result depends
/// on the numbers and their order alone, so partitions that are cut at multiples of 1,024 can sum their own blocks and
/// the whole has the same bits. The tree joins blocks 0 and 1, 2 and 3, then those pairs, and so on; what has no
/// partner at the end is joined from the right to the left.
/// The rounding error grows like the logarithm of the number of blocks.
/// A mutable struct: keep it in a local variable or a field.
/// </summary>
public struct PairwiseSum
{
    /// <summary>Numbers per block.</summary>
    public const int Block = 1024;

    Levels _levels;
    double _block;
    int _inBlock;
    long _blocks;

    /// <summary>The sum of all numbers.</summary>
    /// <param name="values">The numbers in index order.</param>
    public static double Sum(ReadOnlySpan<double> values)
    {
        var sum = new PairwiseSum();
        for (; values.Length >= Block; values = values[Block..])
            sum.AddBlock(BlockSum(values[..Block]));
        foreach (var value in values)
            sum.Add(value);
        return sum.Total;
    }

    /// <summary>The sum of one block: up to 1,024 numbers from first to last.</summary>
    /// <param name="values">The numbers of the block, in index order.</param>
    public static double BlockSum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum;
    }

    /// <summary>Adds the next number.</summary>
    /// <param name="value">The number.</param>
    public void Add(double value)
    {
        _block += value;
        if (++_inBlock < Block)
            return;
        Push(_block);
        (_block, _inBlock) = (0, 0);
    }

    /// <summary>Adds a whole block that was summed elsewhere; only where no block is begun.</summary>
    /// <param name="blockSum">What <see cref="BlockSum"/> gave for the next 1,024 numbers.</param>
    public void AddBlock(double blockSum)
    {
        if (_inBlock != 0)
            throw new InvalidOperationException("A block sum can only follow a whole block.");
        Push(blockSum);
    }

    /// <summary>The sum so far; further numbers may follow. 0 when there were none.</summary>
    public readonly double Total
    {
        get
        {
            var total = _block;
            var any = _inBlock > 0;
            for (var level = 0; _blocks >> level != 0; level++)
            {
                if (((_blocks >> level) & 1) == 0)
                    continue;
                total = any ? _levels[level] + total : _levels[level];
                any = true;
            }
            return total;
        }
    }

    // As in a binary counter: the set bits of the number of blocks say which levels hold a sum.
    void Push(double sum)
    {
        var level = 0;
        for (; ((_blocks >> level) & 1) != 0; level++)
            sum = _levels[level] + sum;
        _levels[level] = sum;
        _blocks++;
    }

    [InlineArray(48)]
    struct Levels
    {
        double _first;
    }
}

/// <summary>
/// <see cref="PairwiseSum"/> for each coordinate of many vectors at once: rows in index order, blocks of 1,024 rows.
/// Memory: one vector per level of the tree, about log2(rows / 1,024) + 2 of them.
/// </summary>
/// <param name="dimension">The length of the rows.</param>
public sealed class PairwiseVectorSum(int dimension)
{
    readonly List<double[]> _levels = [];
    readonly double[] _block = new double[dimension];
    int _inBlock;
    long _blocks;

    /// <summary>The number of rows so far.</summary>
    public long Count => _blocks * PairwiseSum.Block + _inBlock;

    /// <summary>Starts again from nothing, keeping the memory.</summary>
    public void Clear()
    {
        Array.Clear(_block);
        (_inBlock, _blocks) = (0, 0);
    }

    /// <summary>Adds the next row.</summary>
    /// <param name="row">Shape (dimension).</param>
    public void Add(ReadOnlySpan<double> row)
    {
        Accumulate(row, _block);
        EndRow();
    }

    /// <summary>Adds the next row, widened to float64 first.</summary>
    /// <param name="row">Shape (dimension).</param>
    public void Add(ReadOnlySpan<float> row)
    {
        CheckLength(row.Length);
        for (var i = 0; i < row.Length; i++)
            _block[i] += row[i];
        EndRow();
    }

    /// <summary>Adds 1,024 rows that were summed elsewhere, in row order; only where no block is begun.</summary>
    /// <param name="blockSum">Shape (dimension): the sum of the block's rows from first to last, starting at 0.</param>
    public void AddBlock(ReadOnlySpan<double> blockSum)
    {
        if (_inBlock != 0)
            throw new InvalidOperationException("A block sum can only follow a whole block.");
        CheckLength(blockSum.Length);
        Push(blockSum);
    }

    /// <summary>Writes the sum of all rows so far; further rows may follow.</summary>
    /// <param name="total">Shape (dimension); zeros when there were no rows.</param>
    public void Total(Span<double> total)
    {
        CheckLength(total.Length);
        _block.CopyTo(total);
        var any = _inBlock > 0;
        for (var level = 0; _blocks >> level != 0; level++)
        {
            if (((_blocks >> level) & 1) == 0)
                continue;
            if (any)
                Accumulate(_levels[level], total);
            else
                _levels[level].CopyTo(total);
            any = true;
        }
    }

    /// <summary>Writes the mean of all rows so far: the sum divided by the number of rows.</summary>
    /// <param name="mean">Shape (dimension); NaN when there were no rows.</param>
    public void Mean(Span<double> mean)
    {
        Total(mean);
        for (var i = 0; i < mean.Length; i++)
            mean[i] /= Count;
    }

    void EndRow()
    {
        if (++_inBlock < PairwiseSum.Block)
            return;
        Push(_block);
        Array.Clear(_block);
        _inBlock = 0;
    }

    void Push(ReadOnlySpan<double> sum)
    {
        var level = 0;
        while (((_blocks >> level) & 1) != 0)
            level++;
        if (level == _levels.Count)
            _levels.Add(new double[dimension]);
        var target = _levels[level];
        sum.CopyTo(target);
        for (var below = 0; below < level; below++)
            Accumulate(_levels[below], target);
        _blocks++;
    }

    /// <summary>
    /// target += row, coordinate by coordinate: the same bits at any vector width, as + is commutative.
    /// </summary>
    void Accumulate(ReadOnlySpan<double> row, Span<double> target)
    {
        CheckLength(row.Length);
        var i = 0;
        for (; i <= row.Length - Vector<double>.Count; i += Vector<double>.Count)
            (new Vector<double>(target[i..]) + new Vector<double>(row[i..])).CopyTo(target[i..]);
        for (; i < row.Length; i++)
            target[i] += row[i];
    }

    void CheckLength(int length)
    {
        if (length != dimension)
            throw new ArgumentException($"A row has {length} numbers; the sum has dimension {dimension}.");
    }
}
