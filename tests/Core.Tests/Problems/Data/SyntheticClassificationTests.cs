using AsyncOpt.Core.Data;
using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class SyntheticClassificationTests
{
    static RawData Open(DataSource source) => source.Open(new(path => path, 3, 1));

    static SampleTable Classes(int samples, int classes, double noise) => Open(new SyntheticClassification(
        new() { Samples = samples, Dimension = 4, Classes = classes, Noise = noise })).Table;

    [Fact]
    public void A_row_does_not_depend_on_how_many_rows_there_are()
    {
        var (few, many) = (Classes(5, 3, 0.2), Classes(3000, 3, 0.2));

        Assert.Equal(few.Features.Values, many.Features.Values[..20]);
        Assert.Equal(few.Labels, many.Labels[..5]);
    }

    [Fact]
    public void Noise_replaces_the_stated_share_of_labels()
    {
        var (clean, noisy) = (Classes(10000, 4, 0).Labels, Classes(10000, 4, 0.3).Labels);

        var share = clean.Zip(noisy).Count(pair => pair.First != pair.Second) / 10000.0;
        Assert.Equal(0.3, share, 0.02);                                  // standard error 0.0046
        Assert.Equal([0, 1, 2, 3], noisy.Distinct().Order());
    }

    [Fact]
    public void Test_samples_are_further_samples()
    {
        var raw = Open(new SyntheticClassification(new() { Samples = 10, TestSamples = 4, Dimension = 2 }));

        Assert.Equal(4, raw.Test!.Rows);
        Assert.NotEqual(raw.Table.Features.Values[0], raw.Test.Features.Values[0]);
    }
}
