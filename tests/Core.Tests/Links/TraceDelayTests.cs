using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Tests.Links;

public class TraceDelayTests
{
    static readonly LinkContext Workers = new(2, 1, name => name) { HasServer = true };

    static TraceDelay Built(string text, TraceDelay.Options options, LinkContext? context = null)
    {
        var path = Path.Combine(Path.GetTempPath(), $"trace-{Guid.NewGuid():n}.csv");
        File.WriteAllText(path, text);
        try
        {
            var delay = new TraceDelay(options with { File = path });
            delay.Build(context ?? Workers);
            return delay;
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

    static readonly TraceDelay.Options InOrder = new() { File = "", Value = "ms", Scale = 1e-3 };

    static double At(LinkDelay delay, int from, int to, long message, double now = 0) => delay.Sample(
        new MessageContext { From = from, To = to, Sequence = message, Now = Seconds(now) },
        new Draw(3, Purpose.LinkDelay, (ulong)((from * 100) + to + 1), (ulong)message)).Seconds;

    [Fact]
    public void Delays_come_in_the_order_of_the_file_and_again()
    {
        var delay = Built("ms\n5\n7\n6\n", InOrder);

        Assert.Equal([0.005, 0.007, 0.006, 0.005, 0.007], Enumerable.Range(0, 5).Select(k => At(delay, -1, 1, k)));
        Assert.Equal(0.005, At(delay, 0, -1, 0));
        Assert.Equal((Seconds(0.005), true), (delay.FloorOverall, delay.IsUniform));
    }

    [Fact]
    public void With_a_drawn_start_links_begin_anywhere_and_go_on_in_order()
    {
        var delay = Built("ms\n" + string.Join('\n', Enumerable.Range(1, 10)), InOrder with { Drawn = true });

        var starts = new int[11];
        for (var from = 0; from < 5000; from++)
        {
            var first = (int)Math.Round(At(delay, from, -1, 0) * 1000);
            starts[first]++;
            Assert.Equal(((first + 12) % 10) + 1, Math.Round(At(delay, from, -1, 13) * 1000));
        }
        Assert.All(starts[1..], n => Assert.InRange((n - 500) / Math.Sqrt(450), -4, 4));
    }

    [Fact]
    public void With_times_the_delay_recorded_last_counts()
    {
        var delay = Built("at,ms\n10,5\n20,7\n25,6\n", InOrder with { Time = "at", Scale = 1 });

        Assert.Equal([5, 5, 5, 7, 7, 6, 6], ((double[])[0, 10, 19.9, 20, 24, 25, 1e6]).Select(t => At(delay, -1, 1, 3, t)));
    }

    [Fact]
    public void Links_have_delays_of_their_own()
    {
        const string text = "from;to;ms\n-1;0;1\n0;-1;2\n-1;1;3\n0;-1;4\n1;-1;5\n";
        var options = InOrder with { From = "from", To = "to" };
        var delay = Built(text, options);

        Assert.Equal([0.002, 0.004, 0.002], Enumerable.Range(0, 3).Select(k => At(delay, 0, -1, k)));
        Assert.Equal([0.001, 0.003, 0.005], [At(delay, -1, 0, 9), At(delay, -1, 1, 9), At(delay, 1, -1, 9)]);
        Assert.Equal((Seconds(0.002), Seconds(0.001)), (delay.Floor(0, -1), delay.FloorOverall));

        var nodes = new LinkContext(2, 1, name => name) { Names = ["ann", "bob"] };
        var missing = options with { Missing = Seconds(9) };
        var named = Built("from;to;ms\nann;bob;1\n", missing, nodes);
        Assert.Equal([0.001, 9], [At(named, 0, 1, 0), At(named, 1, 0, 0)]);
    }

    [Theory]
    [InlineData("at\n5\n", "FILE:1: no column 'ms'; there are at")]
    [InlineData("ms\n", "FILE: has no delays; expected a header, and lines")]
    [InlineData("ms\n5\n-1\n", "FILE:3: column 1: expected at least 0, got '-1'")]
    [InlineData("ms\n5\n6,7\n", "FILE:3: has 2 columns, the header has 1")]
    public void A_broken_file_is_told(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<InputException>(() => Built(text, InOrder)).Message);

    [Fact]
    public void A_link_that_is_not_there_and_times_that_do_not_ascend_are_told()
    {
        var ofLinks = InOrder with { From = "from", To = "to" };
        Assert.Equal(
            "FILE: no delay from place -1 to 1; give `missing`, the time to take for such links",
            Assert.Throws<InputException>(() => Built("from,to,ms\n-1,0,1\n0,-1,2\n", ofLinks)).Message);
        Assert.StartsWith("FILE:2: there is no place '7'",
            Assert.Throws<InputException>(() => Built("from,to,ms\n7,0,1\n", ofLinks)).Message, StringComparison.Ordinal);
        Assert.Equal("FILE:3: is not later than the line before of this link", Assert.Throws<InputException>(
            () => Built("at,ms\n2,1\n2,1\n", InOrder with { Time = "at" })).Message);
    }

    [Fact]
    public void Options_that_do_not_fit_each_other_are_refused()
    {
        Assert.Single((InOrder with { From = "a" }).Violations());
        Assert.Single((InOrder with { Missing = Seconds(1) }).Violations());
        Assert.Single((InOrder with { Time = "t", Drawn = true }).Violations());
        Assert.Empty((InOrder with { From = "a", To = "b", Missing = Seconds(1) }).Violations());
    }
}
