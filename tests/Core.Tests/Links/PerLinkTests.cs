using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Tests.Data;

namespace AsyncOpt.Core.Tests.Links;

public sealed class PerLinkTests : IDisposable
{
    const string Matrix = "0 10 20\n30 0 40\n50 60 0\n";

    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    readonly List<string> _notes = [];

    PerLink Built(string text, int places, PerLink.Options? options = null, string[]? nodes = null)
    {
        File.WriteAllText(_file, text);
        _notes.Clear();
        var link = new PerLink((options ?? new() { File = "x" }) with { File = "delays" });
        link.Build(new LinkContext(places, 1, name => name == "delays" ? _file : name)
        {
            HasServer = nodes is null,
            Names = nodes,
            Notes = _notes,
        });
        return link;
    }

    string Refused(string text, int places, PerLink.Options? options = null, string[]? nodes = null) =>
        Assert.Throws<InputException>(() => Built(text, places, options, nodes)).Message;

    static double At(PerLink link, int from, int to, ulong k = 0) =>
        link.Sample(from, to, new Draw(1, Purpose.LinkDelay, 2, k)).Seconds;

    [Fact]
    public void A_row_is_a_sender_and_numbers_are_milliseconds()
    {
        var link = Built(Matrix, 3);

        Assert.Equal(0.010, At(link, 0, 1), 1e-15);
        Assert.Equal(0.030, At(link, 1, 0), 1e-15);
        Assert.Equal(Seconds(0.060), link.Floor(2, 1));
        Assert.Equal(Seconds(0.010), link.FloorOverall);
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
        var link = Built(Matrix, 5, new() { File = "x", Cycle = true });

        Assert.Equal(At(link, 0, 1), At(link, 3, 4)); // rows 0 and 1 again
        Assert.Equal(At(link, 2, 0), At(link, 2, 3));
        Assert.Equal(0.010, At(link, 0, 3), 1e-15);
        Assert.Equal(0.002, At(Built(Matrix, 5, new() { File = "x", Local = Seconds(0.002), Cycle = true }), 0, 3), 1e-15);
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
        var link = Built(Matrix, 1, new() { File = "x", ServerRow = 2, Cycle = true });

        Assert.Equal(0.050, At(link, -1, 0), 1e-15);
        Assert.Equal(0.020, At(link, 0, -1), 1e-15);
        Assert.Equal(Seconds(0.020), link.FloorOverall); // the unused row 1 does not count

        link = Built(Matrix, 2, new() { File = "x", ServerRow = 2 });
        Assert.Equal(0.060, At(link, -1, 1), 1e-15);
        Assert.Equal(0.030, At(link, 1, 0), 1e-15);
    }

    [Fact]
    public void Jitter_multiplies_each_message()
    {
        var law = new Core.Laws.Uniform(new() { Low = 0.5, High = 1.5 });
        var link = Built(Matrix, 3, new() { File = "x", Jitter = law });

        Assert.Equal(0.010 * law.Sample(new Draw(1, Purpose.LinkDelay, 2, 9)), At(link, 0, 1, 9), 1e-9);
        Assert.Equal(Seconds(0.005), link.Floor(0, 1));
        Assert.Equal(Seconds(0.005), link.FloorOverall);
        Assert.True(link.IsRandom);
    }

    [Fact]
    public void Zeros_off_the_diagonal_are_refused_unless_they_are_given_a_meaning()
    {
        const string holes = "0 0\n30 0\n";

        Assert.Throws<InputException>(() => Built(holes, 2));
        Assert.Equal(0.25, At(Built(holes, 2, new() { File = "x", Missing = Seconds(0.25) }), 0, 1));
    }

    [Theory]
    [InlineData("0 -1\n30 0\n")]
    [InlineData("0 nan\n30 0\n")]
    [InlineData("0,\n30,0\n")]
    public void Negative_delays_and_what_is_no_number_are_missing_where_that_has_a_meaning(string text)
    {
        Assert.Equal(1, At(Built(text, 2, new() { File = "x", Missing = Seconds(1) }), 0, 1));
        Assert.Contains("1 of 2 links has no delay above 0 in the file: `missing`, 1s, is taken", _notes);
        Assert.Throws<InputException>(() => Built(text, 2));
    }

    [Fact]
    public void All_links_without_a_delay_are_counted_and_the_first_is_named() =>
        Assert.Contains(": 3 of 6 links have no delay above 0, the first from row 0 to row 2 (counted from 0); give `missing`",
            Refused("0 1 0\n1 0 -2\n0 1 0\n", 3));

    const string Table = "a,b,ms\nrome,paris,10\nparis,rome,20\nrome,oslo,30\noslo,rome,40\nparis,oslo,50\noslo,paris,60\n";

    static PerLink.Options OfTable => new() { File = "x", From = "a", To = "b", Value = "ms" };

    [Fact]
    public void Rows_are_those_of_the_nodes_of_the_same_name()
    {
        var link = Built(Table, 3, OfTable, ["oslo", "paris", "rome"]);

        Assert.Equal(0.040, At(link, 0, 2), 1e-15);
        Assert.Equal(0.010, At(link, 2, 1), 1e-15);
        Assert.Contains("rows are those of the nodes of the same name", _notes);

        link = Built(Table, 2, OfTable, ["oslo", "paris"]);
        Assert.Equal(0.060, At(link, 0, 1), 1e-15);
        Assert.Contains("passed over 1 name that is no node: 'rome'", _notes);

        Assert.Contains(": 2 of 3 nodes are not in the file: 'x', 'y'; the file has 'rome', 'paris', 'oslo'",
            Refused(Table, 3, OfTable, ["x", "oslo", "y"]));
        Assert.Equal(0.010, At(Built(Table, 3, OfTable with { ByName = false }, ["x", "oslo", "y"]), 0, 1), 1e-15);
        Assert.Contains("places have only numbers", Refused(Table, 3, OfTable with { ByName = true }));
    }

    [Fact]
    public void Another_number_of_rows_than_places_is_refused_with_both()
    {
        Assert.Contains(": 3 rows for 5 workers; ", Refused(Matrix, 5));
        Assert.Contains(": 3 rows for 2 workers; ", Refused(Matrix, 2));
        Assert.Contains(": 3 rows for 2 nodes; ", Refused(Table, 2, OfTable with { ByName = false }, ["p", "q"]));
    }

    [Fact]
    public void A_server_is_on_a_row_by_number_or_name_and_it_is_said()
    {
        var link = Built(Table, 2, OfTable with { ServerName = "paris" });

        Assert.Equal(0.020, At(link, -1, 0), 1e-15); // paris to rome, the first of the others
        Assert.Equal(0.060, At(link, 1, -1), 1e-15); // oslo to paris
        Assert.Equal(0.030, At(link, 0, 1), 1e-15); // rome to oslo
        Assert.Contains("the server is on row 'paris', which is its own", _notes);

        link = Built(Matrix, 2, new() { File = "x", ServerRow = 0 });
        Assert.Equal(0.020, At(link, -1, 1), 1e-15);

        Built(Table, 3, OfTable);
        Assert.Contains("the server is on row 'rome', that of worker 0 too; server-row or server-name places it", _notes);
        Assert.Contains("no row is named 'pariss'; did you mean 'paris'? (there are 'rome', 'paris', 'oslo')",
            Refused(Table, 3, OfTable with { ServerName = "pariss" }));
    }

    [Fact]
    public void A_link_measured_one_way_may_count_for_both()
    {
        const string oneWay = "a,b,ms\nx,y,10\ny,z,20\nx,z,30\n";

        Assert.Equal(0.030, At(Built(oneWay, 3, OfTable with { Symmetric = true }), 2, 0), 1e-15);
        Assert.Contains(": 3 of 6 links have no delay above 0, the first from row 'y' to row 'x'; give `missing`, the time to "
            + "take for such links, or `symmetric: true`", Refused(oneWay, 3, OfTable));
    }

    [Fact]
    public void A_table_passes_over_measurements_that_failed_where_missing_says_so()
    {
        const string table = "a,b,ms\nx,y,10\nx,y,-1\nx,y,nan\nx,y,30\nx,y,11\ny,x,\n";

        var link = Built(table, 2, OfTable with { Missing = Seconds(2) });
        Assert.Equal(0.011, At(link, 0, 1), 1e-15); // the median of 10, 11 and 30
        Assert.Equal(2, At(link, 1, 0));
        Assert.Contains("passed over 3 measurements that are negative or no number", _notes);
        Assert.Contains(":3: column 3: expected a delay of at least 0, got '-1'", Refused(table, 2, OfTable));
    }

    [Theory]
    [InlineData("a;b;ms\nx;y;1,5\ny;x;1,5\n")]
    [InlineData("a,b,ms\nx,y,1.5\ny,x,1.5\n")]
    public void Decimal_commas_are_read_where_semicolons_separate(string table) =>
        Assert.Equal(0.0015, At(Built(table, 2, OfTable), 0, 1), 1e-15);

    [Fact]
    public void Delays_and_their_unit_are_said()
    {
        Built("0 10\n30 0\n", 2, new() { File = "x", Unit = TimeUnit.Us, Scale = 0.5 });

        Assert.Contains("delays are 5e-6 to 1.5e-5 s: numbers of the file are us, times 0.5", _notes);
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

        Assert.Equal(43_000, link.FloorOverall.Nanoseconds); // the smallest entry off the diagonal is 0.086 ms
        Assert.Equal(link.Floor(3, 77), link.Floor(77, 3));
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
            Missing = Seconds(1),
        });
        link.Build(new LinkContext(52, 1, name => name));

        Assert.Equal(0.04515, link.Floor(0, 1).Seconds, 2e-4); // node-0 to node-1: about 90.3 ms there and back
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
        Assert.Contains(": there is no row 3 for the server; the file has 3, counted from 0",
            Refused(Matrix, 3, new() { File = "x", ServerRow = 3 }));
}
