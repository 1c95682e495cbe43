using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class FileSourceTests
{
    static readonly DataContext Here = new(path => path, 1, 1);

    [Fact]
    public void Libsvm_parts_of_different_width_get_the_wider_one()
    {
        var (narrow, wide) = (ProblemCases.WriteFile("1 1:2\n-1 2:1\n"), ProblemCases.WriteFile("1 3:5\n"));

        var raw = new LibSvmSource(new() { File = narrow, TestFile = wide }).Open(Here);
        var swapped = new LibSvmSource(new() { File = wide, TestFile = narrow }).Open(Here);

        Assert.Equal((3, 3), (raw.Table.Columns, raw.Test!.Columns));
        Assert.Equal((3, 3), (swapped.Table.Columns, swapped.Test!.Columns));
    }

    [Fact]
    public void Csv_parts_of_different_width_are_refused()
    {
        var (two, three) = (ProblemCases.WriteFile("1,2,0\n"), ProblemCases.WriteFile("1,2,3,0\n"));

        var source = new CsvSource(new() { File = two, TestFile = three });
        var error = Assert.Throws<InputException>(() => source.Open(Here));
        Assert.Contains("has 3 features", error.Message);
    }

    [Fact]
    public void Idx_images_are_cut_and_scaled()
    {
        var images = ProblemCases.WriteFile([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40, 50, 60]);
        var labels = ProblemCases.WriteFile([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]);

        var raw = new IdxSource(new() { Images = images, Labels = labels, Scale = 255, Limit = 2 }).Open(Here);

        Assert.Equal(2, raw.Table.Rows);
        ProblemCases.Equal([10, 20, 30, 40], raw.Table.Features.Values, 1e-15);
        Assert.Equal([7, 8], raw.Table.Labels);
    }

    [Fact]
    public void Test_labels_without_test_images_are_named() =>
        Assert.Single(new IdxSource.Options { Images = "a", Labels = "b", TestLabels = "c" }.Violations());
}
