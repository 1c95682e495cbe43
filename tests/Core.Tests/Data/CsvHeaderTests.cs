using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

/// <summary>Whether the first row is taken for a header, and what is said of it.</summary>
public sealed class CsvHeaderTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    SampleTable Read(string text, CsvFormat? format = null) => CsvReader.Read(_folder.Write("d.csv", text), format);

    string Error(string text, CsvFormat? format = null) =>
        Assert.Throws<InputException>(() => Read(text, format)).Message.Replace(_folder.PathOf("d.csv"), "d.csv");

    [Theory]
    [InlineData("x1,x2,y\n1,0,0\n2,0,1\n", 2, "x1 x2")]
    [InlineData("a,,y\n1,0,0\n2,0,1\n", 2, "a ")]                              // pandas names its index ''
    [InlineData("0,1,2,label\n5,1,2,0\n1,-1,0,1\n", 2, "0 1 2")]                // pandas' columns without names
    [InlineData("label,0,1,2\n0,5,1,2\n1,1,-1,0\n", 2, "0 1 2", "first")]
    [InlineData("0,1,label,3\n5,1,0,2\n1,-1,1,0\n", 2, "0 1 3", "3")]
    [InlineData("1,2,class\n5,1,0\n1,-1,1\n", 2, "1 2")]
    [InlineData("0,label\n5,0\n1,1\n", 2, "0")]
    [InlineData("0,1,label\n0,5,cat\n1,2,dog\n", 2, "0 1", "label")]
    [InlineData("1,2,setosa\n3,4,virginica\n5,6,setosa\n", 3, null)]            // the text comes again: a label
    [InlineData("5,2,setosa\n3,4,virginica\n", 2, null)]
    [InlineData("5,2,setosa\n3,4,virginica\n3,4,virginica\n5,2,setosa\n", 4, null)]
    [InlineData("1,2,3\n4,5,6\n", 2, null)]
    [InlineData("0.5,2,1\n0.1,0,0\n", 2, null)]
    [InlineData("2,2,cat,dog\n1,2,0\n3,4,1\n", 2, null)]                        // scikit-learn
    [InlineData("2,3,cat,dog\n1,2,5,0\n3,4,6,1\n", 2, null)]                    // of the data's own width
    public void Auto_is_right(string text, int rows, string? names, string label = "last")
    {
        SampleTable table = Read(text, new() { Label = label });

        Assert.Equal(rows, table.Rows);
        Assert.Equal(names, table.ColumnNames is { } columns ? string.Join(' ', columns) : null);
    }

    [Theory]
    [InlineData("0,1,2,3\n5,1,2,0\n1,-1,0,1\n", "d.csv:1: may be a header or a sample (0, 1, 2, 3); say header: true or")]
    [InlineData("0,1,species\n5,1,cat\n1,-1,dog\n", "d.csv:1: may be a header or a sample (0, 1, species); say header")]
    [InlineData("2019,2020,y\n5,1,0\n1,-1,1\n", "d.csv:1: may be a header or a sample (2019, 2020, y); say header")]
    [InlineData("2019,2020,species\n5,1,cat\n1,-1,cat\n", "d.csv:1: may be a header or a sample (2019, 2020, species)")]
    [InlineData("age,2019,2020,y\n5,1,2,0\n", "d.csv:1: has names and numbers side by side (age, 2019, 2020, y)")]
    [InlineData("0.5,red,2,0\n1,2,3,1\n", "d.csv:1: has names and numbers side by side (0.5, red, 2, 0)")]
    [InlineData("0.5,?,2,0\n1,2,3,1\n", "d.csv:1: column 2: expected a finite number, got '?'")]
    [InlineData("0.5,NaN,2,0\n1,2,3,1\n", "d.csv:1: column 2: expected a finite number, got 'NaN'")]
    [InlineData("0.5,,2,0\n1,2,3,1\n", "d.csv:1: column 2: expected a finite number, got ''")]
    [InlineData("?,?,?,0\n1,2,3,1\n", "d.csv:1: column 1: expected a finite number, got '?'")]
    [InlineData("\"1,000\",2,0\n1,2,0\n", "d.csv:1: column 1: expected a finite number, got '1,000'")]
    [InlineData("\"1,000\",\"2,000\",0\n1,2,0\n", "d.csv:1: column 1: expected a finite number, got '1,000'")]
    [InlineData("1_000,2,0\n1,2,0\n", "d.csv:1: column 1: expected a finite number, got '1_000'")]
    [InlineData("0x1F,2,0\n1,2,0\n", "d.csv:1: has names and numbers side by side (0x1F, 2, 0)")]
    [InlineData("1e400,2,0\n1,2,0\n", "d.csv:1: column 1: expected a finite number, got '1e400'")]
    [InlineData("x1,x2,y\n1,0\n", "d.csv:2: has 2 columns, the header in line 1 has 3")]
    [InlineData("x1,y\n1,0,0\n", "d.csv:2: has 3 columns, the header in line 1 has 2")]
    [InlineData("3,2,cat,dog\n1,2,0\n3,4,1\n", "d.csv:1: promises 3 samples, and 2 follow")]
    [InlineData("x1,x2,y\n", "d.csv: has no data rows")]
    [InlineData("", "d.csv: has no data rows")]
    public void Auto_refuses_what_does_not_show_it(string text, string message) =>
        Assert.StartsWith(message, Error(text));

    [Fact]
    public void What_is_said_is_done()
    {
        const string text = "0,1,2\n5,1,0\n1,-1,1\n";

        Assert.Equal(["0", "1"], Read(text, new() { Header = CsvHeader.True }).ColumnNames!);
        Assert.Equal([0.0, 1, 5, 1, 1, -1], Read(text, new() { Header = CsvHeader.False }).Features.ToDense().Values);
        Assert.StartsWith(
            "d.csv:1: column 1: expected a finite number, got 'x'; say 'header: true' if this line names the columns; else ",
            Error("x,y\n1,2\n", new() { Header = CsvHeader.False }));
    }

    [Fact]
    public void A_label_is_found_by_name_or_number()
    {
        const string text = "a,b,c\n1,2,3\n4,5,6\n";

        Assert.Equal([2.0, 5], Read(text, new() { Label = "b" }).Labels);
        Assert.Equal([2.0, 5], Read(text, new() { Label = "2" }).Labels);
        Assert.Equal([2.0, 5], Read("1,2,3\n4,5,6\n", new() { Label = "2" }).Labels);
        Assert.StartsWith("d.csv: no label column '4'; the header is a, b, c", Error(text, new() { Label = "4" }));
        Assert.StartsWith("d.csv: no label column '0'; there is no header, but 3 columns",
            Error("1,2,3\n4,5,6\n", new() { Label = "0" }));
        Assert.StartsWith("d.csv:1: 2 columns have the name 'b'", Error("b,b,c\n1,2,3\n", new() { Label = "b" }));
        Assert.StartsWith("d.csv:1: '2' is the name of column 3 and the number of another",
            Error("0,1,2\n1,2,3\n", new() { Label = "2", Header = CsvHeader.True }));
    }

    [Fact]
    public void A_column_of_groups_is_no_feature()
    {
        SampleTable table = Read("client,x,y\nann,1,0\nbob,2,1\nann,3,0\n", new() { Groups = "client" });

        Assert.Equal(["ann", "bob", "ann"], table.Groups!);
        Assert.Equal(["x"], table.ColumnNames!);
        Assert.Equal([1.0, 2, 3], table.Features.ToDense().Values);
        Assert.StartsWith("d.csv:3: column 1: the group is empty",
            Error("client,x,y\nann,1,0\n,2,1\n", new() { Groups = "client" }));
        Assert.Equal(["7", "8"], Read("7,1,0\n8,2,1\n", new() { Groups = "1" }).Groups!);
    }

    [Theory]
    [InlineData("x1,x2,y\n1,0,0\n", "last", "header in line 1; separator comma; label in column 3, 'y'; 2 features: x1, x2")]
    [InlineData("# made\n\n1;0,5;a\n2;1;b\n", "last", "no header; separator semicolon; decimal commas; "
        + "label in column 3; 2 features; 1 line that begins with # is a comment")]
    [InlineData("y\tx\n1\t2\n", "first", "header in line 1; separator tab; label in column 1, 'y'; 1 feature: x")]
    [InlineData("a;b;y\n1;1.000;58\n2;12.037;59\n3;7;58\n", "last", "header in line 1; separator semicolon; decimal points: "
        + "'1.000' in column 2, 'b' is 1, no thousands; label in column 3, 'y'; 2 features: a, b")]
    [InlineData("1.037;1.5;0\n1.038;1;1\n", "last", "no header; separator semicolon; decimal points: '1.037' in column 1 is "
        + "1.037, no thousands; label in column 3; 2 features")]
    [InlineData("1.000;0.125;0\n1000;1.000;1.5\n", "last", "no header; separator semicolon; label in column 3; "
        + "2 features")]
    [InlineData("1;1.000\n2;1.037\n", "last", "no header; separator semicolon; decimal points: '1.000' in column 2 is 1, no "
        + "thousands; label in column 2; 1 feature")]
    [InlineData("1.000,1\n1.037,1\n", "last", "no header; separator comma; label in column 2; 1 feature")]
    public void How_it_was_read_is_said(string text, string label, string said) =>
        Assert.Equal(said, Read(text, new() { Label = label }).Format);

    [Theory]
    [InlineData("x1,x2,y\r\n1,0,0\r\n2,0,1\r\n")]
    [InlineData("x1,x2,y\r1,0,0\r2,0,1\r")]
    [InlineData("\n\nx1,x2,y\n\n1,0,0\n\n2,0,1")]
    [InlineData("\"x1\",\"x2\",\"y\"\n\"1\",\"0\",\"0\"\n\"2\",\"0\",\"1\"\n")]
    [InlineData("x1|x2|y\n1|0|0\n2|0|1\n")]
    [InlineData("sep=;\nx1;x2;y\n1;0;0\n2;0;1\n")]
    [InlineData("x1 , x2 , y\n 1 , 0 , 0\n 2 , 0 , 1 \n")]
    public void Line_ends_quotes_and_separators_are_those_of_the_file(string text)
    {
        SampleTable table = Read(text);

        Assert.Equal(["x1", "x2"], table.ColumnNames!);
        Assert.Equal([1.0, 0, 2, 0], table.Features.ToDense().Values);
        Assert.Equal([0.0, 1], table.Labels);
    }

    [Theory]
    [InlineData("0,5;1\n1,5;2\n", new[] { 0.5, 1.5 }, new[] { 1.0, 2 })]
    [InlineData("# a,b\n\n0,5;1,5\n1,5;2,0\n", new[] { 0.5, 1.5 }, new[] { 1.5, 2 })]
    [InlineData("\"a;b\",y\n1,2\n3,4\n", new[] { 1.0, 3 }, new[] { 2.0, 4 })]
    public void A_semicolon_separates_where_it_can(string text, double[] features, double[] labels)
    {
        SampleTable table = Read(text);

        Assert.Equal(features, table.Features.ToDense().Values);
        Assert.Equal(labels, table.Labels);
    }

    [Fact]
    public void Decimal_commas_between_tabs_are_refused() =>
        Assert.StartsWith("d.csv:1: column 1: expected a finite number, got '0,5'", Error("0,5\t1\n1,5\t2\n"));

    [Theory]
    [InlineData("1,2,0\n3,4,NaN\n")]
    [InlineData("1,2,0\n3,4,?\n")]
    public void A_missing_label_is_no_class(string text) =>
        Assert.Equal("d.csv:2: column 3: the label is missing; leave the line out", Error(text));

    [Fact]
    public void What_is_broken_in_quotes_is_said_once() =>
        Assert.Equal("d.csv:2: broken CSV: a quoted field that is never closed", Error("x,y\n\"1,0\n2,1\n"));

    [Fact]
    public void Quoted_names_and_labels_may_hold_separators_and_line_ends()
    {
        SampleTable table = Read("\"x,\n1\",x2,\"y \"\"z\"\"\"\n1,0,\"a,b\"\n2,0,\"c\nd\"\nq,0,a\n"[..^6]);

        Assert.Equal(["x,\n1", "x2"], table.ColumnNames!);
        Assert.Equal(["a,b", "c\nd"], table.LabelNames!);
    }
}
