using AsyncOpt.Core.Data;
using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class DataPartsTests
{
    static SampleTable Table(int rows) => new("made", FeatureMatrix.Dense(
        rows, 2, [.. Enumerable.Range(0, rows).SelectMany(r => new double[] { 3 * r, 5 })]), new double[rows]);

    [Fact]
    public void A_split_deals_every_sample_to_one_part()
    {
        var parts = DataParts.Split(new(Table(100)), new() { Train = 0.7, Validation = 0.1, Test = 0.2 }, 5);

        Assert.Equal((70, 10, 20), (parts.Train.Rows.Length, parts.Validation!.Rows.Length, parts.Test!.Rows.Length));
        DataPart[] all = [parts.Train, parts.Validation, parts.Test];
        Assert.Equal(Enumerable.Range(0, 100), all.SelectMany(p => p.Rows).Order());
        Assert.NotEqual(Enumerable.Range(0, 70), parts.Train.Rows);
    }

    [Fact]
    public void A_split_follows_the_seed()
    {
        int[] Rows(ulong seed) => DataParts.Split(new(Table(50)), new() { Test = 0.5 }, seed).Test!.Rows;

        Assert.Equal(Rows(5), Rows(5));
        Assert.NotEqual(Rows(5), Rows(6));
    }

    [Fact]
    public void A_part_that_would_be_empty_is_refused()
    {
        var error = Assert.Throws<InputException>(() => DataParts.Split(new(Table(5)), new() { Test = 0.1 }, 1));
        Assert.Contains("test part empty", error.Message);
    }

    [Fact]
    public void Two_test_parts_are_refused() =>
        Assert.Throws<InputException>(() => DataParts.Split(new(Table(5), Table(2)), new() { Test = 0.5 }, 1));

    [Fact]
    public void What_is_learned_from_cannot_judge()
    {
        var table = Table(5);

        Assert.Contains("is given for training and as test part: what is learned from cannot judge",
            Assert.Throws<InputException>(() => DataParts.Split(new(table, table), new(), 1)).Message);
    }

    [Fact]
    public void Shares_beyond_one_are_named()
    {
        Assert.NotEmpty(new SplitFractions { Train = 0.8, Test = 0.3 }.Violations());
        Assert.NotEmpty(new SplitFractions { Validation = 0.5, Test = 0.5 }.Violations());
        Assert.Empty(new SplitFractions { Train = 0.8, Test = 0.2 }.Violations());
    }

    [Fact]
    public void Standardizing_uses_the_training_part_alone()
    {
        var test = new SampleTable("test", FeatureMatrix.Dense(1, 2, [9, 7]), [0]);

        var parts = DataParts.Split(new(Table(3), test), new(), 1).Standardize();

        // Column 0 is 0, 3, 6: mean 3, variance 6. Column 1 is constant 5: only shifted.
        var root = Math.Sqrt(6);
        ProblemCases.Equal([-3 / root, 0, 0, 0, 3 / root, 0], parts.Train.Table.Features.Values, 1e-15);
        ProblemCases.Equal([6 / root, 2], parts.Test!.Table.Features.Values, 1e-15);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bias_is_a_last_column_of_ones(bool dense)
    {
        var matrix = FeatureMatrix.Dense(2, 3, [0, 2, 0, 4, 0, 0]);
        var table = new SampleTable("made", dense ? matrix : matrix.ToSparse(), [0, 1]);

        var features = DataParts.Split(new(table), new(), 1).WithBias().Train.Table.Features;

        Assert.Equal(dense, features.IsDense);
        Assert.Equal([0, 2, 0, 1, 4, 0, 0, 1], features.ToDense().Values);
    }
}
