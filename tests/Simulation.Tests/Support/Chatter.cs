using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Simulation.Tests.Support;

/// <summary>
/// Nodes that do, drawn at random, all that agents can do to each other: send empty, plain and compound messages, one
/// version to many, what they hold of others; compute, set timers, cancel both.
/// </summary>
[Method("chatter", Needs = Needs.Topology)]
public sealed class Chatter : Method
{
    static readonly MessageKind
        Empty = new("empty"),
        Plain = new("plain", Dim.Parameters);

    static readonly MessageKind<Pair> Compound = new("compound", Dim.Parameters, Dim.Parameters);

    /// <summary>24 of them for 4 s, of which one goes down for a while, under faults of their messages.</summary>
    public static RunPlan Talk(params IReadOnlyList<Fault> faults)
    {
        var problem = new Quadratic(new() { Dimension = 5, Heterogeneity = 1 });
        problem.Build(new ProblemContext(24, 1, name => name));
        var delay = new ShiftedExponential(new() { Shift = 0.01, Mean = 0.02 });
        return Plans.Of(new Chatter(), 24, 4, delay, problem) with
        {
            Topology = Topology.Complete("complete", 24),
            Compute = Plans.Equal(24, 0.02),
            LogUpdates = true,
            Faults = [.. faults, new CrashFault(new() { Place = 3, At = Seconds(0.5), For = Seconds(0.4) })],
        };
    }

    public override void Declare(Layout layout)
    {
        layout.Messages(Empty, Plain, Compound);
        layout.Role("node", Count.PerNode, new Node());
    }

    // Seven bytes between the two are a hole.
    readonly record struct Pair(byte Weight, double Draw);

    struct NodeState
    {
        public long Handled;
        public ComputationId Last;
        public bool Holds;
    }

    sealed class Node : RoleProgram<NodeState>
    {
        Core.Topologies.Topology _topology = null!;
        Peers _nodes;
        Vector _x, _g;
        Slot _slot;

        public override void Declare(RoleLayout role)
        {
            (_topology, _nodes) = (role.Topology, role.Peers("node"));
            _x = role.Vector("x", Dim.Parameters, Estimate.Mean, Initial.Point);
            _g = role.Vector("g", Dim.Parameters);
            _slot = role.Slot(Plain);
        }

        public override void OnStart(ref NodeState s, Effects e)
        {
            e.Fill(e.Index + 1, _x);
            e.SetTimer(VirtualTime.FromSeconds(0.01 * (1 + e.Below(20))));
            Act(ref s, e);
        }

        public override void OnMessage(ref NodeState s, in Received m, Effects e)
        {
            if (m.Kind == Plain)
            {
                e.Lerp(0.3, m.Vector, _x);
                if (e.Below(3) == 0)
                {
                    e.Hold(_slot, m);
                    s.Holds = true;
                }
            }
            else if (m.Kind == Compound)
            {
                e.Axpy(0.01 * m.Body(Compound).Weight, m.Vector1, _x);
                e.Scale(0.5, _x);
            }
            Act(ref s, e);
        }

        public override void OnComputed(ref NodeState s, in Computed c, Effects e)
        {
            e.Axpy(-0.1, _g, _x);
            e.RecordUpdate(0, c.Origin);
            Act(ref s, e);
        }

        public override void OnTimer(ref NodeState s, in TimerFired t, Effects e)
        {
            e.SetTimer(VirtualTime.FromSeconds(0.05 + (0.1 * e.Uniform())));
            Act(ref s, e);
        }

        public override void OnRestart(ref NodeState s, Effects e)
        {
            e.SetTimer(VirtualTime.FromSeconds(0.03));
            Act(ref s, e);
        }

        // Less than one successor for each event, so that no flood sets in; timers keep it going.
        void Act(ref NodeState s, Effects e)
        {
            s.Handled++;
            var other = _nodes[_topology.OutNeighbour(e.Place, e.Below(_topology.OutDegree(e.Place)))];
            switch (e.Below(10))
            {
                case 0 when e.Below(_topology.OutDegree(e.Place)) == 0:
                    e.SendToNeighbours(Plain, e.Snapshot(_x, s.Handled));
                    break;
                case 1 or 2:
                    e.Send(other, Empty);
                    break;
                case 3 when s.Holds:
                    s.Last = e.Compute(Oracle.Gradient, _slot, 1, _g);
                    break;
                case 4:
                    e.Send(other, Plain, e.Snapshot(_x, s.Handled));
                    // What was sent must stay as it was.
                    e.Scale(0.9, _x);
                    break;
                case 5:
                    e.Send(other, Compound.With(new((byte)(s.Handled % 7), e.Uniform())) with
                    {
                        Vector = e.Snapshot(_x, s.Handled),
                        Vector1 = e.Snapshot(_g, s.Handled),
                    });
                    break;
                case 6:
                    s.Last = e.Compute(Oracle.Gradient, _x, 1, _g);
                    break;
                case 7 when s.Handled % 5 == 0:
                    e.Cancel(s.Last);
                    break;
            }
        }
    }
}
