using AsyncOpt.Core.Numerics;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Tests;

/// <summary>
/// The ladder queue against a sorted list: the same events in the same order, whatever their times look like.
/// </summary>
public class EventQueueTests
{
    public static TheoryData<string> Shapes => ["spread", "skewed", "tied", "bursty", "far", "few"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Events_leave_in_the_order_of_a_sorted_set(string shape)
    {
        using var arena = new Arena();
        var queue = new EventQueue(arena);
        var reference = new SortedSet<Event>(Comparer<Event>.Create(Compare));
        var draws = new DrawSequence(11, Purpose.None, 1);
        uint sequence = 0;
        long now = 0;
        for (var i = 0; i < 40_000; i++)
        {
            // Grows first, then shrinks to nothing.
            var isInsert = i < (shape == "few" ? 30 : 3_000) || (i < 30_000 && draws.Below(2) == 0);
            if (isInsert)
            {
                var e = New(now + Delay(shape, ref draws), ref draws, sequence++);
                queue.Insert(in e);
                reference.Add(e);
                continue;
            }
            var any = queue.TryPeek(out var least);
            Assert.Equal(reference.Count > 0, any);
            if (!any)
                continue;
            Assert.Equal(0, Compare(reference.Min, least));
            queue.RemovePeeked();
            reference.Remove(reference.Min);
            Assert.True(least.Time >= now);
            now = least.Time;
            Assert.Equal(reference.Count, queue.Count);
        }
        Assert.Equal(reference.Count, queue.All().Count());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void All_events_before_a_time_can_be_taken_at_once(string shape)
    {
        using var arena = new Arena();
        var queue = new EventQueue(arena);
        var pending = new Dictionary<uint, Event>();
        var draws = new DrawSequence(12, Purpose.None, 1);
        var taken = new Event[1];
        uint sequence = 0;
        long now = 0;
        for (var i = 0; i < 300; i++)
        {
            for (var k = 0; k < (i < 200 ? draws.Below(shape == "few" ? 3 : 200) : 0); k++)
            {
                var e = New(now + Delay(shape, ref draws), ref draws, sequence);
                queue.Insert(in e);
                pending.Add(sequence++, e);
            }
            Assert.Equal(pending.Count, queue.Count);
            Assert.True(queue.Earliest <= (pending.Count > 0 ? pending.Values.Min(e => e.Time) : long.MaxValue));
            // In between, some leave one by one, so that sorted and late ones are there, too.
            for (var k = 0; i % 3 == 2 && k < 5 && queue.TryPeek(out var e); k++)
            {
                queue.RemovePeeked();
                Assert.True(pending.Remove(e.Sequence));
                now = e.Time;
            }
            if (queue.Earliest == long.MaxValue)
                continue;
            queue.TakeSpans(i % 5 == 0 ? 0 : 1L << draws.Below(24));
            var most = i % 4 == 0 ? 20 : int.MaxValue;
            var limit = queue.Earliest + 1 + draws.Below(shape == "tied" ? 2 : 300_000);

            var end = queue.TakeBefore(limit, most, ref taken, out var count);

            Assert.InRange(end, now, limit);
            Assert.All(taken.Take(count), e => Assert.True(e.Time < end && pending.Remove(e.Sequence)));
            Assert.All(pending.Values, e => Assert.True(e.Time >= end));
            Assert.True(end == limit || count > 0);
            now = end;
        }
        Assert.Equal(pending.Values.Order(Comparer<Event>.Create(Compare)).Select(e => e.Sequence), Drained(queue));
    }

    static IEnumerable<uint> Drained(EventQueue queue)
    {
        while (queue.TryPeek(out var e))
        {
            queue.RemovePeeked();
            yield return e.Sequence;
        }
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(1, 1_000_000)]
    [InlineData(2, 1_000_000)]
    [InlineData(1_000, 1_000_000)]
    public void Many_events_of_few_instants_leave_by_depth_then_receiver_then_tie(int instants, int receivers)
    {
        using var arena = new Arena();
        var queue = new EventQueue(arena);
        var draws = new DrawSequence(3, Purpose.None, 2);
        for (uint i = 0; i < 5_000; i++)
        {
            var e = New(42 + draws.Below(instants), ref draws, i) with { Receiver = draws.Below(receivers) };
            queue.Insert(in e);
        }
        var left = new List<Event>();
        while (queue.TryPeek(out var e))
        {
            queue.RemovePeeked();
            left.Add(e);
        }
        Assert.Equal(5_000, left.Count);
        for (var i = 1; i < left.Count; i++)
            Assert.True(Compare(left[i - 1], left[i]) < 0);
    }

    static long Delay(string shape, ref DrawSequence draws) => shape switch
    {
        "spread" or "few" => draws.Below(1_000_000),
        "skewed" => draws.Below(10) == 0 ? 1_000_000_000L + draws.Below(1 << 30) : draws.Below(50),
        "tied" => draws.Below(3),
        "bursty" => draws.Below(4) * 1_000_000L,
        "far" => 1L << (draws.Below(61)),
        _ => throw new ArgumentOutOfRangeException(nameof(shape)),
    };

    static readonly EventType[] Types = [EventType.Crash, EventType.Message, EventType.Timer];

    static Event New(long time, ref DrawSequence draws, uint sequence) => new()
    {
        Time = time,
        Depth = (ushort)draws.Below(3),
        Type = Types[draws.Below(Types.Length)],
        Receiver = draws.Below(20),
        Tie = (uint)draws.Below(4),
        Sender = draws.Below(5),
        Sequence = sequence,
    };

    /// <summary>The order by its definition, field by field.</summary>
    static int Compare(Event a, Event b)
    {
        (long, ushort, int, EventClass, uint, int, uint) Key(in Event e) =>
            (e.Time, e.Depth, e.Receiver, e.Class, e.Tie, e.Sender, e.Sequence);
        return Key(in a).CompareTo(Key(in b));
    }
}
