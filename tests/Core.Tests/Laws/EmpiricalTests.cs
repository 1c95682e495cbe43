using System.IO.Compression;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Tests.Numerics;

namespace AsyncOpt.Core.Tests.Laws;

public sealed class EmpiricalTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-law-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Draws_each_value_equally_often()
    {
        var law = new Empirical(new() { Values = [4, 1, 3, 1.5], Scale = 2 });

        // Deviations from the mean 4.75: 3.25, -2.75, 1.25, -1.75.
        LawCheck.Follows(law, 2, 4.75, (10.5625 + 7.5625 + 1.5625 + 3.0625) / 4);
        var counts = LawCheck.Draws(law).CountBy(x => x).ToDictionary();
        Assert.Equal([2.0, 3, 6, 8], counts.Keys.Order());
        DrawTests.AssertUniform([.. counts.Values]);
    }

    [Theory]
    [InlineData("90\n45\n", null)]
    [InlineData("90\n45\n", "1")]
    [InlineData("# pings\n\n  90 x\n45   y\n", "1")]
    [InlineData("a;time\nx, y;90,0\nz;4,5e1\n", "time")]
    [InlineData("a\ttime\nx, y\t90\nz\t45\n", "time")]
    [InlineData("a,time,b\nnode,9e1,x\nnode,45,\n", "2")]
    public void Reads_a_column_of_a_file(string text, string? column)
    {
        // A header is allowed only where the column is named.
        text = column == "2" ? text[(text.IndexOf('\n') + 1)..] : text;
        var law = Build(Write("pings.csv", text), column);

        Assert.Equal((0.045, 0.0675), (law.Floor, law.Mean));
        Assert.True(law.IsRandom);
    }

    [Fact]
    public void Reads_a_compressed_file()
    {
        var path = Path.Combine(_folder, "pings.gz");
        using (var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionMode.Compress)))
            writer.Write("90\n45\n");

        Assert.Equal(0.0675, Build(path, "1").Mean);
    }

    [Theory]
    [InlineData("1\n2\nx\n", "1", "bad.csv:3: column 1: expected a finite number, got 'x'")]
    [InlineData("1\n-2\n", "1", "bad.csv:2: column 1: expected 0 to 1e18, got '-2'")]
    [InlineData("1\nNaN\n", "1", "bad.csv:2: column 1: expected a finite number, got 'NaN'")]
    [InlineData("time\n1\n", "1", "give 'column' by name")]
    [InlineData("1,2\n3\n", "2", "bad.csv:2: has 1 columns, the lines before have 2")]
    [InlineData("0,5\n1,5\n", null, "bad.csv:1: has 2 columns; say which one to take in 'column', by number from 1 or by name; "
        + "if the comma is a decimal mark, write a point")]
    [InlineData("0\n1,5\n", null, "bad.csv:2: column 1: expected a finite number, got '1,5'")]
    [InlineData("0,5 1\n1,5 1\n", "2", "bad.csv:1: column 2: expected a finite number, got '5 1'")]
    [InlineData("a;ms\nx;2,5\ny;1.000\n", "ms", "bad.csv:3: column 2: '1.000' has a decimal point, but line 2 has")]
    [InlineData("ms,ms\n1,2\n", "ms", "bad.csv:1: several columns have the name 'ms'")]
    [InlineData("1\n", "0", "bad.csv:1: no column 0; there are 1, counted from 1")]
    [InlineData("a,b\n1,2\n", "c", "bad.csv:1: no column 'c'; there are a, b")]
    [InlineData("# nothing\n", "1", "bad.csv: no values")]
    public void Names_the_place_of_an_error(string text, string? column, string expected)
    {
        var error = Assert.Throws<InputException>(() => Build(Write("bad.csv", text), column));

        Assert.Contains(expected, error.Message);
        Assert.Contains("bad.csv", error.Message);
    }

    [Fact]
    public void Says_which_file_cannot_be_read()
    {
        Assert.Contains("none.csv", Assert.Throws<InputException>(
            () => Build(Path.Combine(_folder, "none.csv"), "1")).Message);
        Assert.Contains("broken.gz:1: ", Assert.Throws<InputException>(
            () => Build(Write("broken.gz", "not compressed"), "1")).Message);
    }

    [Fact]
    public void Wants_either_values_or_file()
    {
        Assert.Empty(LawCheck.Errors(new Empirical.Options { Values = [0, 1] }));
        Assert.Contains("neither", LawCheck.Errors(new Empirical.Options()).Single());
        Assert.Contains("both", LawCheck.Errors(new Empirical.Options { Values = [1], File = "x" }).Single());
        Assert.Contains("empty", LawCheck.Errors(new Empirical.Options { Values = [] }).Single());
        Assert.Contains("-1 came", LawCheck.Errors(new Empirical.Options { Values = [0, -1] }).Single());
        Assert.Contains("NaN came", LawCheck.Errors(new Empirical.Options { Values = [double.NaN] }).Single());
    }

    static Empirical Build(string path, string? column)
    {
        var law = new Empirical(new() { File = "by-name", Column = column, Scale = 1e-3 });
        law.Build(name => name == "by-name" ? path : throw new InvalidOperationException(name));
        return law;
    }

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
