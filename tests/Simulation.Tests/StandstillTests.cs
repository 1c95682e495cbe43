using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Runs are judged by what happened to their progress, whatever their programs say or keep doing.</summary>
public class StandstillTests
{
    // A server asks its only worker, counts the answer, and asks again; 1 s per link, so an update every 2 s. The worker
    // is down when the sixth question comes, at 11 s.
    static RunPlan Plan(Asker method, bool loses = true, double time = 100) =>
        Plans.Of(method, 1, time, Plans.Second) with
        {
            SampleEvery = Seconds(10),
            Faults = loses ? [new CrashFault(new() { Place = 0, At = Seconds(10.5), For = Seconds(1) })] : [],
        };

    [Fact]
    public void A_program_that_does_not_say_what_it_waits_for_has_not_completed_where_a_message_was_lost()
    {
        var record = Run(Plan(new Asker()));

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.StartsWith("no runnable event: the last of 5 updates was at 10 s; ", record.Reason, StringComparison.Ordinal);
        Assert.Contains("does not say what it waits for", record.Reason, StringComparison.Ordinal);
        Assert.Contains("(a message from server to worker was lost at 11 s)", record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_has_asked_all_it_wants_has_completed()
    {
        var record = Run(Plan(new Asker { Questions = 4 }, loses: false));

        Assert.Equal(Outcome.Completed, record.Outcome);
        Assert.Equal(4, record.Counts.Updates);
    }

    [Fact]
    public void Timers_that_change_nothing_do_not_hide_a_standstill()
    {
        var record = Run(Plan(new Asker { Ticks = true }));

        Assert.Equal(Outcome.Stalled, record.Outcome);
        Assert.Equal(100_000_000_000, record.VirtualTime);
        Assert.StartsWith(
            "no update over the last half of the run, until virtual time reached 100 s: the last of 5 updates was at 10 s",
            record.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Timers_of_a_method_that_has_made_its_updates_are_no_standstill()
    {
        var record = Run(Plan(new Asker { Questions = 4, Ticks = true }, loses: false));

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
    }

    [Fact]
    public void A_method_without_updates_is_not_accused_of_making_none()
    {
        var record = Run(Plan(new Asker { Ticks = true, Records = false }));

        Assert.Equal(Outcome.BudgetSpent, record.Outcome);
    }

    [Theory]
    [InlineData(15, Outcome.BudgetSpent)]
    [InlineData(19, Outcome.BudgetSpent)]
    [InlineData(21, Outcome.BudgetSpent)] // more than half, and less than ten times the usual 2 s
    [InlineData(29, Outcome.BudgetSpent)]
    [InlineData(31, Outcome.Stalled)] // 21 s after the last of 5 updates, at 10 s
    public void A_run_stands_still_after_half_of_it_and_ten_times_the_usual_time(double time, Outcome outcome)
    {
        Assert.Equal(outcome, Run(Plan(new Asker { Ticks = true }, time: time)).Outcome);
    }

    [Theory]
    [InlineData(10.5)] // after the last event, before the next sampling instant
    [InlineData(20)] // at it
    [InlineData(70)] // long after it
    public void A_checkpoint_due_after_the_last_event_is_written(double at)
    {
        var plan = Plan(new Asker());
        var reference = Simulator.Run(plan);
        using var saved = new MemoryStream();
        var through = Simulator.Run(plan, new RunHooks { CheckpointAt = Seconds(at), CheckpointTo = saved });
        SameRun.Assert(reference, through);
        Assert.Empty(through.Warnings);

        saved.Position = 0;
        SameRun.Assert(reference, Simulator.Run(plan, new RunHooks { ResumeFrom = saved }));
    }

    [Fact]
    public void A_checkpoint_at_the_end_is_written_and_one_after_it_is_said_to_be_missing()
    {
        var plan = Plan(new Asker(), loses: false);
        var reference = Simulator.Run(plan);
        using var saved = new MemoryStream();
        Assert.Empty(Simulator.Run(plan, new RunHooks { CheckpointAt = Seconds(100), CheckpointTo = saved }).Warnings);
        saved.Position = 0;
        SameRun.Assert(reference, Simulator.Run(plan, new RunHooks { ResumeFrom = saved }));

        using var none = new MemoryStream();
        var warnings = Simulator.Run(plan, new RunHooks { CheckpointAt = Seconds(101), CheckpointTo = none }).Warnings;

        Assert.Equal(["no checkpoint was written: it is due at 101 s, and the run ended at 100 s"], warnings);
        Assert.Equal(0, none.Length);
    }

    static RunRecord Run(RunPlan plan)
    {
        var record = Simulator.Run(plan);
        SameRun.Assert(record, Simulator.Run(plan with { Partitions = 2, ForcePartitions = true }));
        return record;
    }

    /// <summary>A server asks, a worker answers; neither says what it waits for.</summary>
    [Method("asker", Needs = Needs.Workers)]
    sealed class Asker : Method
    {
        static readonly MessageKind Question = new("question"), Answer = new("answer");

        public int Questions { get; init; } = int.MaxValue;

        public bool Ticks { get; init; }

        public bool Records { get; init; } = true;

        public override void Declare(Layout layout)
        {
            layout.Role("server", Count.One, new Server(this));
            layout.Role("worker", Count.PerWorker, new Worker());
            layout.Messages(Question, Answer);
        }

        struct ServerState
        {
            public int Asked;
        }

        struct WorkerState;

        sealed class Server(Asker owner) : RoleProgram<ServerState>
        {
            Peers _workers;

            public override void Declare(RoleLayout role) => _workers = role.Peers("worker");

            public override void OnStart(ref ServerState s, Effects e)
            {
                Ask(ref s, e);
                if (owner.Ticks)
                    e.SetTimer(Seconds(1));
            }

            public override void OnTimer(ref ServerState s, in TimerFired t, Effects e) => e.SetTimer(Seconds(1));

            public override void OnMessage(ref ServerState s, in Received m, Effects e)
            {
                if (owner.Records)
                    e.RecordUpdate(0, m);
                if (s.Asked < owner.Questions)
                    Ask(ref s, e);
            }

            void Ask(ref ServerState s, Effects e)
            {
                s.Asked++;
                e.Send(_workers[0], Question, Snapshot.None);
            }
        }

        sealed class Worker : RoleProgram<WorkerState>
        {
            Peer _server;

            public override void Declare(RoleLayout role) => _server = role.Peer("server");

            public override void OnMessage(ref WorkerState s, in Received m, Effects e) =>
                e.Send(_server, Answer, Snapshot.None);
        }
    }
}
