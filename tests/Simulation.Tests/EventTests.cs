using System.Runtime.CompilerServices;
using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Tests;

public sealed class EventTests
{
    [Fact]
    public void An_event_takes_44_bytes() => Assert.Equal(44, Unsafe.SizeOf<Event>());

    [Fact]
    public void A_lost_move_keeps_its_type_and_its_class()
    {
        foreach (var type in Enum.GetValues<EventType>())
        {
            var e = new Event { IsLost = true, Type = type };
            Assert.Equal((type, true), (e.Type, e.IsLost));
            Assert.Equal(new Event { Type = type }.Class, e.Class);
            e.IsLost = false;
            Assert.Equal((type, false), (e.Type, e.IsLost));
        }
    }

    [Fact]
    public void Cards_and_tries_come_before_faults_these_before_messages_and_completions_and_timers_last()
    {
        var types = Enum.GetValues<EventType>().OrderBy(t => new Event { Type = t }.Class).ToArray();
        Assert.Equal([EventType.AtCard, EventType.Retry, EventType.Crash, EventType.Restart], types[..4]);
        Assert.Equal(EventType.Timer, types[^1]);
    }
}
