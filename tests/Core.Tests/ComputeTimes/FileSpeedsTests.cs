using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Tests.Data;

namespace AsyncOpt.Core.Tests.ComputeTimes;

public sealed class FileSpeedsTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    (double[] Factors, List<string> Notes) Read(string text, int places, FileSpeeds.Options? options = null, string[]? nodes = null)
    {
        var path = _folder.WriteGzip("speeds", text);
        var speeds = new FileSpeeds((options ?? Plain) with { File = "speeds" });
        var notes = new List<string>();
        var context = new SpeedContext(places, 1, name => name == "speeds" ? path : name) { Names = nodes, Notes = notes };
        return (speeds.Factors(context), notes);
    }

    string Refused(string text, int places, FileSpeeds.Options? options = null, string[]? nodes = null) =>
        Assert.Throws<InputException>(() => Read(text, places, options, nodes)).Message;

    static FileSpeeds.Options Plain => new() { File = "", Normalize = SpeedNormalization.None };

    [Fact]
    public void Line_p_is_that_of_place_p() => Assert.Equal([1, 2, 4], Read("1\n2\n4\n", 3).Factors);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Another_number_of_lines_than_places_is_refused_with_both(int places)
    {
        Assert.Contains($": 3 values for {places} places; give a line for each or `cycle: true`", Refused("1\n2\n4\n", places));
        Assert.Equal(new[] { 1.0, 2, 4, 1, 2 }[..places], Read("1\n2\n4\n", places, Plain with { Cycle = true }).Factors);
        Assert.Contains(Read("1\n2\n4\n", places, Plain with { Cycle = true }).Notes,
            note => note.EndsWith($": 3 values, dealt out in turn to {places} places", StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_belong_to_the_nodes_that_they_name()
    {
        const string table = "city,ms,rack\nrome,30,1\nparis,50,2\noslo,70,3\n";
        var options = Plain with { Column = "ms", Names = "city" };

        var (factors, notes) = Read(table, 2, options, ["paris", "rome"]);
        Assert.Equal([50, 30], factors);
        Assert.Contains("passed over 1 name that is no node: 'oslo'", notes);
        Assert.Equal([50, 30], Read("rome;30\nparis;50\n", 2, Plain with { Column = "2", Names = "1" }, ["paris", "rome"]).Factors);

        Assert.Contains(": 1 of 2 nodes is not in the file: 'rom'; the file has 'rome', 'paris', 'oslo'",
            Refused(table, 2, options, ["paris", "rom"]));
        Assert.Contains(":3: a second line for 'a'", Refused("n,s\na,1\na,2\n", 1, Plain with { Column = "s", Names = "n" }, ["a"]));
        Assert.Contains(":1: no column 'town'; there are city, ms, rack",
            Refused(table, 2, options with { Names = "town" }, ["paris", "rome"]));
        Assert.Contains("places have only numbers", Refused(table, 2, options));
    }

    [Fact]
    public void Takes_a_column_by_its_name() =>
        Assert.Equal([30, 50], Read("phone,ms\na,30\nb,50\n", 2, Plain with { Column = "ms" }).Factors);

    [Fact]
    public void Measured_times_become_factors_of_their_mean_and_it_is_said()
    {
        var (factors, notes) = Read("30\n50\n", 2, new() { File = "" });

        Assert.Equal([0.75, 1.25], factors);
        Assert.Equal(["factors are divided by their mean, 40 (normalize: mean)"], notes);
    }

    [Theory]
    [InlineData("1\n0\n")]
    [InlineData("1\n-2\n")]
    [InlineData("1\nnan\n")]
    [InlineData("1\n0,5\n")]
    public void Refuses_what_is_no_factor(string text) => Assert.Throws<InputException>(() => Read(text, 2));

    [Fact]
    public void Names_need_a_column_and_do_not_go_with_cycle()
    {
        Assert.Single(new FileSpeeds.Options { File = "x", Names = "n" }.Violations());
        Assert.Single(new FileSpeeds.Options { File = "x", Names = "n", Column = "s", Cycle = true }.Violations());
    }
}
