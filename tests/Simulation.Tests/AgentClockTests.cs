using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Agents whose clocks are wrong: their timers, and nothing else.</summary>
public class AgentClockTests
{
    static RunPlan Plan(int workers, double time, params Fault[] faults) =>
        Plans.Of(new Ticking(), workers, time, Plans.Zero) with
        {
            Faults = faults,
            LogUpdates = true,
            Metrics = false,
            TimelineAgents = 0,
        };

    static double[] TicksOf(RunPlan plan) =>
        [.. Simulator.Run(plan).UpdateLog.GroupBy(u => u.Agent).OrderBy(a => a.Key).Select(a => (double)a.Count())];

    [Fact]
    public void Each_agent_ticks_by_the_clock_of_its_place()
    {
        var fast = new ClockFault(new() { Places = [1], Drift = 0.25 });
        var jumping = new ClockFault(new() { Places = [2], At = Seconds(50.5), Forward = Seconds(10) });

        var record = Simulator.Run(Plan(3, 100.5, fast, jumping));

        // The jump lets the tick of 51 s come at once, and those of the seconds that it goes over never.
        Assert.Equal([100, 125, 100], TicksOf(Plan(3, 100.5, fast, jumping)));
        Assert.Equal((125 + 1, 1), (record.Faults[0].Fired, record.Faults[1].Fired));
    }

    [Fact]
    public void Rates_spread_as_the_clocks_do()
    {
        const int Workers = 2000;
        const double Time = 1000, Spread = 0.02;

        var ticks = TicksOf(Plan(Workers, Time, new ClockFault(new() { Spread = Spread })));

        // Whole ticks add 1/12 to the variance.
        var variance = (Time * Spread * Time * Spread) + (1.0 / 12);
        var mean = ticks.Average();
        ModelsPage.Row(
            "clock", "variance of the ticks of 1000 s, spread 0.02", variance,
            ticks.Sum(t => (t - mean) * (t - mean)) / (Workers - 1), variance * Math.Sqrt(2.0 / Workers));
    }

    [Fact]
    public void Bits_depend_neither_on_partitions_nor_on_checkpoints()
    {
        var plan = Testing.ContractTests.For(new Core.Methods.EpidemicLearning(new()
        {
            Step = Core.Schedules.ConstantSchedule.Of(0.05), Round = Seconds(0.05),
        })).Plan("none") with
        {
            Faults = [new ClockFault(new() { Spread = 0.1, At = Seconds(1), Back = Seconds(0.02) })],
        };
        using var file = new MemoryStream();

        var one = Simulator.Run(plan);
        var three = plan with { Partitions = 3, ForcePartitions = true };
        var saving = Simulator.Run(three, new RunHooks { CheckpointAt = Seconds(1.3), CheckpointTo = file });
        file.Position = 0;
        var resumed = Simulator.Run(plan, new RunHooks { ResumeFrom = file });

        Assert.NotEqual(Simulator.Run(plan with { Faults = [] }).Hash, one.Hash);
        SameRun.Assert(one, saving);
        SameRun.Assert(one with { Timeline = resumed.Timeline, UpdateLog = resumed.UpdateLog }, resumed);
    }

    /// <summary>Workers tick every second by their clocks.</summary>
    [Method("ticking", Needs = Needs.Workers)]
    sealed class Ticking : Method
    {
        public override IReadOnlyList<Oracle> Oracles => [];

        public override void Declare(Layout layout) => layout.Role("worker", Count.PerWorker, new Worker());

        struct State
        {
            public long Ticks;
        }

        sealed class Worker : RoleProgram<State>
        {
            public override void Declare(RoleLayout role)
            {
            }

            public override void OnStart(ref State s, Effects e) => e.SetTimer(Seconds(1));

            public override void OnTimer(ref State s, in TimerFired t, Effects e)
            {
                s.Ticks++;
                e.RecordUpdate(0, default(Origin));
                e.SetTimer(Seconds(1));
            }
        }
    }
}
