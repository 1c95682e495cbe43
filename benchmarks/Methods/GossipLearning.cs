using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Benchmarks.Methods;

/// <summary>
/// Gossip learning, for measuring only: once a period every node sends its model to a neighbour drawn at random; who
/// gets one takes the mean of both and makes a step on all its samples.
/// </summary>
/// <param name="period">Virtual seconds between two messages of a node.</param>
/// <param name="step">The step size.</param>
[Method("benchmark-gossip-learning", Needs = Needs.Topology,
    Source = "Ormandi, Hegedus, Jelasity, Concurr. Comput. 25 (2013), merge then update")]
public sealed class GossipLearning(double period, double step) : Method
{
    static readonly MessageKind Model = new("model", Dim.Parameters);

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("node", Count.PerNode, new Node(period, step));
        layout.Messages(Model);
    }

    struct NodeState
    {
        public long Updates;
    }

    sealed class Node(double period, double step) : RoleProgram<NodeState>
    {
        Topology _topology = null!;
        Peers _nodes;
        Vector _x, _g;

        public override void Declare(RoleLayout role)
        {
            (_topology, _nodes) = (role.Topology, role.Peers("node"));
            _x = role.Vector("x", Dim.Parameters, Estimate.Mean, Initial.Point);
            _g = role.Vector("g", Dim.Parameters);
        }

        public override void OnStart(ref NodeState s, Effects e) => e.SetTimer(VirtualTime.FromSeconds(period * e.Uniform()));

        public override void OnTimer(ref NodeState s, in TimerFired t, Effects e)
        {
            var neighbour = _topology.OutNeighbour(e.Place, e.Below(_topology.OutDegree(e.Place)));
            e.Send(_nodes[neighbour], Model, e.Snapshot(_x, s.Updates));
            e.SetTimer(VirtualTime.FromSeconds(period));
        }

        public override void OnMessage(ref NodeState s, in Received m, Effects e)
        {
            e.Lerp(0.5, m.Vector, _x);
            e.Compute(Oracle.Gradient, e.Snapshot(_x, s.Updates), 0, _g);
        }

        public override void OnComputed(ref NodeState s, in Computed c, Effects e)
        {
            e.Axpy(-step, _g, _x);
            e.RecordUpdate(s.Updates - c.Origin.Version, c.Origin);
            s.Updates++;
        }
    }
}
