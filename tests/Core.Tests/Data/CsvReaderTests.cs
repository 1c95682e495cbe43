using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Tests.Data;

public sealed class CsvReaderTests : IDisposable
{
    const string Missing = "leave the line out, or fill in the missing value";
    const string Format = "numbers have a decimal point, and nothing between thousands, such as 1234.5";

    const string Words = "write words as numbers, or as columns of 0 and 1, or leave them out with 'ignore: [2]'; only the "
        + "label may be a word, and 'label' says which column that is";

    const string Point = "decimals are written with a point: ";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_a_header_quotes_comments_and_a_label_by_name()
    {
        string path = _folder.Write("a.csv",
            "x,kind,\"y, or so\"\r\n# note\r\n1,ham,2\r\n\r\n 3 , \"spam\" ,4e0\r\n5,egg,6\r\n");

        SampleTable table = CsvReader.Read(path, new() { Label = "kind" });

        Assert.Equal(["x", "y, or so"], table.ColumnNames!);
        Assert.Equal([1.0, 2, 3, 4, 5, 6], table.Features.Values);
        Assert.Equal(["egg", "ham", "spam"], table.LabelNames!);
        Assert.Equal([1.0, 2, 0], table.Labels);
        Assert.Equal("spam", table.LabelText(1));
    }

    [Theory]
    [InlineData("first", new[] { 1.0, 4 }, new[] { 2.0, 3, 5, 6 })]
    [InlineData("last", new[] { 3.0, 6 }, new[] { 1.0, 2, 4, 5 })]
    [InlineData("none", new double[0], new[] { 1.0, 2, 3, 4, 5, 6 })]
    public void Takes_the_label_where_it_is_said_to_be(string label, double[] labels, double[] features)
    {
        SampleTable table = CsvReader.Read(_folder.WriteGzip("a.csv.gz", "1;2;3\n4;5;6\n"), new() { Label = label });

        Assert.Equal(labels, table.Labels);
        Assert.Equal(features, table.Features.Values);
        Assert.Null(table.ColumnNames);
    }

    [Fact]
    public void Text_labels_do_not_make_the_first_row_a_header()
    {
        SampleTable table = CsvReader.Read(_folder.Write("a.tsv", "5\t2\tsetosa\n3\t4\tvirginica\n"));

        Assert.Equal(2, table.Rows);
        Assert.Equal([0.0, 1.0], table.Labels);
    }

    [Theory]
    [InlineData("1,2\n3\n", "last", ":2: has 1 column, the rows before have 2")]
    [InlineData("a,b\n1,2\n1,x,2\n", "last", ":3: has 3 columns, the rows before have 2")]
    [InlineData("1,2,0\n1,,0\n", "last", ":2: column 2: expected a finite number, got ''; " + Missing)]
    [InlineData("1,2,0\n\n1,NaN,0\n", "last", ":3: column 2: expected a finite number, got 'NaN'; " + Missing)]
    [InlineData("size,colour,y\n1,red,0\n", "last", ":2: column 2, 'colour': expected a finite number, got 'red'; " + Words)]
    [InlineData("size,colour,shape,taste,y\n1,red,round,2,0\n", "last", ":2: column 2, 'colour': expected a finite number, "
        + "got 'red'; words also in column 3, 'shape'; write words as numbers, or as columns of 0 and 1, or leave them out "
        + "with 'ignore: [2, 3]'; only the label may be a word, and 'label' says which column that is")]
    [InlineData("\"\",\"mpg\",\"y\"\n\"Mazda RX1\",21,0\n", "last", ":2: column 1, '': expected a finite number, got "
        + "'Mazda RX1'; write words as numbers, or as columns of 0 and 1, or leave them out with 'ignore: [1]'; only the "
        + "label may be a word, and 'label' says which column that is")]
    [InlineData("a,y\n1,2\na,y\n3,4\n", "last", ":3: is the header of line 1 again; take the line out")]
    [InlineData("size,y\nred,0\n", "none", ":2: column 1, 'size': expected a finite number, got 'red'; write words as "
        + "numbers, or as columns of 0 and 1, or take the column out; only the label may be a word, and 'label' says which "
        + "column that is")]
    [InlineData("1,2,0\n3,red,0\n", "last", ":2: column 2: expected a finite number, got 'red'; " + Words)]
    [InlineData("size,colour,y\n1,?,0\n", "last", ":2: column 2, 'colour': expected a finite number, got '?'; " + Missing)]
    [InlineData("1,2\n3,\n", "last", ":2: column 2: the label is empty")]
    [InlineData("x,y\n1,2\n", "z", ": no label column 'z'; the header is x, y; give a name of the header, a number from 1, first or last")]
    [InlineData("1\n2\n", "last", ":1: has 1 column, so that no feature is left beside the label; cells stand "
        + "between commas, semicolons, tabs or bars")]
    [InlineData("x,y\n", "last", ": has no data rows")]
    public void A_broken_file_is_refused_with_file_line_and_column(string text, string label, string message)
    {
        string path = _folder.Write("broken.csv", text);

        Assert.Equal(path + message, Assert.Throws<InputException>(() => CsvReader.Read(path, new() { Label = label })).Message);
    }

    [Theory]
    [InlineData("x,y\n1,True\n2,False\n3,TRUE\n", ": the labels 'TRUE' and 'True' differ only in how they are written; "
        + "write them alike, or give them names that differ")]
    [InlineData("x,y\n1,cat\n2,\"cat \"\n3,dog\n", ": the labels 'cat' and 'cat ' differ only in how they are written")]
    [InlineData("x,y\n1,1\n2,1.0\n3,one\n", ": the labels '1' and '1.0' differ only in how they are written")]
    [InlineData("x,y\n1,cat\n2,NA\n3,dog\n4,?\n", ":3: column 2: the label is missing ('NA'); leave the line out, or give")]
    [InlineData("x,y\n1,none\n2,cat\n3,null\n", ":4: column 2: the label is missing ('null')")]
    [InlineData("label,x,z\n0,1.5,2\n1,2.5,3\n", ":1: column 1 has the name 'label', but the label is taken from the last "
        + "column, 'z'; say 'label: label', or 'label: 3' for the last one")]
    [InlineData("x,Class,z\n0,1.5,2\n1,2.5,3\n", ":1: column 2 has the name 'Class', but the label is taken from the last")]
    public void What_would_be_another_class_or_feature_than_is_meant_is_refused(string text, string message)
    {
        string path = _folder.Write("a.csv", text);

        Assert.StartsWith(path + message, Assert.Throws<InputException>(() => CsvReader.Read(path)).Message);
    }

    [Theory]
    [InlineData("x,y\n1,a\n2,A\n3,-\n4,none\n", "last", "- A a none")]       // letters, signs, a word
    [InlineData("x,y\n1,1\n2,1.0\n3,01\n4,0\n", "last", "0 1")]
    [InlineData(",x,y\n5,1.5,0\n6,2.5,1\n", "last", "0 1")]                  // it does not count the rows
    [InlineData(",x,y\n0,1.5,0\n1,2.5,1\n", "first", "0 1")]
    [InlineData("label,x,z\n0,1.5,2\n1,2.5,3\n", "3", "2 3")]
    [InlineData("label,x,class\n0,1.5,2\n1,2.5,3\n", "last", "2 3")]
    public void What_may_be_meant_is_read(string text, string label, string classes) => Assert.Equal(
        classes, string.Join(' ', LabelSet.Of(CsvReader.Read(_folder.Write("a.csv", text), new() { Label = label })).Names));

    [Fact]
    public void Decimal_commas_are_read_where_semicolons_separate()
    {
        SampleTable table = CsvReader.Read(_folder.Write("a.csv", "x;z;y\n0,5;1,25;1,5\n1,5;2;0,5\n"));

        Assert.Equal([0.5, 1.25, 1.5, 2], table.Features.Values);
        Assert.Equal([1.5, 0.5], table.Labels);
    }

    [Theory]
    [InlineData("x;y\n0,5;1\n1.5;2\n",
        ":3: column 1, 'x': '1.5' has a decimal point, but line 2 has a decimal comma; use one of them")]
    [InlineData("x;y\n0.5;1\n1,5;2\n",
        ":3: column 1, 'x': '1,5' has a decimal comma, but line 2 has a decimal point; use one of them")]
    [InlineData("x;y\n1.000,5;1\n", ":2: column 1, 'x': expected a finite number, got '1.000,5'; " + Format)]
    [InlineData("x,y\n\"0,5\",1\n", ":2: column 1, 'x': expected a finite number, got '0,5'; " + Point + "0.5")]
    [InlineData("x\ty\n0,5\t1\n", ":2: column 1, 'x': expected a finite number, got '0,5'; " + Point + "0.5")]
    public void A_comma_is_never_left_out_of_a_number(string text, string message)
    {
        string path = _folder.Write("a.csv", text);

        Assert.Equal(path + message, Assert.Throws<InputException>(() => CsvReader.Read(path)).Message);
    }

    [Fact]
    public void An_open_quote_is_refused_with_its_line()
    {
        string path = _folder.Write("broken.csv", "1,2\n3,\"4\n5,6\n");

        Assert.StartsWith($"{path}:2: ", Assert.Throws<InputException>(() => CsvReader.Read(path)).Message);
    }
}
