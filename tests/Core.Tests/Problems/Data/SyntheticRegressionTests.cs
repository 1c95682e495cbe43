using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class SyntheticRegressionTests
{
    static RawData Open(DataSource source, int places = 1) => source.Open(new(path => path, 3, places));

    [Fact]
    public void A_row_of_a_place_does_not_depend_on_how_many_places_there_are()
    {
        var source = new SyntheticRegression(new() { SamplesPerPlace = 2, Dimension = 3, Heterogeneity = 1 });
        var (few, many) = (Open(source, 2).Table, Open(source, 100).Table);

        Assert.Equal(200, many.Rows);
        Assert.Equal(few.Features.Values, many.Features.Values[..12]);
        Assert.Equal(few.Labels, many.Labels[..4]);
    }

    [Fact]
    public void Feature_variances_fall_geometrically_from_one_to_the_inverse_conditioning()
    {
        var table = Open(new SyntheticRegression(new() { Samples = 20000, Dimension = 3, Conditioning = 100 })).Table;

        double[] expected = [1, 0.1, 0.01];
        for (var k = 0; k < 3; k++)
        {
            var variance = Enumerable.Range(0, table.Rows).Average(r => Math.Pow(table.Features.Values[r * 3 + k], 2));
            Assert.Equal(expected[k], variance, 0.05 * expected[k]);     // standard error 1 %
        }
    }

    [Fact]
    public void Without_noise_a_linear_model_explains_all_labels_of_a_place()
    {
        // Two features: the truth follows from two rows and must explain the third; another place has another truth.
        var t = Open(new SyntheticRegression(new() { SamplesPerPlace = 3, Dimension = 2, Heterogeneity = 2 }), 2).Table;
        double[] a = t.Features.Values, b = t.Labels;
        var determinant = a[0] * a[3] - a[1] * a[2];
        var w0 = (b[0] * a[3] - a[1] * b[1]) / determinant;
        var w1 = (a[0] * b[1] - b[0] * a[2]) / determinant;

        Assert.Equal(b[2], w0 * a[4] + w1 * a[5], 1e-12);
        Assert.NotEqual(b[3], w0 * a[6] + w1 * a[7], 1e-3);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_named()
    {
        Assert.Single(new SyntheticRegression.Options { Dimension = 2 }.Violations());
        Assert.Single(new SyntheticRegression.Options { Dimension = 2, Samples = 5, SamplesPerPlace = 5 }.Violations());
        Assert.Single(new SyntheticRegression.Options { Dimension = 2, Samples = 5, Heterogeneity = 1 }.Violations());
        var options = new SyntheticRegression.Options { Dimension = 2, SamplesPerPlace = 5, Heterogeneity = 1 };
        Assert.Empty(options.Violations());
    }
}
