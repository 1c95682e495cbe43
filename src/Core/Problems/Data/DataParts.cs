using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Problems.Data;

/// <summary>The shares of samples that go to each part.</summary>
public sealed record SplitFractions : ICheckedOptions
{
    /// <summary>The training share; by default what the others leave.</summary>
    [Range(0, 1)]
    public double? Train { get; init; }

    /// <summary>The validation share.</summary>
    [Range(0, 1)]
    public double Validation { get; init; }

    /// <summary>The test share.</summary>
    [Range(0, 1)]
    public double Test { get; init; }

    /// <summary>Whether everything is for training.</summary>
    public bool IsWhole => Validation == 0 && Test == 0 && Train is null or 1;

    /// <inheritdoc />
    public IEnumerable<string> Violations()
    {
        var sum = (Train ?? 0) + Validation + Test;
        if (sum > 1 + 1e-9)
            yield return $"the shares of the split add up to {sum:R}, which is more than 1";
        if (Train == 0 || (Train is null && sum >= 1))
            yield return "the split leaves nothing for training";
    }
}

/// <summary>Rows of a table: a view, nothing is copied.</summary>
/// <param name="Table">The table.</param>
/// <param name="Rows">Row numbers in ascending order.</param>
public sealed record DataPart(SampleTable Table, int[] Rows);

/// <summary>The parts of a data set, with the same columns.</summary>
/// <param name="Train">What is learned from.</param>
/// <param name="Validation">
/// What choices are judged by; null where there is none. Shares the training part's table.
/// </param>
/// <param name="Test">What results are judged by; null where there is none.</param>
public sealed record DataParts(DataPart Train, DataPart? Validation, DataPart? Test)
{
    /// <summary>
    /// Deals the samples to the parts in an order drawn from the seed, sequences in their own order; counts rounded
    /// down, training first.
    /// </summary>
    /// <param name="raw">The data.</param>
    /// <param name="split">Shares; validation and test shares are taken out of the data's table.</param>
    /// <param name="seed">The data seed.</param>
    /// <exception cref="InputException">
    /// A part would be empty, there are two test parts, or the test part is the training part.
    /// </exception>
    public static DataParts Split(RawData raw, SplitFractions split, ulong seed)
    {
        var n = raw.Table.Rows;
        if (raw.Test is not null && split.Test > 0)
        {
            throw new InputException(
                $"{raw.Table.Source}: there is a test part of its own and a test share in 'split'; keep one of them");
        }
        if (raw.Test is { } same && same.Source == raw.Table.Source && same.Rows == n)
        {
            throw new InputException($"{raw.Table.Source}: is given for training and as test part: what is learned "
                + "from cannot judge; take another file, or a share: 'split: { test: 0.2 }' in the problem");
        }
        var test = raw.Test is null ? null : new DataPart(raw.Test, Range(raw.Test.Rows));
        if (split.IsWhole)
            return new(new(raw.Table, Range(n)), null, test);

        var drawn = new KeyedPermutation(seed, Purpose.Data, 0, SyntheticData.SplitDraw, n);
        Func<int, int> order = raw.IsSequence ? i => i : drawn.At;
        var (validations, tests) = (Share(n, split.Validation), Share(n, split.Test));
        var trains = split.Train is { } share ? Share(n, share) : n - validations - tests;
        Check(raw.Table, "training", split.Train ?? 1, trains);
        Check(raw.Table, "validation", split.Validation, validations);
        Check(raw.Table, "test", split.Test, tests);
        return new(
            new(raw.Table, Take(order, 0, trains)),
            validations == 0 ? null : new(raw.Table, Take(order, trains, validations)),
            tests == 0 ? test : new(raw.Table, Take(order, trains + validations, tests)));
    }

    /// <summary>
    /// Shifts and scales each feature to mean 0 and variance 1 over the training part; the rest goes along.
    /// </summary>
    /// <remarks>A feature that is constant there is only shifted. The result is dense.</remarks>
    public DataParts Standardize()
    {
        var features = Train.Table.Features;
        var (sum, squares) = (new PairwiseVectorSum(features.Columns), new PairwiseVectorSum(features.Columns));
        var d = features.Columns;
        double[] mean = new double[d], scale = new double[d], row = new double[d];
        foreach (var r in Train.Rows)
        {
            features.CopyRow(r, row);
            sum.Add(row);
        }
        sum.Mean(mean);
        foreach (var r in Train.Rows)
        {
            features.CopyRow(r, row);
            for (var k = 0; k < row.Length; k++)
                row[k] = (row[k] - mean[k]) * (row[k] - mean[k]);
            squares.Add(row);
        }
        squares.Mean(scale);
        for (var k = 0; k < scale.Length; k++)
            scale[k] = scale[k] > 0 ? 1 / Math.Sqrt(scale[k]) : 1;
        return Map(matrix => Shifted(matrix, mean, scale));
    }

    /// <summary>Appends a feature that is always 1.</summary>
    public DataParts WithBias() => Map(RowMath.WithOnes);

    DataParts Map(Func<FeatureMatrix, FeatureMatrix> map)
    {
        var table = Mapped(Train.Table);
        return new(
            Train with { Table = table },
            Validation is null ? null : Validation with { Table = table },
            Test is null ? null : Test with { Table = Test.Table == Train.Table ? table : Mapped(Test.Table) });

        SampleTable Mapped(SampleTable t) => new(t.Source, map(t.Features), t.Labels, t.LabelNames);
    }

    static FeatureMatrix Shifted(FeatureMatrix matrix, double[] mean, double[] scale)
    {
        var d = matrix.Columns;
        var values = MachineMemory.Numbers(matrix.Rows, d, "standardized samples x features");
        for (var r = 0; r < matrix.Rows; r++)
        {
            var row = values.AsSpan(r * d, d);
            matrix.CopyRow(r, row);
            for (var k = 0; k < d; k++)
                row[k] = (row[k] - mean[k]) * scale[k];
        }
        return FeatureMatrix.Dense(matrix.Rows, d, values);
    }

    static int Share(int n, double share) => (int)Math.Floor(share * n + 1e-9);

    static int[] Range(int n) => [.. Enumerable.Range(0, n)];

    static int[] Take(Func<int, int> order, int first, int count)
    {
        var rows = new int[count];
        for (var i = 0; i < count; i++)
            rows[i] = order(first + i);
        Array.Sort(rows);
        return rows;
    }

    static void Check(SampleTable table, string part, double share, int count)
    {
        if (share > 0 && count == 0)
            throw new InputException($"{table.Source}: {share:R} of {table.Rows} samples leaves the {part} part empty");
    }
}
