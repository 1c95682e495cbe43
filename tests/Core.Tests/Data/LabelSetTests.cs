using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

public class LabelSetTests
{
    static SampleTable Table(double[] labels, string[]? names = null) =>
        new("set", FeatureMatrix.Dense(labels.Length, 1, new double[labels.Length]), labels, names);

    [Fact]
    public void Numbers_map_in_ascending_order_and_two_classes_to_signs()
    {
        SampleTable table = Table([2, 1, 1, 2]);

        LabelSet set = LabelSet.Of(table);

        Assert.Equal(["1", "2"], set.Names);
        Assert.Equal([1, 0, 0, 1], set.Classes(table));
        Assert.Equal([1.0, -1, -1, 1], set.Signs(table));
        Assert.Equal("1 -> -1, 2 -> +1", set.Describe());
    }

    [Fact]
    public void Numbers_sort_by_value_not_as_texts()
    {
        LabelSet set = LabelSet.Of([10.0, 9, -1.5, 9, -0.0, 0.0]);

        Assert.Equal(["-1.5", "0", "9", "10"], set.Names);
        Assert.Equal("-1.5 -> 0, 0 -> 1, 9 -> 2, 10 -> 3", set.Describe());
    }

    [Fact]
    public void Texts_keep_their_class_in_another_part_that_lacks_some()
    {
        LabelSet set = LabelSet.Of(Table([1, 0, 2], ["ham", "jam", "spam"]));

        Assert.Equal([2, 0], set.Classes(Table([1, 0], ["ham", "spam"])));
    }

    [Fact]
    public void A_label_that_training_never_had_is_refused_by_row()
    {
        LabelSet set = LabelSet.Of([0.0, 1.0]);

        var error = Assert.Throws<InputException>(() => set.Classes(Table([0, 1, 2])));

        Assert.Equal("set: row 3 has label '2', which is none of the training labels: 0, 1", error.Message);
    }

    [Fact]
    public void Measured_numbers_are_no_classes()
    {
        Assert.Equal("set: 4 samples have 3 different labels (0.3, 0.5, 2), as numbers have that are measured, and classes do "
            + "not; is the label another column? least-squares takes numbers as labels", Refusal(0.5, 0.3, 2, 0.5));
        Assert.Null(Refusal(1, 2, 3, 4));
        Assert.Null(Refusal(0.5, 1.5, 2.5, 0.5, 1.5, 2.5));
        Assert.Null(Refusal(0.5, 1));

        static string? Refusal(params double[] labels)
        {
            var table = Table(labels);
            return Record.Exception(() => LabelSet.Of(table).RequireClasses(table))?.Message;
        }
    }

    [Fact]
    public void Signs_need_two_classes()
    {
        SampleTable table = Table([1, 2, 3]);

        Assert.Contains("two classes are needed, the labels are 1, 2, 3",
            Assert.Throws<InputException>(() => LabelSet.Of(table).Signs(table)).Message);
        Assert.Throws<InputException>(() => LabelSet.Of(Table([])));
    }

    [Fact]
    public void Columns_of_one_value_are_found_dense_or_sparse()
    {
        // Constant in rows 0 to 2: columns 0 (all 2) and 3 (all 0); column 1 is 5 or 0.
        var dense = FeatureMatrix.Dense(4, 4, [2, 5, 1, 0, 2, 0, 2, 0, 2, 5, 3, 0, 7, 5, 4, 1]);

        foreach (var matrix in (FeatureMatrix[])[dense, dense.ToSparse()])
        {
            Assert.Equal([0, 3], matrix.ConstantColumns([0, 1, 2]));
            Assert.Empty(matrix.ConstantColumns([0, 1, 2, 3]));
            Assert.Empty(matrix.ConstantColumns([0]));
        }
    }
}
