using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

/// <summary>Lines that begin with #: comments, or rows that would be lost.</summary>
public sealed class CsvCommentsTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    SampleTable Read(string text, string label = "last") =>
        CsvReader.Read(_folder.Write("d.csv", text), new() { Label = label });

    string Error(string text, string label) => Assert.Throws<InputException>(() => Read(text, label))
        .Message.Replace(_folder.PathOf("d.csv"), "d.csv");

    [Theory]
    [InlineData("y,a,b\n#1,1,2\nB,3,4\n", 2)]
    [InlineData("y,a,b\nB,3,4\n\n#1,1,2\n", 4)]
    [InlineData("y,a,b\nB,3,4\n#1,1,2", 3)]
    [InlineData("y,a,b\r\nB,3,4\r\n# note\r\n#1,1,2\r\n", 4)]
    [InlineData("y,a,b\rB,3,4\r#1,1,2\r", 3)]
    [InlineData("y;a;b\nB;3;4\n#1;1,5;2\n", 3)]
    [InlineData("\"y\nz\",a,b\nB,3,4\n# a \"\n#1,1,2\n", 5)]
    public void A_comment_that_may_be_a_row_is_refused(string text, int line) => Assert.Equal(
        $"d.csv:{line}: begins with # as a comment does, and has 3 columns as a row does; put its first cell in quotes "
            + "if it is a row, else take the line out",
        Error(text, "first"));

    [Theory]
    [InlineData("# made\ny,a,b\nB,3,4\n# all\nC,1,2\n", "first", 2)]        // other widths
    [InlineData("# y,a,b\nB,3,4\nC,1,2\n", "first", 1)]                     // before the first row
    [InlineData("a,b,y\n3,4,0\n#1,2,1\n1,2,1\n", "last", 1)]                // no number: no row can begin so
    public void A_comment_that_can_be_no_row_is_passed_over_and_counted(string text, string label, int comments)
    {
        SampleTable table = Read(text, label);

        Assert.Equal([3.0, 4, 1, 2], table.Features.ToDense().Values);
        Assert.EndsWith(comments == 1
            ? "; 1 line that begins with # is a comment"
            : $"; {comments} lines that begin with # are comments", table.Format);
    }

    [Theory]
    [InlineData("y,a\n\"#1\",5\nB,6\n", "#1 B")]
    [InlineData("y,a\n\"x\n# z,1\",5\nB,6\n", "B x\n# z,1")]
    public void A_sign_in_quotes_begins_a_row(string text, string labels)
    {
        SampleTable table = Read(text, "first");

        Assert.Equal(labels, string.Join(' ', table.LabelNames!));
        Assert.DoesNotContain("#", table.Format);
    }

    [Fact]
    public void Comments_in_a_large_file_are_found_where_they_stand()
    {
        string rows = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"\"#{i % 3}\",{i},2\n"));

        Assert.StartsWith("d.csv:50002: begins with #", Error($"y,a,b\n{rows}#1,1,2\n", "first"));
        Assert.EndsWith("2 lines that begin with # are comments", Read($"# x\ny,a,b\n{rows}# 1,1\n", "first").Format);
    }

    [Fact]
    public void Where_a_comment_is_all_there_is_or_the_header_that_is_said()
    {
        Assert.Equal("d.csv: has no data rows; 2 lines that begin with # are comments",
            Error("#p,1,2\n#n,3,4\n", "first"));
        Assert.EndsWith("; a comment has it, '#a,b,y': take its # away if it is the header",
            Error("#a,b,y\n1,2,0\n3,4,1\n", "y"));
    }
}
