using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>
/// Harm done to the training part of data with two classes, drawn from the data seed: rows that are left out, then
/// labels that are flipped. Validation and test parts stay as they are. The flips of a smaller share are among those of
/// a larger one, and every problem on the same data, split and seed meets the same harm.
/// </summary>
public sealed record Corruption
{
    /// <summary>The share of training labels that are flipped, rounded down to whole samples.</summary>
    [Range(0, 1)]
    public double Flip { get; init; }

    /// <summary>The share of the training samples of the higher class (+1, or 1 of 0 and 1) that are kept.</summary>
    [Range(0, 1)]
    public double KeepPositives { get; init; } = 1;

    /// <summary>Whether nothing is changed.</summary>
    public bool IsNone => Flip == 0 && KeepPositives == 1;

    /// <summary>Leaves out rows and flips labels.</summary>
    /// <param name="train">The training part.</param>
    /// <param name="labels">Two numbers by row of the table, such as -1 and +1 or 0 and 1; not changed.</param>
    /// <param name="seed">The data seed.</param>
    /// <returns>The rows that are left, ascending, and the labels of all rows of the table.</returns>
    /// <exception cref="InputException">There are not two labels, or no row is left.</exception>
    public (int[] Rows, double[] Labels) Apply(DataPart train, double[] labels, ulong seed)
    {
        if (IsNone)
            return (train.Rows, labels);
        var (lower, higher) = TwoLabels(train, labels);
        var kept = KeepSome(train.Rows, labels, higher, seed);
        if (kept.Length == 0)
            throw new InputException(
                $"{train.Table.Source}: keep-positives {KeepPositives:R} leaves no training sample");
        var changed = (double[])labels.Clone();
        var order = Order(seed, 1, kept.Length);
        for (var i = 0; i < (int)Math.Floor(Flip * kept.Length + 1e-9); i++)
        {
            ref var label = ref changed[kept[order.At(i)]];
            label = label == higher ? lower : higher;
        }
        return (kept, changed);
    }

    static (double Lower, double Higher) TwoLabels(DataPart train, double[] labels)
    {
        double[] distinct = [.. train.Rows.Select(row => labels[row]).Distinct().Take(3).Order()];
        return distinct switch
        {
            [-1 or 1] => (-1, 1),           // of one of two known classes alone
            [var lower, var higher] => (lower, higher),
            _ => throw new InputException($"{train.Table.Source}: 'corruption' is for two classes, and the training "
                + $"part has {(distinct.Length == 1 ? "one label" : "more than two labels")}"),
        };
    }

    int[] KeepSome(int[] rows, double[] labels, double higher, ulong seed)
    {
        var positives = rows.Where(row => labels[row] == higher).ToArray();
        if (KeepPositives == 1 || positives.Length == 0)
            return rows;
        var order = Order(seed, 0, positives.Length);
        var left = new HashSet<int>();
        for (var i = (int)Math.Floor(KeepPositives * positives.Length + 1e-9); i < positives.Length; i++)
            left.Add(positives[order.At(i)]);
        return [.. rows.Where(row => !left.Contains(row))];
    }

    static KeyedPermutation Order(ulong seed, ulong which, int count) =>
        new(seed, Purpose.Data, which, SyntheticData.CorruptionDraw, count);
}
