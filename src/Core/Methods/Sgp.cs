using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// SGP, stochastic gradient push, for graphs of one-way links: every node steps along its gradient at z_i,
/// <c>x_i := x_i - eta_k g_i(z_i)</c>, keeps a share p_i = 1 / (1 + out-degree) of x_i and of its weight w_i, sends as
/// much of both to each out-neighbour, and adds what it gets: <c>x_i := p_i x_i + sum_j p_j x_j</c> and
/// <c>w_i := p_i w_i + sum_j p_j w_j</c> over its in-neighbours j. Its model is <c>z_i := x_i / w_i</c>; weights begin
/// at 1.
/// </summary>
/// <remarks>
/// <para>
/// What is sent is what the sender gives away, so that averaging keeps the sums of all x_i and of all w_i on any graph,
/// and z_i goes to the mean where the graph, all its iterations together, is strongly connected. A node needs to know
/// nothing but its own number of out-neighbours. Where in- and out-degrees are all equal, all w_i stay 1 and SGP is
/// D-SGD with <c>variant: atc</c> and uniform mixing.
/// </para>
/// <para>
/// There is no barrier: a node in iteration k waits for the messages of iteration k of its in-neighbours of that
/// iteration. Shares of x_j and w_j come in one message. Staleness is always 0. A node without in-neighbours goes on
/// alone.
/// </para>
/// <para>
/// With another optimizer than plain SGD its step of x_i along the gradient at z_i takes the place of -eta g; its
/// states stay at the node and are not mixed.
/// </para>
/// <para>
/// Often confused with: D-SGD on a directed graph, where rows of the weights sum to 1 instead of columns, and a
/// weighted sum of the losses is minimized where in- and out-degrees differ; and overlap SGP, which steps on without
/// waiting.
/// </para>
/// <para>
/// A lost message stops the nodes around its receiver: going on without it would lose a part of the sums. Duplicates
/// change nothing. A node that restarts computes the gradient again that the crash cost.
/// </para>
/// </remarks>
/// <param name="options">Step size, optimizer, batch.</param>
[KnownAs("push-sum", Note = "averages by push-sum between gradient steps")]
[Method("sgp", Needs = Needs.Topology, Aliases = ["stochastic-gradient-push"],
    Tolerates = Tolerance.None,
    Source = "Assran, Loizou, Ballas and Rabbat, ICML 2019, algorithm 1",
    Differs = "the optimizer may be any of the catalogue")]
public sealed class Sgp(Sgp.Options options) : Method
{
    /// <summary>Options of <see cref="Sgp"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size eta as a function of the iteration.</summary>
        public required StepSchedule Step { get; init; }

        /// <summary>What a node makes of its gradients.</summary>
        public Optimizer Optimizer { get; init; } = new Sgd();

        /// <summary>Samples per gradient; 0 for all samples of the node.</summary>
        [Range(0, 1 << 20)]
        public int BatchSize { get; init; } = 1;

        /// <summary>How many iterations each node makes before it rests; without, until the run ends.</summary>
        [Range(1L, 1L << 48)]
        public long? Iterations { get; init; }
    }

    // A share of x and, as the body, of w.
    static readonly MessageKind<double> Push = new("push", Dim.Parameters);

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("node", Count.PerNode, new Node(options));
        layout.Messages(Push);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) =>
        options.Optimizer is Sgd ? StepChecks.Warnings(options.Step, context) : [];

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context)
    {
        if (context.Topology is { } topology && NeighbourLead.Iterations(topology) is null)
            yield return NeighbourLead.Unbounded;
    }

    struct NodeState
    {
        public long Iteration;

        /// <summary>w: what x, as it is, is to be divided by.</summary>
        public double Weight;

        /// <summary>Whether the step is made, and shares are sent.</summary>
        public bool HasStepped;
        public bool IsDone;
    }

    sealed class Node(Options options) : RoleProgram<NodeState>
    {
        Topology _topology = null!;
        Peers _nodes;
        Vector _x, _z, _g, _state0, _state1;
        NeighbourRows _rows;

        public override void Declare(RoleLayout role)
        {
            (_topology, _nodes) = (role.Topology, role.Peers("node"));
            _x = role.Vector("x", Dim.Parameters, Estimate.None, Initial.Point);
            _z = role.Vector("z", Dim.Parameters, Estimate.Mean, Initial.Point);
            _g = role.Vector("g", Dim.Parameters);
            if (options.Optimizer.States > 0)
                _state0 = role.Vector("optimizer state 1", Dim.Parameters);
            if (options.Optimizer.States > 1)
                _state1 = role.Vector("optimizer state 2", Dim.Parameters);
            _rows = role.NeighbourRows(Push, NeighbourLead.Iterations(_topology) ?? 2);
        }

        public override void OnStart(ref NodeState s, Effects e)
        {
            s.Weight = 1;
            Compute(s.Iteration, e);
        }

        public override void OnComputed(ref NodeState s, in Computed c, Effects e)
        {
            s.HasStepped = true;
            e.Step(options.Optimizer, options.Step.At(s.Iteration), s.Iteration + 1, _g, _x, _state0, _state1);
            var share = 1.0 / (1 + _topology.PhaseAt(s.Iteration).OutDegree(e.Place));
            s.Weight *= share;
            e.Scale(share, _x);
            e.SendToNeighbours(Push.With(s.Weight) with { Vector = e.Snapshot(_x, c.Origin) }, s.Iteration);
            FinishIfComplete(ref s, c.Origin, e);
        }

        public override void OnMessage(ref NodeState s, in Received m, Effects e)
        {
            if (s.IsDone || m.Version < s.Iteration)
                return; // a duplicate that comes late
            e.Hold(_rows, m.Version, m);
            if (m.Version == s.Iteration)
                FinishIfComplete(ref s, m.Origin, e);
        }

        // What a crash cost is the pending gradient; z still is the point that it is asked for.
        public override void OnRestart(ref NodeState s, Effects e)
        {
            if (!s.IsDone && !s.HasStepped)
                Compute(s.Iteration, e);
        }

        public override void Awaits(in NodeState s, Waits waits)
        {
            if (!s.IsDone && s.HasStepped)
                waits.ForNeighbours(Push, _nodes, _topology, s.Iteration);
        }

        void Compute(long iteration, Effects e) =>
            e.Compute(Oracle.Gradient, e.Snapshot(_z, iteration), options.BatchSize, _g);

        // The origin is that of the input that came last; the update is as old as that.
        void FinishIfComplete(ref NodeState s, in Origin last, Effects e)
        {
            if (!s.HasStepped || !e.IsComplete(_rows, s.Iteration))
                return;
            var neighbours = _topology.PhaseAt(s.Iteration).InDegree(e.Place);
            for (var k = 0; k < neighbours; k++)
                s.Weight += e.TryBody(_rows, s.Iteration, k, Push, out var weight) ? weight : 0;
            e.AddRows(1, _rows, s.Iteration, _x);
            e.Release(_rows, s.Iteration);
            e.Copy(_x, _z);
            e.Scale(1 / s.Weight, _z);
            e.RecordUpdate(s.Iteration - last.Version, last);
            s.HasStepped = false;
            s.Iteration++;
            s.IsDone = s.Iteration == options.Iterations;
            if (!s.IsDone)
                Compute(s.Iteration, e);
        }
    }
}
