using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class LibSvmSourceTests
{
    static readonly DataContext Here = new(path => path, 1, 1);

    [Fact]
    public void Parts_of_different_width_get_the_wider_one()
    {
        var (narrow, wide) = (ProblemCases.WriteFile("1 1:2\n-1 2:1\n"), ProblemCases.WriteFile("1 3:5\n"));

        var raw = new LibSvmSource(new() { File = narrow, TestFile = wide }).Open(Here);
        var swapped = new LibSvmSource(new() { File = wide, TestFile = narrow }).Open(Here);

        Assert.Equal((3, 3), (raw.Table.Columns, raw.Test!.Columns));
        Assert.Equal((3, 3), (swapped.Table.Columns, swapped.Test!.Columns));
    }
}
