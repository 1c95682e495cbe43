using AsyncOpt.Core.Data;
using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class CorruptionTests
{
    static readonly double[] Labels = [.. Enumerable.Range(0, 100).Select(i => i % 4 == 0 ? 1.0 : -1.0)];

    static DataPart Train => new(
        new("made", FeatureMatrix.Dense(100, 1, new double[100]), Labels), [.. Enumerable.Range(0, 80)]);

    [Fact]
    public void Exactly_the_asked_shares_are_left_out_and_flipped()
    {
        var (rows, labels) = new Corruption { Flip = 0.3, KeepPositives = 0.5 }.Apply(Train, Labels, 1);

        Assert.Equal(70, rows.Length);
        Assert.Equal(10, rows.Count(row => Labels[row] > 0));
        Assert.Equal(21, rows.Count(row => Labels[row] != labels[row]));
        Assert.Equal(Labels[80..], labels[80..]);       // what is no training row stays
        Assert.Equal(rows.Order(), rows);
    }

    [Fact]
    public void Labels_0_and_1_meet_the_same_harm_as_minus_1_and_1()
    {
        var harm = new Corruption { Flip = 0.3, KeepPositives = 0.5 };
        double[] zeros = [.. Labels.Select(label => label > 0 ? 1.0 : 0.0)];

        var (rows, labels) = harm.Apply(Train, Labels, 1);
        var (zeroRows, zeroLabels) = harm.Apply(Train, zeros, 1);

        Assert.Equal(rows, zeroRows);
        Assert.Equal(labels.Select(label => label > 0 ? 1.0 : 0.0), zeroLabels);
    }

    [Fact]
    public void Three_labels_are_refused()
    {
        double[] three = [.. Enumerable.Range(0, 100).Select(i => i % 3.0)];

        Assert.Contains("more than two labels", Assert.Throws<InputException>(
            () => new Corruption { Flip = 0.1 }.Apply(Train, three, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_of_any_number_of_classes_are_drawn_anew()
    {
        double[] labels = [.. Enumerable.Range(0, 10_000).Select(i => (double)(i % 4))];
        var train = new DataPart(
            new("made", FeatureMatrix.Dense(10_000, 1, new double[10_000]), labels), [.. Enumerable.Range(0, 8000)]);
        var (rows, changed) = new Corruption { RandomLabels = 0.5 }.Apply(train, labels, 3);
        var (_, fewer) = new Corruption { RandomLabels = 0.25 }.Apply(train, labels, 3);

        Assert.Equal(train.Rows, rows);
        Assert.Equal(labels[8000..], changed[8000..]);
        // A quarter of 4,000 draws meets the class that was there: a standard error of 27.
        Assert.Equal(3000, rows.Count(row => labels[row] != changed[row]), 110.0);
        for (var c = 0; c < 4; c++)
            Assert.Equal(2000, rows.Count(row => changed[row] == c), 110.0);
        Assert.All(rows, row => Assert.True(fewer[row] == labels[row] || fewer[row] == changed[row]));
    }

    [Fact]
    public void The_flips_of_a_smaller_share_are_among_those_of_a_larger_one()
    {
        int[] Flipped(double share) => [.. Enumerable.Range(0, 100).Where(
            row => new Corruption { Flip = share }.Apply(Train, Labels, 4).Labels[row] != Labels[row])];

        Assert.Subset(Flipped(0.4).ToHashSet(), Flipped(0.1).ToHashSet());
        Assert.Equal(8, Flipped(0.1).Length);
    }

    [Fact]
    public void Labels_that_are_no_two_classes_are_refused()
    {
        var error = Assert.Throws<InputException>(() => new Corruption { Flip = 0.1 }.Apply(Train, new double[100], 1));

        Assert.Contains("two classes", error.Message, StringComparison.Ordinal);
    }
}
