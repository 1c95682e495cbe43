using AsyncOpt.Core.Numerics;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Tests;

public sealed class SpanEventsTests
{
    const int Agents = 3000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Each_event_is_there_once_and_those_of_an_agent_follow_each_other(int kinds)
    {
        var events = Events(2000, kinds);
        var swept = Take(events);

        Assert.Equal(events.Select(Name).Order(), swept.Select(Name).Order());
        var firsts = swept.Where((e, i) => i == 0 || swept[i - 1].Receiver != e.Receiver);
        Assert.Equal(events.Select(e => e.Receiver).Distinct().Count(), firsts.Count());
    }

    [Fact]
    public void Agents_with_one_event_come_kind_after_kind_and_ascend_within_one()
    {
        var events = Events(2000, kinds: 7);
        var swept = Take(events);

        var single = events.CountBy(e => e.Receiver).Where(c => c.Value == 1).Select(c => c.Key).ToHashSet();
        Assert.InRange(single.Count, 500, 1500);
        var alone = swept.Where(e => single.Contains(e.Receiver)).ToArray();
        var changes = alone.Where((e, i) => i > 0 && alone[i - 1].Kind != e.Kind).Count();
        Assert.Equal(6, changes);
        foreach (var group in alone.GroupBy(e => e.Kind))
            Assert.Equal(group.Select(e => e.Receiver).Order(), group.Select(e => e.Receiver));
    }

    static (int, uint) Name(Event e) => (e.Receiver, e.Sequence);

    static Event[] Events(int count, int kinds)
    {
        var draws = new DrawSequence(3, Purpose.Program);
        var events = new Event[count];
        for (var i = 0; i < count; i++)
        {
            events[i] = new Event
            {
                Time = draws.Below(1000),
                Receiver = draws.Below(Agents),
                Sequence = (uint)i,
                Kind = (byte)draws.Below(kinds),
            };
        }
        return events;
    }

    static Event[] Take(Event[] events)
    {
        using var arena = new Arena();
        var queue = new EventQueue(arena);
        foreach (var e in events)
            queue.Insert(in e);
        var swept = new SpanEvents(Agents, bytes: 1 << 20);
        swept.Take(queue, limit: 1000);
        return swept.Slice(0, swept.Count).ToArray();
    }
}
