using AsyncOpt.Core.Numerics;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Tests;

public sealed class SpanEventsTests
{
    // Of few and of many digits of few and of many values.
    [Theory]
    [InlineData(2, 5)]
    [InlineData(1000, 20)]
    [InlineData(1000, 100)]
    [InlineData(1_000_000, 30)]
    [InlineData(1_000_000, 4000)]
    public void Each_event_is_there_once_and_agents_ascend(int agents, int count)
    {
        var events = Events(agents, count);
        var swept = Take(events, agents);

        Assert.Equal(events.Select(Name).Order(), swept.Select(Name).Order());
        Assert.Equal(events.Select(e => e.Receiver).Order(), swept.Select(e => e.Receiver));
    }

    static (int, uint) Name(Event e) => (e.Receiver, e.Sequence);

    static Event[] Events(int agents, int count)
    {
        var draws = new DrawSequence(3, Purpose.Program);
        var events = new Event[count];
        for (var i = 0; i < count; i++)
            events[i] = new Event { Time = draws.Below(1000), Receiver = draws.Below(agents), Sequence = (uint)i };
        return events;
    }

    static Event[] Take(Event[] events, int agents)
    {
        using var arena = new Arena();
        var queue = new EventQueue(arena);
        foreach (var e in events)
            queue.Insert(in e);
        var swept = new SpanEvents(agents, bytes: 1 << 20);
        swept.Take(queue, limit: 1000);
        return swept.Slice(0, swept.Count).ToArray();
    }
}
