using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class CsvSourceTests
{
    static readonly DataContext Here = new(path => path, 1, 1);

    [Fact]
    public void Parts_of_different_width_are_refused()
    {
        var (two, three) = (ProblemCases.WriteFile("1,2,0\n"), ProblemCases.WriteFile("1,2,3,0\n"));

        var source = new CsvSource(new() { File = two, TestFile = three });
        var error = Assert.Throws<InputException>(() => source.Open(Here));
        Assert.Contains("has 3 features", error.Message);
    }
}
