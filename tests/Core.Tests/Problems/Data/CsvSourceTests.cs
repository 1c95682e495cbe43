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

    // What pandas writes: its index is no feature, and the file reads as without it.
    [Theory]
    [InlineData(",a,b,y\n0,5,7,0\n1,6,0,1\n2,8,9,1\n")]
    [InlineData(";a;b;y\n1;5;7;0\n2;6;0;1\n3;8;9;1\n")]
    [InlineData("Unnamed: 0,a,b,y\n0,5,7,0\n1,6,0,1\n2,8,9,1\n")]
    [InlineData(",a,b,y\n7,5,7,0\n0,6,0,1\n14,8,9,1\n")]           // shuffled
    [InlineData("Unnamed: 0,a,b,y\n1,5,7,0\n2,6,0,1\n4,8,9,1\n")] // chosen
    [InlineData("Unnamed: 0.1,Unnamed: 0,a,b,y\n0,0,5,7,0\n1,1,6,0,1\n2,2,8,9,1\n")]
    public void A_column_without_name_that_numbers_the_rows_is_left_out_and_said(string text)
    {
        var table = new CsvSource(new() { File = ProblemCases.WriteFile(text) }).Open(Here).Table;

        Assert.Equal(["a", "b"], table.ColumnNames!);
        Assert.Equal([5.0, 7, 6, 0, 8, 9], table.Features.ToDense().Values);
        Assert.Equal([0.0, 1, 1], table.Labels);
        Assert.Contains("; left out column 1, '", table.Format);
        Assert.Contains(": left out column 1, '", table.Warnings[0]);
        Assert.Contains("', which has no name and numbers the rows; 2 features: a, b", table.Format);
    }

    [Theory]
    [InlineData("n,a,y\n0,5,0\n1,6,1\n2,8,1\n")]           // a name
    [InlineData(",a,y\n0,5,0\n1,6,1\n0,8,1\n")]            // a number twice
    [InlineData(",a,y\n2,5,0\n3.5,6,1\n4,8,1\n")]          // no whole number
    [InlineData("id,a,y\n2,5,0\n3,6,1\n2,8,1\n")]
    [InlineData("0,5,0\n1,6,1\n2,8,1\n")]                   // no header
    public void Any_other_column_is_a_feature(string text)
    {
        var table = new CsvSource(new() { File = ProblemCases.WriteFile(text) }).Open(Here).Table;

        Assert.Equal(2, table.Columns);
        Assert.DoesNotContain("left out", table.Format);
        Assert.Empty(table.Warnings);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("Index")]
    [InlineData("ROW_ID")]
    [InlineData("idx")]
    public void A_feature_that_is_called_a_number_and_is_one_is_warned_of(string name)
    {
        var text = $"a,{name},y\n5,1003,0\n6,1001,1\n6,1002,1\n";
        CsvSource.Options options = new() { File = ProblemCases.WriteFile(text) };

        var table = new CsvSource(options).Open(Here).Table;

        Assert.Equal(["a", name], table.ColumnNames!);
        Assert.EndsWith($": column 2, '{name}', has another whole number in each row, and is a feature; 'ignore: "
            + $"[{name}]' leaves it out", Assert.Single(table.Warnings));
        Assert.Empty(new CsvSource(options with { Ignore = [name] }).Open(Here).Table.Warnings);
    }

    [Theory]
    [InlineData("id", "word")]
    [InlineData("1", "4")]
    public void Columns_are_ignored_by_name_or_number(string first, string second)
    {
        var text = "id,a,b,word,y\n17,5,7,red,0\n4,6,0,blue,1\n";
        CsvSource.Options options = new() { File = ProblemCases.WriteFile(text), Ignore = [first, second] };

        var data = new CsvSource(options with { TestFile = ProblemCases.WriteFile("y,b,a,word\n1,20,10,green\n") })
            .Open(Here);

        Assert.Equal([5.0, 7, 6, 0], data.Table.Features.ToDense().Values);
        Assert.Equal([10.0, 20], data.Test!.Features.ToDense().Values);
        Assert.Contains("; ignored column 1, 'id' and column 4, 'word'; 2 features: a, b", data.Table.Format);
    }

    [Theory]
    [InlineData("ib", "no ignored column 'ib'; did you mean 'id'?")]
    [InlineData("y", ":1: column 3, 'y' is the label and cannot be ignored")]
    public void What_cannot_be_ignored_is_refused(string column, string expected)
    {
        var source = new CsvSource(new() { File = ProblemCases.WriteFile("id,a,y\n1,5,0\n3,6,1\n"), Ignore = [column] });

        Assert.Contains(expected, Assert.Throws<InputException>(() => source.Open(Here)).Message);
    }

    [Fact]
    public void Where_nothing_but_the_index_is_left_that_is_said()
    {
        var source = new CsvSource(new() { File = ProblemCases.WriteFile(",y\n0,0\n1,1\n"), Label = "y" });

        Assert.Contains("no feature is left beside column 1, '', which has no name and numbers the rows",
            Assert.Throws<InputException>(() => source.Open(Here)).Message);
    }

    [Fact]
    public void The_index_of_a_test_file_is_left_out_with_that_of_the_training_file()
    {
        var data = Open(",x1,x2,y\n0,3,30,0\n1,4,40,1\n", ",x2,y,x1\n5,10,0,1\n9,20,1,2\n");

        Assert.Equal([1.0, 10, 2, 20], data.Test!.Features.ToDense().Values);
    }

    [Theory]
    [InlineData("1e308", true)]
    [InlineData("-1e101", true)]
    [InlineData("1e100", false)]
    public void A_value_whose_square_does_not_fit_is_refused_where_it_stands(string value, bool refused)
    {
        var source = new CsvSource(new() { File = ProblemCases.WriteFile($"a,b,y\n1,2,0\n3,{value},1\n") });

        if (refused)
        {
            Assert.Contains($":3: column 2, 'b': '{value}' is beyond 1e100",
                Assert.Throws<InputException>(() => source.Open(Here)).Message);
        }
        else
        {
            Assert.Equal(1e100, source.Open(Here).Table.Features.ToDense().Values[3]);
        }
    }

    [Fact]
    public void Features_of_one_name_are_said() => Assert.EndsWith(
        "3 features: a, b, a; 2 of them have the name 'a'",
        new CsvSource(new() { File = ProblemCases.WriteFile("a,b,a,y\n3,1,30,0\n") }).Open(Here).Table.Format);

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
