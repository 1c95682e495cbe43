using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;

namespace AsyncOpt.Core.Tests.Faults;

public class AvailabilityFaultTests
{
    static readonly AvailabilityFault.Options Plain = new() { File = "" };

    static AvailabilityFault Built(string lines, int places, AvailabilityFault.Options options, string[]? names = null)
    {
        var path = Path.Combine(Path.GetTempPath(), $"availability-{Guid.NewGuid():n}.csv");
        File.WriteAllText(path, "agent,from,to\n" + lines);
        try
        {
            var fault = new AvailabilityFault(options with { File = path });
            fault.Build(new LinkContext(places, 1, name => name) { Names = names });
            return fault;
        }
        catch (InputException e)
        {
            throw new InputException(e.Message.Replace(path, "FILE", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
    }

    static Crash Down(int place, double from, double? to) =>
        new(place, Seconds(from), to is { } end ? Seconds(end) : null);

    [Theory]
    [InlineData("0,0,1e-9\n1,0,1e-9\n", 1e-9)] // never down: there is no end to looking for when
    [InlineData("0,0,1e-9\n1,0,1e-9\n", 2e-9)]
    public void A_file_that_is_repeated_too_often_is_refused_at_once(string lines, double every)
    {
        var fault = Built(lines, 2, Plain with { Every = Seconds(every) });

        Assert.StartsWith(
            "availability: about ", Assert.Throws<InputException>(() => fault.Crashes(2, 1, Seconds(1e9))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Places_are_down_when_the_file_does_not_have_them_up()
    {
        var fault = Built("0,0,4\n0,6,9\n1,2,\n2,5,6\n2,1,3\n3,,\n", 4, Plain);

        Assert.Equal(
            [
                Down(0, 4, 6), Down(0, 9, null), Down(1, 0, 2), Down(2, 0, 1), Down(2, 3, 5), Down(2, 6, null),
                Down(3, 0, null),
            ],
            fault.Crashes(4, 1, Seconds(20)));
    }

    [Fact]
    public void Times_that_touch_or_overlap_are_one()
    {
        var fault = Built("0,0,4\n0,4,5\n0,3,9\n", 1, Plain);

        Assert.Equal([Down(0, 9, null)], fault.Crashes(1, 1, null));
    }

    [Fact]
    public void A_file_that_is_repeated_begins_again_to_the_end_of_the_run()
    {
        var repeated = Plain with { Every = Seconds(10) };

        Assert.Equal(
            [Down(0, 0, 2), Down(0, 5, 12), Down(0, 15, 22), Down(1, 3, 8), Down(1, 13, 18)],
            Built("0,2,5\n1,0,3\n1,8,10\n", 2, repeated).Crashes(2, 1, Seconds(21)));
        // Up for good is until the file begins again; who is never up stays down.
        Assert.Equal(
            [Down(0, 0, 4), Down(0, 10, 14), Down(0, 20, 24), Down(1, 0, null)],
            Built("0,4,\n1,,\n", 2, repeated).Crashes(2, 1, Seconds(21)));
        Assert.Throws<InputException>(() => Built("0,2,5\n", 1, repeated).Crashes(1, 1, null));
    }

    [Fact]
    public void The_share_of_the_time_that_places_are_up_is_that_of_the_file()
    {
        // 3 + 2 of 10 s, for 400 s.
        var crashes = Built("0,2,5\n0,7,9\n", 1, Plain with { Every = Seconds(10) }).Crashes(1, 1, Seconds(400));

        Assert.Equal(200, crashes.Sum(c => Math.Min(400, c.Until!.Value.Seconds) - c.At.Seconds), 1e-9);
    }

    [Fact]
    public void Agents_are_places_by_number_by_name_or_in_turn()
    {
        Assert.Equal([Down(0, 0, 1), Down(1, 0, 2)], Built("b,2,\na,1,\n", 2, Plain, ["a", "b"]).Crashes(2, 1, null));
        Assert.Equal(
            [Down(0, 0, 2), Down(1, 0, 1), Down(2, 0, 2)],
            Built("7,2,\n9,1,\n", 3, Plain with { Cycle = true }).Crashes(3, 1, null));
        Assert.Equal(
            [new Crash(0, Seconds(0), Seconds(0.002), CrashedState.Lost)],
            Built("0,2,\n", 1, Plain with { Scale = 1e-3, State = CrashedState.Lost }).Crashes(1, 1, null));
    }

    [Theory]
    [InlineData("4,0,1\n", 2, "FILE:2: there is no place '4'; the places are 0 to 1")]
    [InlineData("0,0,1\n", 2, "FILE: has no line of place 1; give one")]
    [InlineData("0,3,3\n", 1, "FILE:2: expected 0 <= from < to, got 3 and 3")]
    [InlineData("0,-1,3\n", 1, "FILE:2: expected 0 <= from < to")]
    [InlineData("0,,3\n", 1, "FILE:2: column 2: expected a time")]
    [InlineData("0,1\n", 1, "FILE:2: has 2 columns, the header has 3")]
    [InlineData("0,soon,3\n", 1, "FILE:2")]
    [InlineData("", 1, "FILE: says of no agent when it is up")]
    public void Says_where_a_file_is_wrong(string lines, int places, string message) =>
        Assert.StartsWith(
            message, Assert.Throws<InputException>(() => Built(lines, places, Plain)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Refuses_times_beyond_the_repetition() => Assert.Contains(
        "beyond every", Assert.Throws<InputException>(
            () => Built("0,2,11\n", 1, Plain with { Every = Seconds(10) })).Message, StringComparison.Ordinal);
}
