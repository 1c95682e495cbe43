using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Methods.Rounds;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// Gradient tracking, also called DIGing: every node mixes its point with its neighbours' and steps along y_i, its own
/// estimate of the mean gradient over all nodes, <c>x_i := sum_j W_ij x_j - eta_k y_i</c>; then it mixes the estimates
/// and adds by how much its own gradient has changed, <c>y_i := sum_j W_ij y_j + g_i(new x_i) - g_i(old x_i)</c>. At
/// the start y_i is the gradient at the initial point.
/// </summary>
/// <remarks>
/// <para>
/// Where columns of W sum to 1, the sum of all y_i is that of the gradients in every iteration, so that with a constant
/// step and whole gradients all nodes go to the minimum of the mean loss, however different their own losses are; D-SGD
/// stops at a distance that grows with eta. The gradient of an iteration is drawn once and used in both differences.
/// </para>
/// <para>
/// x_i and y_i travel in one message: 2 d numbers to each out-neighbour. There is no barrier: a node in iteration k
/// waits for the messages of iteration k of its in-neighbours, then computes; it cannot hide communication behind
/// computation. Staleness is always 0. A node without in-neighbours goes on alone.
/// </para>
/// <para>
/// Often confused with: D-SGD with momentum, whose direction is a mean over time, not over nodes; and DSGT, which sends
/// x_i - eta y_i instead of x_i.
/// </para>
/// <para>
/// A lost message stops the nodes around its receiver, unless there is a timeout: so long after the beginning of its
/// iteration a node mixes with what it has, as in <c>d-sgd</c>. Each mixture without a message changes the sum of all
/// y_i, and nothing brings it back: nodes then drift off the minimum (<c>rasgp</c> keeps its
/// sums whatever is lost). Duplicates change nothing. A node that restarts computes the gradient again that the crash
/// cost.
/// </para>
/// </remarks>
/// <param name="options">Step size, batch, timeout.</param>
[Method("gradient-tracking", Needs = Needs.Topology, NeedsMixing = true, Aliases = ["diging"],
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.All,
    Source = "Nedic, Olshevsky and Shi, SIAM J. Optim. 27 (2017) 2597, algorithm 1 (DIGing)",
    Differs = "gradients may be of batches, as in DSGT (Pu and Nedic, Math. Program. 187 (2021) 409)")]
public sealed class GradientTracking(GradientTracking.Options options) : Method
{
    /// <summary>Options of <see cref="GradientTracking"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size eta as a function of the iteration.</summary>
        public required StepSchedule Step { get; init; }

        /// <summary>Samples per gradient; 0 for all samples of the node.</summary>
        [Range(0, 1 << 20)]
        public int BatchSize { get; init; } = 1;

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

    // x and y.
    static readonly MessageKind State = new("state", Dim.Parameters, Dim.Parameters);

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("node", Count.PerNode, new Node(options));
        layout.Messages(State);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Step, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context)
    {
        if (context.Topology is { } topology && NeighbourLead.Iterations(topology) is null)
            yield return NeighbourLead.Unbounded;
        if (context.Mixing is { IsDoublyStochastic: false })
        {
            yield return "columns of the mixing matrix do not sum to 1, so that the estimates would not add up to the "
                + "sum of the gradients; take metropolis-hastings weights, or a graph whose in- and out-degrees are "
                + "all equal";
        }
    }

    struct NodeState
    {
        public long Iteration;

        /// <summary>Whether y contains the gradient at x, and both are sent.</summary>
        public bool HasGradient;
        public bool IsDone;
    }

    sealed class Node(Options options) : RoleProgram<NodeState>
    {
        readonly IterationTimeout _timeout = new(options.Timeout);
        Topology _topology = null!;
        Peers _nodes;
        Vector _x, _y, _g;
        NeighbourRows _rows;
        int _lead; // iterations whose rows are held at once

        public override void Declare(RoleLayout role)
        {
            (_topology, _nodes) = (role.Topology, role.Peers("node"));
            _x = role.Vector("x", Dim.Parameters, Estimate.Mean, Initial.Point);
            _y = role.Vector("y", Dim.Parameters);
            _g = role.Vector("g", Dim.Parameters);
            _timeout.Declare(role);
            _lead = NeighbourLead.Iterations(_topology) ?? 2;
            _rows = role.NeighbourRows(State, _lead);
        }

        public override void OnStart(ref NodeState s, Effects e) => Begin(in s, e);

        public override void OnComputed(ref NodeState s, in Computed c, Effects e)
        {
            s.HasGradient = true;
            e.Axpy(1, _g, _y);
            var origin = c.Origin with { Version = s.Iteration }; // it may have begun before the node caught up
            Send(in origin, e);
            FinishIfComplete(ref s, origin, e);
        }

        void Send(in Origin origin, Effects e) => e.SendToNeighbours(
            new Message(State) { Vector = e.Snapshot(_x, origin), Vector1 = e.Snapshot(_y, origin) }, origin.Version);

        public override void OnTimer(ref NodeState s, in TimerFired t, Effects e) =>
            FinishIfComplete(ref s, _timeout.OnTimer(e), e);

        // Others have gone on by time, further than rows are kept: theirs is the node's iteration now. Its x is as it
        // was, and so is the gradient at it.
        void CatchUp(ref NodeState s, in Origin last, Effects e)
        {
            for (var k = 0; k < _lead; k++)
                e.Release(_rows, s.Iteration + k);
            s.Iteration = last.Version;
            _timeout.End(e);
            _timeout.Begin(e);
            _timeout.Note(in last, e);
            if (s.HasGradient)
                Send(new Origin(last.Version, last.Now, 0, 0, last.Now), e);
        }

        public override void OnMessage(ref NodeState s, in Received m, Effects e)
        {
            if (_timeout.IsGiven && !s.IsDone && m.Version >= s.Iteration + _lead)
                CatchUp(ref s, m.Origin, e);
            if (s.IsDone || m.Version < s.Iteration)
            {
                e.RecordWaste(_timeout.WhyRefused, in m);
                return;
            }
            e.Hold(_rows, m.Version, m);
            if (m.Version == s.Iteration)
                FinishIfComplete(ref s, m.Origin, e);
        }

        // What a crash cost is the pending gradient; x still is the point that it is asked for.
        public override void OnRestart(ref NodeState s, Effects e)
        {
            if (s.IsDone)
                return;
            if (!s.HasGradient)
                Compute(s.Iteration, e);
            _timeout.Resume(e);
        }

        public override void Awaits(in NodeState s, Waits waits)
        {
            if (!s.IsDone && s.HasGradient)
                waits.ForNeighbours(State, _nodes, _topology, s.Iteration);
        }

        void Begin(in NodeState s, Effects e)
        {
            _timeout.Begin(e);
            Compute(s.Iteration, e);
        }

        void Compute(long iteration, Effects e) =>
            e.Compute(Oracle.Gradient, e.Snapshot(_x, iteration), options.BatchSize, _g);

        // The origin is that of the input that came last; the update is as old as that.
        void FinishIfComplete(ref NodeState s, in Origin last, Effects e)
        {
            _timeout.Note(in last, e);
            if (!s.HasGradient || !(e.IsComplete(_rows, s.Iteration) || _timeout.IsOverdue(e)))
                return;
            _timeout.End(e);
            MissingRows? missing = _timeout.IsGiven ? options.Missing : null;
            e.Mix(_rows[0], s.Iteration, _x, _x, missing);
            e.Axpy(-options.Step.At(s.Iteration), _y, _x);
            e.Mix(_rows[1], s.Iteration, _y, _y, missing);
            e.Axpy(-1, _g, _y); // the gradient at the new x is added when it is there
            e.RecordUpdate(s.Iteration - last.Version, last);
            s.HasGradient = false;
            s.Iteration++;
            s.IsDone = s.Iteration == options.Iterations;
            if (!s.IsDone)
                Begin(in s, e);
        }
    }
}
