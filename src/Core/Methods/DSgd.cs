using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Methods.Rounds;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// Decentralized SGD: every node mixes with its neighbours and steps along a gradient of its own, in iterations that
/// each node begins as soon as its neighbours' messages are there.
/// <c>awc</c>, adapt while communicate: <c>x_i := sum_j W_ij x_j - eta_k g_i(x_i)</c>, the gradient at the node's own
/// weights before mixing. <c>atc</c>, adapt then combine: <c>x_i := sum_j W_ij (x_j - eta_k g_j(x_j))</c>.
/// <c>cta</c>, combine then adapt: <c>x_i := y_i - eta_k g_i(y_i)</c> with <c>y_i = sum_j W_ij x_j</c>.
/// </summary>
/// <remarks>
/// <para>
/// There is no barrier: a node in iteration k waits for the messages of iteration k of its in-neighbours of that
/// iteration, so a neighbour can be ahead and a slow node slows the others down only step by step. With constant
/// durations the times of awc and atc obey t_i(k+1) = max(t_i(k) + compute_i, max_j (sent_j(k) + delay_ji)); those of
/// cta t_i(k+1) = compute_i + max(t_i(k), max_j (t_j(k) + delay_ji)): it cannot hide communication behind computation.
/// Staleness is always 0. A node without in-neighbours goes on alone.
/// </para>
/// <para>
/// With another optimizer than plain SGD its step takes the place of -eta g, from the mixed point in awc; its states
/// stay at the node and are not mixed.
/// </para>
/// <para>
/// Often confused with: gossip with the gradient at the mixed point, which is cta; awc is what "D-SGD" means in most
/// papers, and needs eta L below 1 + the least eigenvalue of W, while atc and cta are stable up to 2 / L.
/// </para>
/// <para>
/// Metrics are taken at the vectors that the nodes' last completed iterations left, also where a node of atc has
/// stepped and not mixed yet, or one of cta has mixed and not stepped: both keep that vector beside x, d numbers more.
/// </para>
/// <para>
/// A lost message stops the nodes around its receiver, unless there is a timeout: so long after the beginning of its
/// iteration a node mixes with what it has, and what comes later is dropped. The missing weights go to the node itself,
/// or the others are scaled up; both ways rows of the mixing matrix still sum to 1, but columns do not, so that the
/// mean over the nodes moves where a message is lost in one direction only. A node that is left behind, so that
/// messages come from further ahead than it can keep, goes on in their iteration, and skips those between. Duplicates
/// change nothing.
/// </para>
/// </remarks>
/// <param name="options">Variant, step size, optimizer, batch, timeout.</param>
[KnownAs("gossip", Note = "in iterations, with all neighbours")]
[KnownAs("choco-sgd", Note = "which sends whole models, not compressed differences of them")]
[Method("d-sgd", Needs = Needs.Topology, NeedsMixing = true, Aliases = ["d-psgd"],
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.All | Tolerance.StateLoss,
    Source = "Lian et al., NeurIPS 2017, algorithm 1; Zhu et al., arXiv 2306.02913 (awc); Sayed, 2014 (atc, cta)")]
public sealed class DSgd(DSgd.Options options) : Method, ICurvatureLimited
{
    /// <summary>Whether the gradient is applied beside, before or after the mixing.</summary>
    public enum Order
    {
        /// <summary>Adapt while communicate: weights are sent while the gradient at them is computed.</summary>
        Awc,

        /// <summary>Adapt then combine: weights are sent after the step.</summary>
        Atc,

        /// <summary>Combine then adapt: the gradient is computed at the mixed weights.</summary>
        Cta,
    }

    /// <summary>Options of <see cref="DSgd"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size eta as a function of the iteration.</summary>
        public required StepSchedule Step { get; init; }

        /// <summary>What a node makes of its gradients.</summary>
        public Optimizer Optimizer { get; init; } = new Sgd();

        /// <summary>Samples per gradient; 0 for all samples of the node.</summary>
        [Range(0, 1 << 20)]
        public int BatchSize { get; init; } = 1;

        /// <summary>Whether the gradient is applied beside, before or after the mixing.</summary>
        public Order Variant { get; init; } = Order.Awc;

        /// <summary>
        /// How long after it has begun an iteration a node mixes with what it has; without, it waits for all.
        /// </summary>
        [Range(1e-9, 1e9)]
        public VirtualTime? Timeout { get; init; }

        /// <summary>What becomes of the weights of neighbours that have not sent in time.</summary>
        public MissingRows Missing { get; init; }

        /// <summary>How many iterations each node makes before it rests; without, until the run ends.</summary>
        [Range(1L, 1L << 48)]
        public long? Iterations { get; init; }
    }

    static readonly MessageKind State = new("state", Dim.Parameters);

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("node", Count.PerNode, new Node(options));
        layout.Messages(State);
    }

    /// <inheritdoc/>
    public StepSchedule Step => options.Step;

    /// <inheritdoc/>
    public int BatchSize => options.BatchSize;

    /// <inheritdoc/>
    public bool HasModelPerPlace => true;

    /// <inheritdoc/>
    public double? CurvatureLimit(MethodContext context, long updates) =>
        CurvatureLimits.Factor(options.Optimizer, options.Variant, context.Mixing) is { } factor
            ? factor / options.Step.At(Math.Min(updates / context.Places, (options.Iterations ?? long.MaxValue) - 1))
            : null;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context)
    {
        if (options.Optimizer is not Sgd)
            yield break;
        foreach (var warning in StepChecks.Warnings(options.Step, context))
            yield return warning;
        // Disagreement along the eigenvalue lambda of W shrinks by |lambda - eta a| an iteration, a the curvature.
        var first = options.Step.At(0);
        if (options.Variant != Order.Awc || context is not { Smoothness: { } smoothness, Mixing.IsSymmetric: true }
            || CurvatureLimit(context, 0) is not { } limit || limit >= smoothness)
            yield break;
        yield return $"the first step {Counted.Digits(first, 4)} is beyond (1 + lambda_min(W)) / L = "
            + $"{Counted.Digits(first * limit / smoothness, 4)}, "
            + "where awc may diverge; take a smaller step, lazy mixing, or the variant atc";
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context)
    {
        if (context.Topology is { } topology && NeighbourLead.Iterations(topology) is null)
            yield return NeighbourLead.Unbounded;
    }

    struct NodeState
    {
        public long Iteration;
        public bool HasGradient, HasMixed, IsDone;
    }

    sealed class Node(Options options) : RoleProgram<NodeState>
    {
        readonly Order _order = options.Variant;
        readonly IterationTimeout _timeout = new(options.Timeout);
        Topology _topology = null!;
        Peers _nodes;
        Vector _x, _g, _state0, _state1;
        Vector _iterate; // x as the last completed iteration left it, where x is changed amid one
        NeighbourRows _rows;
        int _lead; // iterations whose rows are held at once

        bool HasHalfSteps => _order != Order.Awc;

        public override void Declare(RoleLayout role)
        {
            _topology = role.Topology;
            _nodes = role.Peers("node");
            _x = role.Vector(
                "x", Dim.Parameters, HasHalfSteps ? Estimate.None : Estimate.Mean, Initial.Point);
            _g = role.Vector("g", Dim.Parameters);
            if (options.Optimizer.States > 0)
                _state0 = role.Vector("optimizer state 1", Dim.Parameters);
            if (options.Optimizer.States > 1)
                _state1 = role.Vector("optimizer state 2", Dim.Parameters);
            if (HasHalfSteps)
                _iterate = role.Vector("iterate", Dim.Parameters, Estimate.Mean, Initial.Point);
            _timeout.Declare(role);
            _lead = NeighbourLead.Iterations(_topology) ?? 2;
            _rows = role.NeighbourRows(State, _lead);
        }

        public override void OnStart(ref NodeState s, Effects e) => Begin(ref s, e);

        public override void OnMessage(ref NodeState s, in Received m, Effects e)
        {
            if (_timeout.IsGiven && !s.IsDone && m.Version >= s.Iteration + _lead)
                CatchUp(ref s, m.Version, m.Origin, e);
            if (s.IsDone || m.Version < s.Iteration || (m.Version == s.Iteration && s.HasMixed))
            {
                e.RecordWaste(_timeout.WhyRefused, in m);
                return;
            }
            e.Hold(_rows, m.Version, m);
            if (m.Version == s.Iteration)
                FinishIfComplete(ref s, m.Origin, e);
        }

        public override void OnComputed(ref NodeState s, in Computed c, Effects e)
        {
            s.HasGradient = true;
            var origin = c.Origin with { Version = s.Iteration }; // it may have begun before the node caught up
            if (_order == Order.Atc)
            {
                Step(s.Iteration, e);
                e.SendToNeighbours(State, e.Snapshot(_x, origin), s.Iteration);
            }
            if (_order == Order.Cta)
                Finish(ref s, origin, e);
            else
                FinishIfComplete(ref s, origin, e);
        }

        public override void OnTimer(ref NodeState s, in TimerFired t, Effects e) =>
            FinishIfComplete(ref s, _timeout.OnTimer(e), e);

        // Others have gone on by time, further than rows are kept: theirs is the node's iteration now. Its x is as it
        // was, and so is the gradient at it.
        void CatchUp(ref NodeState s, long iteration, in Origin last, Effects e)
        {
            for (var k = 0; k < _lead; k++)
                e.Release(_rows, s.Iteration + k);
            s.Iteration = iteration;
            if (!s.HasMixed)
            {
                _timeout.End(e);
                _timeout.Begin(e);
                _timeout.Note(in last, e);
            }
            if (_order != Order.Atc || s.HasGradient)
                e.SendToNeighbours(State, e.Snapshot(_x, iteration), iteration);
        }

        bool IsComputing(in NodeState s) => !s.HasGradient && (_order != Order.Cta || s.HasMixed);

        // Whether there is another iteration.
        bool Advance(ref NodeState s)
        {
            (s.HasGradient, s.HasMixed) = (false, false);
            s.Iteration++;
            s.IsDone = s.Iteration == options.Iterations;
            return !s.IsDone;
        }

        // What a crash cost is the pending gradient; x still is the point that it is asked for.
        public override void OnRestart(ref NodeState s, Effects e)
        {
            if (s.IsDone)
                return;
            if (IsComputing(in s))
                Compute(e.Snapshot(_x, s.Iteration), e);
            if (!s.HasMixed)
                _timeout.Resume(e);
        }

        public override void Awaits(in NodeState s, Waits waits)
        {
            if (!s.IsDone && (_order == Order.Cta ? !s.HasMixed : s.HasGradient))
                waits.ForNeighbours(State, _nodes, _topology, s.Iteration);
        }

        void Begin(ref NodeState s, Effects e)
        {
            _timeout.Begin(e);
            var x = e.Snapshot(_x, s.Iteration);
            if (_order != Order.Cta)
                Compute(x, e);
            if (_order != Order.Atc)
                e.SendToNeighbours(State, x, s.Iteration);
            if (_order == Order.Cta)
                FinishIfComplete(ref s, default, e);
        }

        void Compute(Snapshot x, Effects e) => e.Compute(Oracle.Gradient, x, options.BatchSize, _g);

        void Step(long iteration, Effects e) =>
            e.Step(options.Optimizer, options.Step.At(iteration), iteration + 1, _g, _x, _state0, _state1);

        // The origin is that of the input that came last; the update is as old as that.
        void FinishIfComplete(ref NodeState s, in Origin last, Effects e)
        {
            var iteration = s.Iteration;
            _timeout.Note(in last, e);
            if ((_order == Order.Cta ? s.HasMixed : !s.HasGradient)
                || !(e.IsComplete(_rows, iteration) || _timeout.IsOverdue(e)))
                return;
            _timeout.End(e);
            e.Mix(_rows, iteration, _x, _x, _timeout.IsGiven ? options.Missing : null);
            if (_order == Order.Cta)
            {
                s.HasMixed = true;
                Compute(e.Snapshot(_x, iteration), e);
                return;
            }
            if (_order == Order.Awc)
                Step(iteration, e);
            Finish(ref s, last, e);
        }

        void Finish(ref NodeState s, in Origin last, Effects e)
        {
            if (_order == Order.Cta)
                Step(s.Iteration, e);
            if (HasHalfSteps)
                e.Copy(_x, _iterate);
            e.RecordUpdate(s.Iteration - last.Version, last);
            if (Advance(ref s))
                Begin(ref s, e);
        }
    }
}
