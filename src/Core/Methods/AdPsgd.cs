using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// AD-PSGD, asynchronous gossip in pairs: every node computes a gradient g at a copy of its x, averages with a random
/// neighbour, <c>x_i, x_j := (x_i + x_j) / 2</c>, then steps, <c>x_i := x_i - eta_n g</c>, and begins anew. It
/// answers other nodes while it computes, so g may be stale when it is applied.
/// </summary>
/// <remarks>
/// <para>
/// An offer carries x_i; a node that gets one replies with its x_j at receipt and averages at once; the node that
/// offered leaves its x_i alone until the reply comes and averages then. Both compute the same mean of the same two
/// vectors, so without faults averaging keeps the sum over the nodes.
/// </para>
/// <para>
/// Staleness: changes of the node's own x (averages and steps) since the copy that the gradient was computed at. n
/// counts the node's own steps.
/// </para>
/// <para>
/// Often confused with: D-SGD, whose iterations are synchronous; and push gossip, where only the receiver averages.
/// </para>
/// <para>
/// A lost offer or reply stops a node for good unless there is a timeout; an average that only one side made then
/// changes the sum.
/// </para>
/// </remarks>
/// <param name="options">Step size, batch, timeout.</param>
[KnownAs("gossip", Note = "asynchronous, in pairs")]
[Method("ad-psgd", Needs = Needs.Topology,
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.All | Tolerance.StateLoss,
    Source = "Lian et al., Asynchronous Decentralized Parallel SGD, ICML 2018, algorithm 1",
    Differs = "the paper avoids deadlock by a bipartite graph in which only one side offers; here every node of any "
        + "undirected graph does. A node that waits for a reply keeps one offer of a node with a greater number until "
        + "its own exchange is over, so that no circle of waiting nodes can form, and answers others with busy: these "
        + "step without averaging")]
public sealed class AdPsgd(AdPsgd.Options options) : Method
{
    /// <summary>Options of <see cref="AdPsgd"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size eta as a function of the node's own steps.</summary>
        public required StepSchedule Step { get; init; }

        /// <summary>Samples per gradient; 0 for all samples of the node.</summary>
        [Range(0, 1 << 20)]
        public int BatchSize { get; init; } = 1;

        /// <summary>The time after which a node gives up waiting for a reply; without, it never does.</summary>
        [Range(1e-9, 1e9)]
        public VirtualTime? Timeout { get; init; }
    }

    // Each carries the number of the offer.
    static readonly MessageKind<long> Offer = new("offer", Dim.Parameters), Reply = new("reply", Dim.Parameters),
        Busy = new("busy");

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("node", Count.PerNode, new Node(options));
        layout.Messages(Offer, Reply, Busy);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Step, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context)
    {
        if (context.Topology is { IsSymmetric: false })
            yield return "replies go back where offers came from: take an undirected topology";
        if (context.Topology is { Period: > 1 })
            yield return "nodes are in no common iteration: take a topology that does not change with it";
    }

    struct NodeState
    {
        public long Version;   // changes of x
        public long Steps;     // gradients applied
        public long Exchange;  // offers made; names the reply that is waited for
        public Origin Gradient;
        public TimerId Timer;
        public Peer Partner, Kept;
        public long KeptNumber;
        public bool IsWaiting, HasKept;
    }

    sealed class Node(Options options) : RoleProgram<NodeState>
    {
        Topology _topology = null!;
        Peers _nodes;
        Vector _x, _g;
        Slot _kept;

        public override void Declare(RoleLayout role)
        {
            (_topology, _nodes) = (role.Topology, role.Peers("node"));
            _x = role.Vector("x", Dim.Parameters, Estimate.Mean, Initial.Point);
            _g = role.Vector("g", Dim.Parameters);
            _kept = role.Slot(Offer);
        }

        public override void OnStart(ref NodeState s, Effects e) => Begin(ref s, e);

        public override void OnComputed(ref NodeState s, in Computed c, Effects e)
        {
            s.Gradient = c.Origin;
            var degree = _topology.OutDegree(e.Place);
            if (degree == 0)
            {
                Finish(ref s, c.Origin.Now, e);
                return;
            }
            s.Partner = _nodes[_topology.OutNeighbour(e.Place, e.Below(degree))];
            s.IsWaiting = true;
            s.Exchange++;
            e.Send(s.Partner, Offer, s.Exchange, e.Snapshot(_x, s.Version));
            if (options.Timeout is { } timeout)
                s.Timer = e.SetTimer(timeout);
        }

        public override void OnMessage(ref NodeState s, in Received m, Effects e)
        {
            if (m.Kind == Offer)
            {
                OnOffer(ref s, in m, e);
                return;
            }
            var isReply = m.Kind == Reply;
            if (!s.IsWaiting || m.Body(isReply ? Reply : Busy) != s.Exchange)
            {
                // Nobody else answers an exchange late than after a timeout.
                e.RecordWaste(options.Timeout is null ? WasteReason.Duplicate : WasteReason.Late, in m);
                return;
            }
            if (isReply)
                Average(ref s, m.Vector, e);
            if (options.Timeout is not null)
                e.Cancel(s.Timer);
            Finish(ref s, m.Origin.Now, e);
        }

        public override void OnTimer(ref NodeState s, in TimerFired t, Effects e) => Finish(ref s, 0, e);

        public override void OnRestart(ref NodeState s, Effects e)
        {
            s.IsWaiting = false;
            if (s.HasKept)
                e.Send(s.Kept, Busy, s.KeptNumber);
            ReleaseKept(ref s, e);
            Begin(ref s, e);
        }

        public override void Awaits(in NodeState s, Waits waits)
        {
            if (s.IsWaiting)
                waits.For(Reply, s.Partner);
        }

        void OnOffer(ref NodeState s, in Received m, Effects e)
        {
            var number = m.Body(Offer);
            if (!s.IsWaiting)
            {
                Answer(ref s, m.Sender, number, m.Vector, e);
            }
            else if (!s.HasKept && m.Sender.Id > e.Self.Id)
            {
                e.Hold(_kept, m);
                (s.HasKept, s.Kept, s.KeptNumber) = (true, m.Sender, number);
            }
            else
            {
                e.Send(m.Sender, Busy, number);
            }
        }

        void Begin(ref NodeState s, Effects e) =>
            e.Compute(Oracle.Gradient, e.Snapshot(_x, s.Version), options.BatchSize, _g);

        void Answer(ref NodeState s, Peer to, long number, Operand theirs, Effects e)
        {
            e.Send(to, Reply, number, e.Snapshot(_x, s.Version));
            Average(ref s, theirs, e);
        }

        // 0.5 x_i + 0.5 x_j rounds the same on both sides, because halves are exact and + commutes.
        void Average(ref NodeState s, Operand theirs, Effects e)
        {
            e.Lerp(0.5, theirs, _x);
            s.Version++;
        }

        void Finish(ref NodeState s, long now, Effects e)
        {
            s.IsWaiting = false;
            e.Axpy(-options.Step.At(s.Steps), _g, _x);
            // The time spent waiting for the neighbour is time at rest.
            e.RecordUpdate(s.Version - s.Gradient.Version, s.Gradient with { Now = Math.Max(now, s.Gradient.Now) });
            s.Steps++;
            s.Version++;
            if (s.HasKept)
                Answer(ref s, s.Kept, s.KeptNumber, _kept, e);
            ReleaseKept(ref s, e);
            Begin(ref s, e);
        }

        void ReleaseKept(ref NodeState s, Effects e)
        {
            if (s.HasKept)
                e.Release(_kept);
            s.HasKept = false;
        }
    }
}
