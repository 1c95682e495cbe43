using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>
/// Harm done to the training part of data with classes, drawn from the data seed: of two classes, rows that are left
/// out, then labels that are flipped; of any number, labels that are drawn anew. Validation and test parts stay as they
/// are. What a smaller share changes is among what a larger one does, and every problem on the same data, split and
/// seed meets the same harm.
/// </summary>
public sealed record Corruption
{
    /// <summary>The share of training labels that are flipped, rounded down to whole samples.</summary>
    [Range(0, 1)]
    public double Flip { get; init; }

    /// <summary>The share of the training samples of the higher class (+1, or 1 of 0 and 1) that are kept.</summary>
    [Range(0, 1)]
    public double KeepPositives { get; init; } = 1;

    /// <summary>
    /// The share of training labels that are replaced by one of the classes, each equally likely, rounded down to whole
    /// samples; for any number of classes.
    /// </summary>
    [Range(0, 1)]
    public double RandomLabels { get; init; }

    /// <summary>Whether nothing is changed.</summary>
    public bool IsNone => Flip == 0 && KeepPositives == 1 && RandomLabels == 0;

    /// <summary>Leaves out rows, flips labels and draws others anew.</summary>
    /// <param name="train">The training part.</param>
    /// <param name="labels">Two numbers by row of the table, such as -1 and +1 or 0 and 1; not changed.</param>
    /// <param name="seed">The data seed.</param>
    /// <returns>The rows that are left, ascending, and the labels of all rows of the table.</returns>
    /// <exception cref="InputException">There are not two labels, or no row is left.</exception>
    public (int[] Rows, double[] Labels) Apply(DataPart train, double[] labels, ulong seed)
    {
        if (IsNone)
            return (train.Rows, labels);
        var (lower, higher) = Flip > 0 || KeepPositives < 1 ? TwoLabels(train, labels) : default;
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
        DrawAnew(kept, changed, seed);
        return (kept, changed);
    }

    void DrawAnew(int[] rows, double[] labels, ulong seed)
    {
        var count = (int)Math.Floor(RandomLabels * rows.Length + 1e-9);
        if (count == 0)
            return;
        double[] classes = [.. rows.Select(row => labels[row]).Distinct().Order()];
        var order = Order(seed, 2, rows.Length);
        for (var i = 0; i < count; i++)
        {
            var row = rows[order.At(i)];
            var draw = new Draw(seed, Purpose.Data, (ulong)row, SyntheticData.RandomLabelDraw);
            labels[row] = classes[draw.Below(classes.Length)];
        }
    }

    static (double Lower, double Higher) TwoLabels(DataPart train, double[] labels)
    {
        double[] distinct = [.. train.Rows.Select(row => labels[row]).Distinct().Take(3).Order()];
        return distinct switch
        {
            [-1 or 1] => (-1, 1),           // of one of two known classes alone
            [var lower, var higher] => (lower, higher),
            _ => throw new InputException($"{train.Table.Source}: 'flip' and 'keep-positives' are for two classes, and "
                + $"the training part has {(distinct.Length == 1 ? "one label" : "more than two labels")}"),
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
