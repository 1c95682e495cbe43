using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>A program that takes messages in cohorts, held to the same program handled one by one.</summary>
public class CohortTests
{
    static RunPlan Plan(Method method) =>
        Plans.Of(method, 30, 20.5, Plans.Second) with
        {
            Topology = new TorusTopology(new TorusTopology.Options { Rows = 5, Columns = 6 }).Build(GraphContext.OfSeed(1)),
        };

    [Fact]
    public void Cohorts_change_no_bit_for_any_number_of_partitions()
    {
        var oneByOne = Simulator.Run(Plan(new Pulse()), new RunHooks { OneByOne = true });
        Assert.Equal(0, oneByOne.Counts.Cohorts);

        foreach (var partitions in (int[])[1, 2, 3, 7])
        {
            var method = new Pulse();
            var record = Simulator.Run(Plan(method) with { Partitions = partitions });

            Assert.Equal(oneByOne.Hash, record.Hash);
            Assert.Equal(oneByOne.Counts.Events, record.Counts.Events);
            Assert.True(record.Counts.Cohorts > 0);
            // Four neighbours and two kinds of messages at one instant: every cohort has one kind, each agent once.
            Assert.True(method.Cohorts > 0);
        }
    }

    [Fact]
    public void A_cohort_holds_the_next_message_of_every_agent()
    {
        // With one kind of messages nothing parts the thirty nodes' first ones.
        var method = new Pulse(notes: false);

        Simulator.Run(Plan(method));

        Assert.Equal(30, method.Largest);
    }

    /// <summary>Every second each node sends its neighbours its x, and a note; what comes is folded into x.</summary>
    [Method("pulse", Needs = Needs.Topology)]
    sealed class Pulse(bool notes = true) : Method
    {
        static readonly MessageKind State = new("state", Dim.Parameters);
        static readonly MessageKind Note = new("note") { Scalars = 1 };

        public int Cohorts { get; private set; }

        public int Largest { get; private set; }

        public override void Declare(Layout layout)
        {
            layout.Messages(State, Note);
            layout.Role("node", Count.PerNode, new Node(this, notes));
        }

        sealed class Node(Pulse owner, bool notes) : RoleProgram<long>
        {
            Topology _topology = null!;
            Peers _nodes;
            Vector _x;

            public override void Declare(RoleLayout role) => (_topology, _nodes, _x) =
                (role.Topology, role.Peers("node"), role.Vector("x", Dim.Parameters, Estimate.Mean));

            public override void OnStart(ref long s, Effects e)
            {
                e.Fill(1 + (0.1 * e.Index), _x);
                e.SetTimer(1);
            }

            public override void OnTimer(ref long s, in TimerFired t, Effects e)
            {
                e.SendToNeighbours(State, e.Snapshot(_x, s));
                foreach (var other in notes ? _topology.OutNeighbours(e.Place) : [])
                    e.Send(_nodes[other], Note, Snapshot.None, s);
                e.SetTimer(1);
            }

            // Not commutative: the order of the messages shows in the bits.
            public override void OnMessage(ref long s, in Received m, Effects e)
            {
                s++;
                if (ReferenceEquals(m.Kind, State))
                    e.Lerp(0.3, m.Vector, _x);
                else
                    e.Scale(1 + (1e-3 * m.Scalar), _x);
            }

            public override void OnMany(in Cohort<long> cohort, Effects e)
            {
                owner.Cohorts++;
                owner.Largest = Math.Max(owner.Largest, cohort.Count);
                var seen = new HashSet<int>();
                for (var i = 0; i < cohort.Count; i++)
                {
                    ref var s = ref cohort.Enter(i, out var m);
                    Assert.True(seen.Add(e.Self.Id));
                    OnMessage(ref s, in m, e);
                }
            }
        }
    }
}
