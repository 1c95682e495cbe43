using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Tests.Support;
using static AsyncOpt.Simulation.Tests.Methods.MethodPlans;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Which programs take rounds: those whose handlers ask for the same, whichever agent it is.</summary>
public class AlikeTests
{
    /// <summary>What tells agents apart.</summary>
    public enum Quirk
    {
        None,
        DoesEveryOperation,
        ReadsAGradientLater,
        KeepsItsPlace,
        KeepsItsRank,
        KeepsItself,
        KeepsTheLastSender,
        CountsRows,
        Draws,
        KeepsATable,
        KeepsWhatCameLast,
        WritesWhatIsComputedAt,
    }

    public static TheoryData<Quirk> Quirks => [.. Enum.GetValues<Quirk>()];

    [Theory]
    [MemberData(nameof(Quirks))]
    public void Only_agents_that_are_alike_take_rounds_and_no_bit_depends_on_it(Quirk quirk)
    {
        // Messages that come amid a computation meet the gradient before.
        var delay = quirk == Quirk.ReadsAGradientLater ? 0.25 : 1;
        var plan = PlanOf(new Quirky(quirk), QuadraticOf(Targets(9)), 20.5, Ring(9)).WithDelay(delay);

        var (rounds, oneByOne) = (Simulator.Run(plan), Simulator.Run(plan, new RunHooks { OneByOne = true }));

        SameRun.Assert(oneByOne, rounds);
        Assert.Equal(0, oneByOne.Counts.Cohorts);
        var isAlike = quirk is Quirk.None or Quirk.DoesEveryOperation or Quirk.ReadsAGradientLater;
        Assert.InRange(rounds.Counts.Cohorts, isAlike ? 10 : 0, isAlike ? long.MaxValue : 2);
        Assert.True(oneByOne.Counts.Updates >= 9 * 10, $"{oneByOne.Counts.Updates} updates");
    }

    struct State
    {
        public long Iteration;
        public bool HasGradient;
        public double Kept;
    }

    sealed class Quirky(Quirk quirk) : Method
    {
        static readonly MessageKind Model = new("model", Dim.Parameters);

        public override void Declare(Layout layout)
        {
            layout.Role("node", Count.PerNode, new Node(quirk));
            layout.Messages(Model);
        }

        sealed class Node(Quirk quirk) : RoleProgram<State>
        {
            readonly Sgd _sgd = new();
            Vector _x, _g, _mean;
            NeighbourRows _rows;
            Table _table;

            public override void Declare(RoleLayout role)
            {
                _x = role.Vector("x", Dim.Parameters, Estimate.Mean, Initial.Point);
                _g = role.Vector("g", Dim.Parameters);
                _mean = role.Vector("mean", Dim.Parameters);
                _rows = role.NeighbourRows(Model);
                _table = role.Table(Dim.Parameters);
            }

            public override void OnStart(ref State s, Effects e) => Begin(ref s, e);

            public override void OnMessage(ref State s, in Received m, Effects e)
            {
                if (quirk == Quirk.KeepsTheLastSender)
                    s.Kept = m.Sender.Id;
                if (quirk == Quirk.KeepsWhatCameLast)
                    s.Kept = 1;
                if (quirk == Quirk.ReadsAGradientLater)
                    e.Axpy(0.25, _g, _mean);
                e.Hold(_rows, m.Version, m);
                if (quirk == Quirk.CountsRows)
                    s.Kept = e.Held(_rows, m.Version);
                Finish(ref s, m.Origin, e);
            }

            public override void OnComputed(ref State s, in Computed c, Effects e)
            {
                if (quirk == Quirk.KeepsWhatCameLast)
                    s.Kept = 2;
                s.HasGradient = true;
                Finish(ref s, c.Origin, e);
            }

            void Begin(ref State s, Effects e)
            {
                s.Kept = quirk switch
                {
                    Quirk.KeepsItsPlace => e.Place,
                    Quirk.KeepsItsRank => e.Index,
                    Quirk.KeepsItself => e.Self.Id,
                    Quirk.Draws => e.Uniform(),
                    Quirk.KeepsATable => ++e.Numbers(_table)[0],
                    _ => s.Kept,
                };
                var x = e.Snapshot(_x, s.Iteration);
                e.Compute(Oracle.Gradient, x, 1, _g);
                e.SendToNeighbours(Model, x, s.Iteration);
                if (quirk == Quirk.WritesWhatIsComputedAt)
                    e.Scale(0.5, _x);
            }

            void Finish(ref State s, in Origin last, Effects e)
            {
                if (!s.HasGradient || !e.IsComplete(_rows, s.Iteration))
                    return;
                e.Mix(_rows, s.Iteration, _x, _x);
                if (quirk == Quirk.DoesEveryOperation)
                {
                    e.Lerp(0.25, _g, _mean);
                    e.Scale(0.5, _g);
                    e.Axpy(0.5, _mean, _g);
                    if (s.Iteration % 4 == 3)
                        e.Fill(0.125, _mean);
                }
                // What is kept counts.
                e.Step(_sgd, 0.125 / (1 + s.Kept), s.Iteration + 1, _g, _x);
                if (quirk == Quirk.ReadsAGradientLater)
                    e.Step(_sgd, 0.125, s.Iteration + 1, _mean, _x);
                e.RecordUpdate(s.Iteration - last.Version, last);
                (s.HasGradient, s.Iteration) = (false, s.Iteration + 1);
                Begin(ref s, e);
            }
        }
    }
}
