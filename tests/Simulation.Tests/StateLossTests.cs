using System.Globalization;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Tests;

/// <summary>What a crash takes that costs an agent its state, and what goes on.</summary>
public class StateLossTests
{
    const double Down = 3.5, Up = 5.25;

    static RunPlan Plan(Rememberer method, CrashedState state) => Plans.Of(method, 2, 8, Plans.Zero) with
    {
        InitialPoint = [2.5],
        Faults = [new CrashFault(new() { Place = 1, At = Seconds(Down), For = Seconds(Up - Down), State = state })],
    };

    [Fact]
    public void All_that_a_program_declared_is_as_at_the_start()
    {
        var (kept, lost) = (new Rememberer(), new Rememberer());
        Simulator.Run(Plan(kept, CrashedState.Kept));
        Simulator.Run(Plan(lost, CrashedState.Lost));

        // It counted the seconds 1, 2, 3 in its state, a vector and a table, and held the server's model.
        Assert.Equal(["WithState: 3 30.25 3 1"], kept.Trace);
        Assert.Equal(["WithoutState: 0 6.25 0 0"], lost.Trace);
    }

    [Fact]
    public void No_draw_comes_twice()
    {
        var method = new Rememberer();

        Simulator.Run(Plan(method, CrashedState.Lost));

        Assert.Equal(7 + 5, method.Draws.Count); // one was up for the seconds 1 to 7, the other for some of them
        Assert.Equal(method.Draws.Count, method.Draws.Distinct().Count());
    }

    [Fact]
    public void Crashes_that_overlap_cost_the_state_if_one_of_them_does()
    {
        var method = new Rememberer();
        var plan = Plan(method, CrashedState.Kept);

        Simulator.Run(plan with
        {
            Faults =
            [
                .. plan.Faults,
                new CrashFault(new() { Place = 1, At = Seconds(4), For = Seconds(0.5), State = CrashedState.Lost }),
            ],
        });

        Assert.Equal(["WithoutState: 0 6.25 0 0"], method.Trace);
    }

    [Fact]
    public void The_chain_knows_what_was_lost()
    {
        var kept = Simulator.Run(Plan(new Rememberer { IsSilent = true }, CrashedState.Kept));
        var lost = Simulator.Run(Plan(new Rememberer { IsSilent = true }, CrashedState.Lost));

        Assert.NotEqual(kept.Hash, lost.Hash);
    }

    [Fact]
    public void A_server_without_its_state_is_refused()
    {
        var plan = Plan(new Rememberer(), CrashedState.Lost) with
        {
            Faults = [new CrashFault(new() { Place = -1, At = Seconds(1), State = CrashedState.Lost })],
        };

        Assert.StartsWith(
            "crash: a server that loses its state has lost the model", StateLossFault.Error(0, plan),
            StringComparison.Ordinal);
    }

    /// <summary>Workers count seconds in all that a program can have, and write down what is left of it.</summary>
    [Method("rememberer", Needs = Needs.Workers, Tolerates = Tolerance.All | Tolerance.StateLoss)]
    sealed class Rememberer : Method
    {
        static readonly MessageKind Model = new("model", Dim.Parameters);

        public List<string> Trace { get; } = [];

        public List<double> Draws { get; } = [];

        public bool IsSilent { get; init; }

        public override IReadOnlyList<Oracle> Oracles => [];

        public override void Declare(Layout layout)
        {
            layout.Messages(Model);
            layout.Role("server", Count.One, new Server());
            layout.Role("worker", Count.PerWorker, new Worker(this));
        }

        enum Restarted
        {
            No, WithState, WithoutState,
        }

        struct State
        {
            public int Seconds;
            public bool HasModel;
            public Restarted What;
        }

        sealed class Server : RoleProgram<State>
        {
            Vector _x;
            Peers _workers;

            public override void Declare(RoleLayout role) =>
                (_x, _workers) = (role.Vector("x", Dim.Parameters, Estimate.Single), role.Peers("worker"));

            public override void OnStart(ref State s, Effects e) => e.SendToAll(_workers, Model, e.Snapshot(_x, 0));
        }

        sealed class Worker(Rememberer owner) : RoleProgram<State>
        {
            Vector _y, _one;
            Slot _model;
            Table _table;

            public override void Declare(RoleLayout role)
            {
                (_y, _one) = (
                    role.Vector("y", Dim.Parameters, initial: Initial.Point), role.Vector("one", Dim.Parameters));
                (_model, _table) = (role.Slot(Model), role.Table(Dim.Nodes));
            }

            public override void OnStart(ref State s, Effects e)
            {
                e.Fill(1, _one);
                e.SetTimer(Seconds(1));
            }

            public override void OnMessage(ref State s, in Received m, Effects e)
            {
                e.Hold(_model, m);
                s.HasModel = true;
            }

            public override void OnTimer(ref State s, in TimerFired t, Effects e)
            {
                s.Seconds++;
                e.Axpy(1, _one, _y);
                e.Numbers(_table)[1]++;
                lock (owner.Draws)
                    owner.Draws.Add(e.Uniform());
                e.SetTimer(Seconds(1));
            }

            public override void OnComputed(ref State s, in Computed c, Effects e) => owner.Trace.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{s.What}: {s.Seconds} {c.Scalar} {e.Numbers(_table)[1]} {(s.HasModel ? 1 : 0)}"));

            public override void OnRestart(ref State s, Effects e) => Write(ref s, Restarted.WithState, e);

            public override void OnStateLost(ref State s, Effects e)
            {
                Write(ref s, Restarted.WithoutState, e);
                OnStart(ref s, e);
            }

            void Write(ref State s, Restarted how, Effects e)
            {
                s.What = how;
                if (!owner.IsSilent)
                    e.Compute(new Computation(Oracle.SquaredNorm, 1) { Input = _y });
            }
        }
    }
}
