using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Theory;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// Decentralized SGD: every node mixes with its neighbours and steps along a gradient of its own, in iterations that
/// each node begins as soon as its neighbours' messages are there.
/// <c>awc</c>, adapt while communicate: <c>x_i := sum_j W_ij x_j - eta_k g_i(x_i)</c>, the gradient at the node's own
/// weights before mixing. <c>atc</c>, adapt then combine: <c>x_i := sum_j W_ij (x_j - eta_k g_j(x_j))</c>.
/// </summary>
/// <remarks>
/// <para>
/// There is no barrier: a node in iteration k waits for the messages of iteration k of its in-neighbours of that
/// iteration, so a neighbour can be ahead and a slow node slows the others down only step by step. With constant
/// durations the times obey t_i(k+1) = max(t_i(k) + compute_i, max_j (sent_j(k) + delay_ji)). Staleness is always 0.
/// A node without in-neighbours goes on alone.
/// </para>
/// <para>
/// Often confused with: gossip with the gradient at the mixed point (combine then adapt); awc is what "D-SGD" means in
/// most papers, and needs eta L below 1 + the least eigenvalue of W, while atc is stable up to 2 / L.
/// </para>
/// <para>A lost message stops the nodes around its receiver. Duplicates change nothing.</para>
/// </remarks>
/// <param name="options">Variant, step size, batch.</param>
[Method("d-sgd", Needs = Needs.Topology, NeedsMixing = true,
    Source = "Lian et al., NeurIPS 2017, algorithm 1; Zhu et al., arXiv 2306.02913 (awc); Sayed, 2014 (atc)")]
public sealed class DSgd(DSgd.Options options) : Method
{
    /// <summary>Whether the gradient is applied beside or before the mixing.</summary>
    public enum Order
    {
        /// <summary>Adapt while communicate: weights are sent while the gradient at them is computed.</summary>
        Awc,

        /// <summary>Adapt then combine: weights are sent after the step.</summary>
        Atc,
    }

    /// <summary>Options of <see cref="DSgd"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size eta as a function of the iteration.</summary>
        public required StepSchedule Step { get; init; }

        /// <summary>Samples per gradient; 0 for all samples of the node.</summary>
        [Range(0, 1 << 20)]
        public int BatchSize { get; init; } = 1;

        /// <summary>Whether the gradient is applied beside or before the mixing.</summary>
        public Order Variant { get; init; } = Order.Awc;

        /// <summary>How many iterations each node makes before it rests; without, until the run ends.</summary>
        [Range(1L, 1L << 48)]
        public long? Iterations { get; init; }
    }

    const int DenseMax = 200;

    static readonly MessageKind State = new("state", Dim.Parameters);

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("node", Count.PerNode, new Node(options));
        layout.Messages(State);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context)
    {
        foreach (var warning in StepChecks.Warnings(options.Step, context))
            yield return warning;
        // Disagreement along the eigenvalue lambda of W shrinks by |lambda - eta a| an iteration, a the curvature.
        var first = options.Step.At(0);
        if (options.Variant != Order.Awc || context.Smoothness is not { } smoothness
            || SmallestEigenvalue(context.Mixing) is not { } smallest || first * smoothness <= 1 + smallest)
            yield break;
        yield return $"the first step {first:g4} is beyond (1 + lambda_min(W)) / L = {(1 + smallest) / smoothness:g4}, "
            + "where awc may diverge; take a smaller step, lazy mixing, or the variant atc";
    }

    // Where it costs next to nothing.
    static double? SmallestEigenvalue(MixingSchedule? mixing)
    {
        if (mixing is not { Period: 1, IsSymmetric: true })
            return null;
        var w = mixing.At(0);
        return (Spectrum.ClosedForm(w) ?? (w.Nodes <= DenseMax ? Spectrum.Dense(w) : null))?.Smallest;
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context)
    {
        if (context.Topology is { } topology && NeighbourLead.Iterations(topology) is null)
            yield return "a node hears from one that never waits for it, even by others, and could run ahead "
                + "without end; take a strongly connected topology";
    }

    struct NodeState
    {
        public long Iteration;
        public int Place;
        public bool HasGradient, IsDone;
    }

    sealed class Node(Options options) : RoleProgram<NodeState>
    {
        readonly bool _adaptsFirst = options.Variant == Order.Atc;
        Topology _topology = null!;
        Peers _nodes;
        Vector _x, _g;
        NeighbourRows _rows;

        public override void Declare(RoleLayout role)
        {
            _topology = role.Topology;
            _nodes = role.Peers("node");
            _x = role.Vector("x", Dim.Parameters, Estimate.Mean, Initial.Point);
            _g = role.Vector("g", Dim.Parameters);
            _rows = role.NeighbourRows(NeighbourLead.Iterations(_topology) ?? 2);
        }

        public override void OnStart(ref NodeState s, Effects e)
        {
            s.Place = e.Place;
            Begin(ref s, e);
        }

        public override void OnMessage(ref NodeState s, in Received m, Effects e)
        {
            if (s.IsDone || m.Version < s.Iteration)
                return; // a duplicate that comes late
            e.Hold(_rows, m.Version, m);
            if (m.Version == s.Iteration)
                FinishIfComplete(ref s, m.Origin, e);
        }

        public override void OnComputed(ref NodeState s, in Computed c, Effects e)
        {
            s.HasGradient = true;
            if (_adaptsFirst)
            {
                e.Axpy(-options.Step.At(s.Iteration), _g, _x);
                e.SendToNeighbours(State, e.Snapshot(_x, c.Origin), s.Iteration);
            }
            FinishIfComplete(ref s, c.Origin, e);
        }

        // What a crash cost is the pending gradient; x still is the iteration's point.
        public override void OnRestart(ref NodeState s, Effects e)
        {
            if (!s.IsDone && !s.HasGradient)
                e.Compute(Oracle.Gradient, e.Snapshot(_x, s.Iteration), s.Place, options.BatchSize, _g);
        }

        public override void Awaits(in NodeState s, Waits waits)
        {
            if (s.IsDone || !s.HasGradient)
                return;
            var phase = _topology.PhaseAt(s.Iteration);
            for (var k = 0; k < phase.InDegree(s.Place); k++)
                waits.For(State, _nodes[phase.InNeighbour(s.Place, k)]);
        }

        void Begin(ref NodeState s, Effects e)
        {
            var x = e.Snapshot(_x, s.Iteration);
            e.Compute(Oracle.Gradient, x, s.Place, options.BatchSize, _g);
            if (!_adaptsFirst)
                e.SendToNeighbours(State, x, s.Iteration);
        }

        // The origin is that of the input that came last; the update is as old as that.
        void FinishIfComplete(ref NodeState s, in Origin last, Effects e)
        {
            var iteration = s.Iteration;
            if (!s.HasGradient || e.Held(_rows, iteration) < _topology.PhaseAt(iteration).InDegree(s.Place))
                return;
            e.Mix(_rows, iteration, _x, _x);
            if (!_adaptsFirst)
                e.Axpy(-options.Step.At(iteration), _g, _x);
            e.RecordUpdate(iteration - last.Version, last);
            s.HasGradient = false;
            s.Iteration++;
            s.IsDone = s.Iteration == options.Iterations;
            if (!s.IsDone)
                Begin(ref s, e);
        }
    }
}
