using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.State;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

public sealed class DrawsAheadTests : IDisposable
{
    const ulong Seed = 5;

    readonly World<double> _world;
    readonly ProgramDrawsAhead<double> _ahead;

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
        _ahead = new ProgramDrawsAhead<double>(Seed, _world.Cores);
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
    public void Draws_are_made_for_messages_of_a_kind_that_draws_and_of_no_other()
    {
        Event[] events = [new() { Receiver = 1, Kind = 1 }, new() { Receiver = 2, Kind = 2 }];
        for (var group = 0; group < 2000; group++)
        {
            _ahead.Begin(events);
            _ahead.TryTake(1, 10, out _);
        }
        // One of two at most is a trial, which makes all.
        var made = 0;
        for (var group = 0; group < 2; group++)
        {
            _ahead.Begin(events);
            made += _ahead.TryTake(2, 20, out _) ? 1 : 0;
        }

        Assert.InRange(made, 0, 1);
        _ahead.Begin(events);
        Expect(1, 10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(16)]
    public void A_factor_made_ahead_is_the_factor_itself(int computations)
    {
        var jitter = new ShiftedExponential(new() { Shift = 0.1, Mean = 0.9 });
        var compute = new ComputeModel(VirtualTime.FromSeconds(1), VirtualTime.Zero, [1, 1, 1, 1], jitter);
        var plan = _world.Plan with { Compute = compute, Seeds = _world.Plan.Seeds with { Run = Seed } };
        _world.Cores[2].Computations = 7;
        var ahead = new JittersAhead<double>(Seed, jitter, _world.Cores);

        ahead.Begin(Events([.. Enumerable.Repeat((2, EventType.Message), computations)]));

        for (var i = 0u; i < computations; i++)
        {
            Assert.True(ahead.TryTake(2, 7 + i, out var bits));
            Assert.Equal(Durations.JitterOf(plan, 2, 7 + i), BitConverter.UInt64BitsToDouble(bits));
        }
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
