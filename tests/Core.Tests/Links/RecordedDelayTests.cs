using AsyncOpt.Core.Data;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Tests.Links;

/// <summary>That whole runs repeat is in <c>RecordedScheduleTests</c>.</summary>
public sealed class RecordedDelayTests : IDisposable
{
    static readonly MessageKind Kind = new("kind");
    readonly string _file = Path.Combine(Path.GetTempPath(), $"messages-{Guid.NewGuid():n}.csv");

    public void Dispose() => File.Delete(_file);

    RecordedDelay Of(string lines, RecordedDelay.Options? options = null)
    {
        File.WriteAllText(_file, $"way,from,to,message,delay_ns,lost\n{lines}");
        var delay = new RecordedDelay((options ?? new() { File = _file }) with { File = _file });
        delay.Build(new LinkContext(4, 1, path => path));
        return delay;
    }

    static long Delay(RecordedDelay delay, int from, int to, long sequence, MessageKind? kind) => delay.Sample(
        new MessageContext { From = from, To = to, Sender = from, Sequence = sequence, Kind = kind },
        new Draw(1, Purpose.LinkDelay, 1, (ulong)sequence)).Nanoseconds;

    [Fact]
    public void Each_link_takes_its_own_delays_in_turn_and_what_was_lost_takes_the_next()
    {
        var delay = Of("link,-1,0,0,5,0\nlink,-1,0,1,0,1\nlink,-1,0,2,7,0\nlink,0,-1,0,9,0\n");

        Assert.Equal([5, 7, 7, 5], Enumerable.Range(0, 4).Select(k => Delay(delay, -1, 0, k, Kind)));
        Assert.Equal([9, 9], Enumerable.Range(0, 2).Select(k => Delay(delay, 0, -1, k, Kind)));
        Assert.Equal(5, delay.FloorOverall.Nanoseconds);
    }

    [Fact]
    public void Moves_are_counted_by_token_and_overlays_by_sender()
    {
        var delay = Of("token,2,1,0,3,0\ntoken,2,0,1,4,1\noverlay,1,3,0,6,0\noverlay,1,2,1,8,0\n");

        Assert.Equal([3, 4], Enumerable.Range(0, 2).Select(k => Delay(delay, 2, 3, k, null)));
        Assert.Equal([6, 8], Enumerable.Range(0, 2).Select(k => Delay(delay, 1, 0, k, Kind)));
    }

    [Fact]
    public void Beyond_the_record_a_law_may_go_on_or_an_error_ends_the_run()
    {
        const string lines = "link,0,1,0,5,0\n";
        var law = Of(lines, new() { File = "", Beyond = BeyondRecord.Law, Law = 2e-9 });
        Assert.Equal((5, 2, 2), (Delay(law, 0, 1, 0, Kind), Delay(law, 0, 1, 1, Kind), Delay(law, 3, 1, 0, Kind)));
        Assert.Equal(2, law.FloorOverall.Nanoseconds);

        Assert.Contains("has no message 0 from place 3 to 1", Assert.Throws<InputException>(
            () => Delay(Of(lines), 3, 1, 0, Kind)).Message, StringComparison.Ordinal);
        Assert.Contains("has no move 2 of token 0", Assert.Throws<InputException>(
            () => Delay(Of(lines), 0, 1, 2, null)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("way,0,1,0,5,0\n", ":2: column 1: expected link, overlay or token, got 'way'")]
    [InlineData("link,0,1,0,5,2\n", ":2: column 6: expected a whole number from 0 to 1")]
    [InlineData("link,0,1,0,0,1\n", ": every message was lost")]
    public void A_broken_file_is_told(string lines, string why) => Assert.StartsWith(
        _file + why, Assert.Throws<InputException>(() => Of(lines)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_law_belongs_to_what_comes_beyond() => Assert.Single(
        new RecordedDelay.Options { File = "f", Law = 1.0 }.Violations());
}
