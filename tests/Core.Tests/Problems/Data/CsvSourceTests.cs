using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class CsvSourceTests
{
    static readonly DataContext Here = new(path => path, 1, 1);

    static RawData Open(string train, string test, string label = "last") => new CsvSource(new()
    {
        File = ProblemCases.WriteFile(train),
        TestFile = ProblemCases.WriteFile(test),
        Label = label,
    }).Open(Here);

    [Fact]
    public void Parts_of_different_width_are_refused()
    {
        var error = Assert.Throws<InputException>(() => Open("1,2,0\n", "1,2,3,0\n"));
        Assert.Contains("has 3 features", error.Message);
    }

    [Theory]
    [InlineData("x2,x1,y\n10,1,0\n20,2,1\n", "last")]
    [InlineData("y,x2,x1\n0,10,1\n1,20,2\n", "last")]           // the label of the training file is the last: y
    [InlineData("x2,y,x1\n10,0,1\n20,1,2\n", "y")]
    [InlineData("1,10,0\n2,20,1\n", "last")]                    // no header: by place
    public void The_columns_of_the_test_file_are_matched_by_name(string test, string label)
    {
        var data = Open("x1,x2,y\n3,30,0\n4,40,1\n", test, label);

        Assert.Equal([1.0, 10, 2, 20], data.Test!.Features.ToDense().Values);
        Assert.Equal([0.0, 1], data.Test.Labels);
    }

    [Fact]
    public void Numbered_names_are_matched_too()
    {
        var data = Open("0,1,label\n3,30,0\n4,40,1\n", "1,label,0\n10,0,1\n20,1,2\n");

        Assert.Equal([1.0, 10, 2, 20], data.Test!.Features.ToDense().Values);
    }

    [Theory]
    [InlineData("x1,y\n1,0\n", "it lacks x2")]
    [InlineData("x1,x2\n1,0\n", "it lacks y")]
    [InlineData("x1,x2,x3,y\n1,0,0,0\n", "it has x3 beside them")]
    [InlineData("x1,z,y\n1,0,0\n", "it lacks x2 and it has z beside them")]
    public void Missing_and_extra_columns_are_named(string test, string message)
    {
        var error = Assert.Throws<InputException>(() => Open("x1,x2,y\n3,30,0\n", test));

        Assert.Contains(":1: its columns are not those of ", error.Message);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Columns_of_one_name_are_matched_only_where_they_stand_alike()
    {
        Assert.Equal([1.0, 10], Open("x,x,y\n3,30,0\n", "y,x,x\n0,1,10\n").Test!.Features.ToDense().Values);
        Assert.Contains("two columns have the same name", Assert.Throws<InputException>(
            () => Open("x,x,z,y\n3,30,1,0\n", "x,z,x,y\n3,30,1,0\n")).Message);
    }
}
