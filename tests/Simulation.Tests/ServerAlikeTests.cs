using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>
/// Which workers of a server take rounds: those whose handlers ask for the same, whichever worker it is.
/// </summary>
public class ServerAlikeTests
{
    /// <summary>What workers do beside computing at the server's model.</summary>
    public enum Quirk
    {
        None,
        DoesEveryOperation,
        ComputesAtAVector,
        ComputesInPlace,
        RecordsUpdates,
        IsToldItsPlace,
        KeepsItsPlace,
        KeepsWhatItIsTold,
        Draws,
        ReadsTheModelBefore,
        HoldsInTwoSlots,
        SendsTwice,
    }

    const int Workers = 9;

    public static TheoryData<Quirk> Quirks => [.. Enum.GetValues<Quirk>()];

    static bool IsAlike(Quirk quirk) => quirk <= Quirk.IsToldItsPlace;

    static RunPlan Plan(Quirk quirk) =>
        PlanOf(new Quirky(quirk), QuadraticOf(Targets(Workers)), 20.5).WithDelay(0.25);

    [Theory]
    [MemberData(nameof(Quirks))]
    public void Only_workers_that_are_alike_take_rounds_and_no_bit_depends_on_it(Quirk quirk)
    {
        var record = SameRuns.AssertSame(Plan(quirk), roundsAtLeast: IsAlike(quirk) ? 20 : 0);

        Assert.InRange(record.Counts.Cohorts, 0, IsAlike(quirk) ? long.MaxValue : 5);
        Assert.True(record.Counts.Updates >= 10, $"{record.Counts.Updates} updates");
    }

    // While the model, a computation, or an answer is under way.
    [Theory]
    [MemberData(nameof(Quirks))]
    public void Rounds_end_with_the_same_bits(Quirk quirk)
    {
        foreach (var at in (double[])[4.5625, 5.5, 5.875])
        {
            var fault = new CrashFault(new() { Place = 3, At = Seconds(at), For = Seconds(0.0625) });
            SameRuns.AssertSame(Plan(quirk) with { Faults = [fault] }, roundsAtLeast: IsAlike(quirk) ? 9 : 0);
        }
    }

    [Theory]
    [MemberData(nameof(Quirks))]
    public void A_checkpoint_amid_rounds_is_that_of_one_by_one(Quirk quirk)
    {
        foreach (var at in (double[])[4.5625, 5.5, 5.875])
            SameRuns.AssertSameAfterCheckpoint(Plan(quirk), at, roundsAtLeast: IsAlike(quirk) ? 20 : 0);
    }

    struct ServerState
    {
        public long Round;
        public int Received;
    }

    struct WorkerState
    {
        public long Round;
        public long Version;
        public double Kept;
    }

    sealed class Quirky(Quirk quirk) : Method
    {
        static readonly MessageKind<int> Model = new("model", Dim.Parameters);
        static readonly MessageKind Change = new("change", Dim.Parameters);

        public override void Declare(Layout layout)
        {
            layout.Role("server", Count.One, new Server(quirk));
            layout.Role("worker", Count.PerWorker, new Worker(quirk));
            layout.Messages(Model, Change);
        }

        sealed class Server(Quirk quirk) : RoleProgram<ServerState>
        {
            Vector _x;
            Peers _workers;

            public override void Declare(RoleLayout role)
            {
                _x = role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point);
                _workers = role.Peers("worker");
            }

            public override void OnStart(ref ServerState s, Effects e) => Begin(ref s, e);

            public override void OnMessage(ref ServerState s, in Received m, Effects e)
            {
                // In this order: another one gives other bits.
                e.Lerp(0.0625, m.Vector, _x);
                if (++s.Received < (quirk == Quirk.SendsTwice ? 2 : 1) * _workers.Count)
                    return;
                e.RecordUpdate(s.Round - m.Version, m);
                s.Round++;
                Begin(ref s, e);
            }

            void Begin(ref ServerState s, Effects e)
            {
                s.Received = 0;
                var x = e.Snapshot(_x, s.Round);
                for (var i = 0; i < _workers.Count; i++)
                {
                    var place = quirk is Quirk.IsToldItsPlace or Quirk.KeepsWhatItIsTold ? i : 7;
                    e.Send(_workers[i], Model.With(place) with { Vector = x });
                }
            }
        }

        sealed class Worker(Quirk quirk) : RoleProgram<WorkerState>
        {
            Slot _x, _other;
            Vector _y, _z, _g;
            Peer _server;

            public override void Declare(RoleLayout role)
            {
                (_x, _other) = (role.Slot(Model), role.Slot(Model));
                _y = role.Vector("y", Dim.Parameters);
                _z = role.Vector("z", Dim.Parameters);
                _g = role.Vector("g", Dim.Parameters);
                _server = role.Peer("server");
            }

            public override void OnMessage(ref WorkerState s, in Received m, Effects e)
            {
                if (quirk == Quirk.ReadsTheModelBefore && s.Round > 0)
                    e.Lerp(0.5, _x, _y);
                var isOdd = quirk == Quirk.HoldsInTwoSlots && s.Round % 2 == 1;
                e.Hold(isOdd ? _other : _x, m);
                (s.Round, s.Version) = (s.Round + 1, m.Version);
                s.Kept = quirk switch
                {
                    Quirk.KeepsItsPlace => e.Place,
                    Quirk.KeepsWhatItIsTold => m.Body(Model),
                    Quirk.Draws => e.Uniform(),
                    _ => 0,
                };
                if (quirk == Quirk.RecordsUpdates)
                    e.RecordUpdate(3, m.Origin);
                if (quirk == Quirk.DoesEveryOperation)
                    DoEveryOperation(in s, e);
                if (quirk == Quirk.SendsTwice)
                    e.Send(_server, Change, e.Snapshot(_y, m.Version));
                Compute(in s, e, isOdd ? _other : _x);
            }

            void DoEveryOperation(in WorkerState s, Effects e)
            {
                e.Copy(_x, _z);
                e.Lerp(0.25, _x, _y);
                e.Scale(0.75, _y);
                e.Axpy(0.125, _x, _y);
                e.Axpy(-0.5, _z, _y);
                if (s.Round % 4 == 3)
                    e.Fill(0.125, _z);
                e.Lerp(0.5, _z, _y);
            }

            void Compute(in WorkerState s, Effects e, Operand model)
            {
                if (quirk == Quirk.ComputesAtAVector)
                {
                    e.Copy(model, _y);
                    model = e.Snapshot(_y, s.Version);
                }
                else if (quirk == Quirk.ComputesInPlace)
                {
                    e.Copy(model, _g);
                    model = _g;
                }
                e.Compute(new Computation(Oracle.Gradient, 1) { Input = model, Output = _g });
            }

            public override void OnComputed(ref WorkerState s, in Computed c, Effects e)
            {
                e.Axpy(0.25, _y, _g);
                e.Axpy(0.125, _x, _g); // with two slots that of the round before, every other time
                if (quirk == Quirk.ComputesInPlace)
                    e.Send(_server, Change, e.Snapshot(_g, s.Version));
                else
                    e.Send(_server, Change, e.Snapshot(_g, c.Origin));
            }
        }
    }
}
