using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.State;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

public sealed class DrawsAheadTests : IDisposable
{
    const ulong Seed = 5;

    readonly World<double> _world;
    readonly DrawsAhead<double> _ahead;

    public DrawsAheadTests()
    {
        var method = new AdPsgd(new() { Step = ConstantSchedule.Of(0.1) });
        var plan = Plans.Of(method, 4, 1, new Constant(new() { Value = 1 }), new Dripper.Whole(22, 4)) with
        {
            Topology = Topology.Complete("complete", 4),
        };
        _world = new World<double>(plan, Simulator.LayOut(plan));
        for (var agent = 0; agent < 4; agent++)
            _world.Cores[agent].Draws = 10u * (uint)agent;
        _ahead = new DrawsAhead<double>(Seed, _world.Cores);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_draw_made_ahead_is_the_draw_itself()
    {
        _ahead.Begin(Events((1, EventType.Message), (1, EventType.Message), (3, EventType.Timer)));

        Expect(1, 10);
        Expect(1, 11);
        Expect(3, 30);
    }

    [Fact]
    public void What_was_not_made_is_not_taken_and_later_ones_are_still_there()
    {
        _ahead.Begin(Events((1, EventType.Message), (2, EventType.Message)));

        Assert.False(_ahead.TryTake(0, 0, out _));
        Assert.False(_ahead.TryTake(1, 11, out _));
        Assert.False(_ahead.TryTake(2, 21, out _));
        Expect(2, 20);
        Assert.False(_ahead.TryTake(2, 20, out _));
    }

    [Fact]
    public void Draws_are_made_for_the_kinds_of_events_that_draw()
    {
        // Messages draw, timers do not: after some trials only the first are drawn for.
        for (var group = 0; group < 2000; group++)
        {
            _ahead.Begin(Events((1, EventType.Message), (2, EventType.Timer)));
            _ahead.TryTake(1, 10, out _);
        }
        var made = new bool[2];
        for (var group = 0; group < 2; group++)
        {
            _ahead.Begin(Events((1, EventType.Message), (2, EventType.Timer)));
            made[0] |= _ahead.TryTake(1, 10, out _);
            made[1] |= _ahead.TryTake(2, 20, out _);
        }

        Assert.Equal([true, false], made);
    }

    [Fact]
    public void Who_draws_again_and_again_finds_the_next_draws_made()
    {
        Assert.False(_ahead.TryTake(2, 20, out _));
        for (var rank = 21u; rank < 60; rank++)
            Expect(2, rank);
        // Another's draw ends that, and a draw that is not the next.
        Assert.False(_ahead.TryTake(3, 30, out _));
        Assert.False(_ahead.TryTake(2, 60, out _));
        Assert.False(_ahead.TryTake(2, 80, out _));
        Expect(2, 81);
    }

    void Expect(int agent, uint rank)
    {
        Assert.True(_ahead.TryTake(agent, rank, out var words));
        var draw = new Draw(Seed, Purpose.Program, (ulong)agent, rank);
        Assert.Equal(((ulong)draw.Word(1) << 32) | draw.Word(0), words);
    }

    static Event[] Events(params (int Agent, EventType Type)[] events) =>
        [.. events.Select(e => new Event { Receiver = e.Agent, Type = e.Type })];
}
