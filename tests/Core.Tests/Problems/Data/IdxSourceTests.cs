using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class IdxSourceTests
{
    static readonly DataContext Here = new(path => path, 1, 1);

    [Fact]
    public void Images_are_cut_and_scaled()
    {
        var images = ProblemCases.WriteFile([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40, 50, 60]);
        var labels = ProblemCases.WriteFile([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]);

        var raw = new IdxSource(new() { Images = images, Labels = labels, Scale = 255, Limit = 2 }).Open(Here);

        Assert.Equal(2, raw.Table.Rows);
        ProblemCases.Equal([10, 20, 30, 40], raw.Table.Features.Values, 1e-15);
        Assert.Equal([7, 8], raw.Table.Labels);
    }

    [Fact]
    public void Images_of_several_files_follow_each_other()
    {
        var first = ProblemCases.WriteFile([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40]);
        var more = ProblemCases.WriteFile([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 50, 60]);
        var other = ProblemCases.WriteFile([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 50, 60]);
        var labels = ProblemCases.WriteFile([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]);
        RawData Open(string second) =>
            new IdxSource(new() { Images = first, MoreImages = [second], Labels = labels, Scale = 255 }).Open(Here);

        ProblemCases.Equal([10, 20, 30, 40, 50, 60], Open(more).Table.Features.Values, 1e-15);
        Assert.Equal([7, 8, 9], Open(more).Table.Labels);
        Assert.Contains("another shape", Assert.Throws<InputException>(() => Open(other)).Message);
    }

    [Fact]
    public void Test_labels_without_test_images_are_named() =>
        Assert.Single(new IdxSource.Options { Images = "a", Labels = "b", TestLabels = "c" }.Violations());
}
