using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Tests.Data;

namespace AsyncOpt.Core.Tests.Links;

public sealed class PerLinkTests : IDisposable
{
    const string Matrix = "0 10 20\n30 0 40\n50 60 0\n";

    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    PerLink Built(string text, int places, PerLink.Options? options = null)
    {
        File.WriteAllText(_file, text);
        var link = new PerLink((options ?? new() { File = "x" }) with { File = "delays" });
        link.Build(new LinkContext(places, 1, name => name == "delays" ? _file : name));
        return link;
    }

    static double At(PerLink link, int from, int to, ulong k = 0) =>
        link.Sample(from, to, new Draw(1, Purpose.LinkDelay, 2, k));

    [Fact]
    public void A_row_is_a_sender_and_numbers_are_milliseconds()
    {
        var link = Built(Matrix, 3);

        Assert.Equal(0.010, At(link, 0, 1), 1e-15);
        Assert.Equal(0.030, At(link, 1, 0), 1e-15);
        Assert.Equal(0.060, link.Floor(2, 1), 1e-15);
        Assert.Equal(0.010, link.FloorOverall, 1e-15);
        Assert.False(link.IsRandom);
    }

    [Fact]
    public void Scale_and_unit_turn_numbers_into_one_way_seconds()
    {
        Assert.Equal(5, At(Built(Matrix, 3, new() { File = "x", Unit = TimeUnit.S, Scale = 0.5 }), 0, 1), 1e-12);
        Assert.Equal(10e-6, At(Built(Matrix, 3, new() { File = "x", Unit = TimeUnit.Us }), 0, 1), 1e-18);
    }

    [Fact]
    public void Places_go_round_the_rows_and_neighbours_on_one_row_take_the_smallest_delay()
    {
        var link = Built(Matrix, 5);

        Assert.Equal(At(link, 0, 1), At(link, 3, 4)); // rows 0 and 1 again
        Assert.Equal(At(link, 2, 0), At(link, 2, 3));
        Assert.Equal(0.010, At(link, 0, 3), 1e-15);
        Assert.Equal(0.002, At(Built(Matrix, 5, new() { File = "x", Local = 0.002 }), 0, 3), 1e-15);
    }

    [Theory]
    [InlineData(0, 0.020, 0.050)]
    [InlineData(1, 0.040, 0.060)]
    public void The_server_is_on_its_row(int row, double down, double up)
    {
        var link = Built(Matrix, 3, new() { File = "x", ServerRow = row });

        Assert.Equal(down, At(link, -1, 2), 1e-15);
        Assert.Equal(up, At(link, 2, -1), 1e-15);
    }

    [Fact]
    public void A_server_row_beyond_the_places_serves_only_the_server()
    {
        var link = Built(Matrix, 1, new() { File = "x", ServerRow = 2 });

        Assert.Equal(0.050, At(link, -1, 0), 1e-15);
        Assert.Equal(0.020, At(link, 0, -1), 1e-15);
        Assert.Equal(0.020, link.FloorOverall, 1e-15); // the unused row 1 does not count

        link = Built(Matrix, 2, new() { File = "x", ServerRow = 2 });
        Assert.Equal(0.060, At(link, -1, 1), 1e-15);
        Assert.Equal(0.030, At(link, 1, 0), 1e-15);
    }

    [Fact]
    public void Jitter_multiplies_each_message()
    {
        var law = new Core.Laws.Uniform(new() { Low = 0.5, High = 1.5 });
        var link = Built(Matrix, 3, new() { File = "x", Jitter = law });

        Assert.Equal(0.010 * law.Sample(new Draw(1, Purpose.LinkDelay, 2, 9)), At(link, 0, 1, 9), 1e-15);
        Assert.Equal(0.005, link.Floor(0, 1), 1e-15);
        Assert.Equal(0.005, link.FloorOverall, 1e-15);
        Assert.True(link.IsRandom);
    }

    [Fact]
    public void Zeros_off_the_diagonal_are_refused_unless_they_are_given_a_meaning()
    {
        const string holes = "0 0\n30 0\n";

        Assert.Throws<InputException>(() => Built(holes, 2));
        Assert.Equal(0.25, At(Built(holes, 2, new() { File = "x", Missing = 0.25 }), 0, 1));
        Assert.Throws<InputException>(() => Built("0 -1\n30 0\n", 2, new() { File = "x", Missing = 1 }));
    }

    [Fact]
    public void A_table_gives_the_median_of_each_link()
    {
        const string table = "source,target,size,ping\na,b,24,10\na,b,24,30\na,b,24,11\na,b,64,99\nb,a,24,7\n";
        var options = new PerLink.Options { File = "x", From = "source", To = "target", Value = "ping" };
        var where = new Dictionary<string, string> { ["size"] = "24" };

        Assert.Equal(0.011, At(Built(table, 2, options with { Where = where }), 0, 1), 1e-15);
        Assert.Equal(0.007, At(Built(table, 2, options), 1, 0), 1e-15);
    }

    [Fact]
    public void Measured_round_trips_of_planetlab_become_one_way_delays()
    {
        var path = LargeData.Path("traces/planetlab490-slice01.tsv.gz");
        var link = new PerLink(new() { File = path, Scale = 0.5 });
        link.Build(new LinkContext(490, 1, name => name));

        Assert.Equal(0.086e-3 / 2, link.FloorOverall, 1e-12); // the smallest entry off the diagonal is 0.086 ms
        Assert.Equal(link.Floor(3, 77), link.Floor(77, 3), 1e-12);
    }

    [Fact]
    public void Measured_pings_between_cloud_regions_are_read_by_label()
    {
        var path = LargeData.Path("traces/aws52-pings.csv.gz");
        var link = new PerLink(new()
        {
            File = path,
            From = "source",
            To = "dest",
            Value = "time",
            Where = new Dictionary<string, string> { ["size"] = "24" },
            Scale = 0.5,
            Missing = 1,
        });
        link.Build(new LinkContext(52, 1, name => name));

        Assert.Equal(0.04515, link.Floor(0, 1), 2e-4); // node-0 to node-1: about 90.3 ms there and back
    }

    [Fact]
    public void Options_of_a_table_belong_together()
    {
        Assert.Single(new PerLink.Options { File = "x", From = "a" }.Violations());
        Assert.Single(new PerLink.Options { File = "x", Where = new Dictionary<string, string>() }.Violations());
        Assert.Empty(new PerLink.Options { File = "x" }.Violations());
    }

    [Fact]
    public void Refuses_a_server_row_that_is_not_there() =>
        Assert.Throws<InputException>(() => Built(Matrix, 3, new() { File = "x", ServerRow = 3 }));
}
