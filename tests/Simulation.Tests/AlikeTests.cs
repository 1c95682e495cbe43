using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
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
        SendsTwoVectors,
        MixesOneOfTwoLater,
        WritesTheSecondOfTwo,
        KeepsItsPlace,
        KeepsItsRank,
        KeepsItself,
        KeepsTheLastSender,
        CountsRows,
        Draws,
        KeepsATable,
        KeepsWhatCameLast,
        WritesWhatIsComputedAt,
        HoldsItsMessage,
    }

    public static TheoryData<Quirk> Quirks => [.. Enum.GetValues<Quirk>()];

    [Theory]
    [MemberData(nameof(Quirks))]
    public void Only_agents_that_are_alike_take_rounds_and_no_bit_depends_on_it(Quirk quirk)
    {
        // Messages that come amid a computation meet the gradient before.
        var plan = Plan(quirk, quirk == Quirk.ReadsAGradientLater ? 0.25 : 1);

        var (rounds, oneByOne) = (Simulator.Run(plan), Simulator.Run(plan, new RunHooks { OneByOne = true }));

        SameRun.Assert(oneByOne, rounds);
        Assert.Equal(0, oneByOne.Counts.Cohorts);
        var isAlike = quirk is Quirk.None or Quirk.DoesEveryOperation or Quirk.ReadsAGradientLater
            or Quirk.SendsTwoVectors;
        Assert.InRange(rounds.Counts.Cohorts, isAlike ? 10 : 0, isAlike ? long.MaxValue : 2);
        Assert.True(oneByOne.Counts.Updates >= 9 * 10, $"{oneByOne.Counts.Updates} updates");
    }

    static RunPlan Plan(Quirk quirk, double delay)
    {
        // A slot keeps one message, so there is to be one.
        var graph = quirk == Quirk.HoldsItsMessage
            ? Graph(new RingTopology(new() { Nodes = 9, Directed = true }))
            : Ring(9);
        return PlanOf(new Quirky(quirk), QuadraticOf(Targets(9)), 20.5, graph).WithDelay(delay) with
        {
            Mixing = new UniformMixing().Schedule(graph),
        };
    }

    // Messages of two vectors that come amid a computation are held until it is over.
    [Theory]
    [InlineData(3.125)]
    [InlineData(3.5)]
    public void A_checkpoint_keeps_two_vectors_under_way_or_held_and_rounds_go_on(double at) =>
        SameRuns.AssertSameAfterCheckpoint(Plan(Quirk.SendsTwoVectors, 0.25), at, roundsAtLeast: 20);

    [Theory]
    [InlineData(3.125)]
    [InlineData(3.5)]
    public void After_a_checkpoint_no_rounds_begin_with_vectors_that_were_changed_since(double at) =>
        SameRuns.AssertSameAfterCheckpoint(Plan(Quirk.WritesTheSecondOfTwo, 0.25), at, roundsAtLeast: 0);

    [Theory]
    [InlineData(4.125)]
    [InlineData(4.5)]
    public void Rounds_with_two_vectors_under_way_or_held_end_with_the_same_bits(double at)
    {
        var fault = new CrashFault(new() { Place = 3, At = Seconds(at), For = Seconds(0.0625) });

        SameRuns.AssertSame(Plan(Quirk.SendsTwoVectors, 0.25) with { Faults = [fault] }, roundsAtLeast: 8);
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
        static readonly MessageKind Pair = new("pair", Dim.Parameters, Dim.Parameters);

        public override void Declare(Layout layout)
        {
            layout.Role("node", Count.PerNode, new Node(quirk));
            layout.Messages(Model, Pair);
        }

        sealed class Node(Quirk quirk) : RoleProgram<State>
        {
            readonly Sgd _sgd = new();
            readonly bool _isPair = quirk is Quirk.SendsTwoVectors or Quirk.MixesOneOfTwoLater
                or Quirk.WritesTheSecondOfTwo;
            Vector _x, _g, _mean;
            NeighbourRows _rows;
            Slot _slot;
            Table _table;

            public override void Declare(RoleLayout role)
            {
                _x = role.Vector("x", Dim.Parameters, Estimate.Mean, Initial.Point);
                _g = role.Vector("g", Dim.Parameters);
                _mean = role.Vector("mean", Dim.Parameters);
                _rows = role.NeighbourRows(_isPair ? Pair : Model, 3);
                _slot = role.Slot(Model);
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
                if (quirk == Quirk.HoldsItsMessage)
                    e.Hold(_slot, m);
                if (quirk == Quirk.CountsRows)
                    s.Kept = e.Held(_rows, m.Version);
                Finish(ref s, m.Origin, e);
            }

            public override void OnComputed(ref State s, in Computed c, Effects e)
            {
                if (quirk == Quirk.KeepsWhatCameLast)
                    s.Kept = 2;
                if (quirk == Quirk.MixesOneOfTwoLater && s.Iteration > 0)
                    e.Mix(_rows[1], s.Iteration - 1, _mean, _mean);
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
                if (_isPair)
                {
                    var pair = new Message(Pair) { Vector = x, Vector1 = e.Snapshot(_mean, s.Iteration) };
                    e.SendToNeighbours(pair, s.Iteration);
                    if (quirk == Quirk.WritesTheSecondOfTwo)
                        e.Scale(0.5, _mean);
                }
                else
                {
                    e.SendToNeighbours(Model, x, s.Iteration);
                }
                if (quirk == Quirk.WritesWhatIsComputedAt)
                    e.Scale(0.5, _x);
            }

            void Finish(ref State s, in Origin last, Effects e)
            {
                if (!s.HasGradient || !e.IsComplete(_rows, s.Iteration))
                    return;
                if (quirk == Quirk.HoldsItsMessage)
                    e.Axpy(0.25, _slot, _g);
                if (_isPair)
                    e.Axpy(0.25, _mean, _g); // what is mixed is read before
                e.Mix(_rows, s.Iteration, _x, _x);
                if (quirk is Quirk.SendsTwoVectors or Quirk.WritesTheSecondOfTwo)
                {
                    e.Mix(_rows[1], s.Iteration, _mean, _mean);
                    e.Lerp(0.5, _g, _mean);
                }
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
