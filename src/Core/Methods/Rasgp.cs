using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// RASGP, robust asynchronous stochastic gradient push, for one-way links that lose messages: every node steps along
/// its gradient at z_i, <c>x_i := x_i - eta_k g_i(z_i)</c>, and gives away shares of x_i and of its weight w_i as in
/// <c>sgp</c>; but what it sends are the sums of all that it ever gave, <c>phi_i := phi_i + x_i / (1 + out-degree)</c>,
/// so that the next message makes good for a lost one. A node adds by how much the last sums of its in-neighbours have
/// grown since it added them before. Its model is <c>z_i := x_i / w_i</c>.
/// </summary>
/// <remarks>
/// <para>
/// Nothing that is lost, late or repeated changes what there is in all: the sum of all x_i and of what is given and not
/// yet taken stays, and so does that of the w_i. So all z_i go to the mean on any strongly connected graph as long as
/// each link works again and again, where the averaging of <c>sgp</c> would lose a part with each message.
/// </para>
/// <para>
/// Nobody waits: a node takes what is there when its gradient is. Staleness is 0, as x_i changes only then; messages
/// may be late. A node that computes faster makes more steps, and its loss counts in proportion to them.
/// </para>
/// <para>
/// A node that hears nothing has less and less weight, half or less of it after each step, and steps z_i by
/// <c>eta_k / w_i</c>. The source assumes that no link fails too often on end; here a node sleeps while w_i is below
/// <c>least-weight</c>: it takes what comes, and sends its sums again, but neither steps nor gives. Running sums grow
/// with the iterations, so that rounding errors do; float64 is the width to take.
/// </para>
/// <para>
/// Often confused with: <c>sgp</c>, which waits for its neighbours and stops where a message is lost; gradient
/// tracking, whose sums are of gradients.
/// </para>
/// <para>
/// A message that comes twice, or after a later one of its sender, changes nothing. A node that restarts computes the
/// gradient again that the crash cost.
/// </para>
/// </remarks>
/// <param name="options">Step size, batch.</param>
[KnownAs("push-sum", Note = "averages by push-sum with running sums, which lost messages do not harm")]
[Method("rasgp", Needs = Needs.Topology, Aliases = ["robust-gradient-push"],
    Source = "Spiridonoff, Olshevsky and Paschalidis, JMLR 21 (2020) 58; running sums: Hadjicostis, Vaidya and "
        + "Dominguez-Garcia, IEEE Trans. Autom. Control 61 (2016) 1492",
    Differs = "there are no slots of time: eta_k is that of the node's own k-th step, and is not summed over the slots "
        + "that a node slept; nodes of little weight sleep")]
public sealed class Rasgp(Rasgp.Options options) : Method
{
    /// <summary>Options of <see cref="Rasgp"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size eta as a function of the node's iterations.</summary>
        public required StepSchedule Step { get; init; }

        /// <summary>Samples per gradient; 0 for all samples of the node.</summary>
        [Range(0, 1 << 20)]
        public int BatchSize { get; init; } = 1;

        /// <summary>A node of less weight neither steps nor gives until it has taken enough; 0 for never.</summary>
        [Range(0, 1.0)]
        public double LeastWeight { get; init; } = 0.01;
    }

    // All that was given so far of x and, as the body, of w; the version is the sender's iteration.
    static readonly MessageKind<double> Given = new("given", Dim.Parameters);

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("node", Count.PerNode, new Node(options));
        layout.Messages(Given);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Step, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context)
    {
        if (context.Topology is not { } topology)
            yield break;
        if (topology.Period > 1)
            yield return "nodes are in no common iteration: take a topology that does not change with it";
        else if (NeighbourLead.Iterations(topology) is null)
            yield return "some nodes give their weight to others who give nothing back; take a strongly connected "
                + "topology";
    }

    struct NodeState
    {
        public long Iteration;

        /// <summary>w: what x, as it is, is to be divided by.</summary>
        public double Weight;

        /// <summary>How much of w was given to each out-neighbour, in all.</summary>
        public double GivenWeight;

        /// <summary>How much of the in-neighbours' weights is in w, of all that was given.</summary>
        public double TakenWeight;
    }

    sealed class Node(Options options) : RoleProgram<NodeState>
    {
        Topology _topology = null!;
        Vector _x, _z, _g, _given, _taken;
        NeighbourRows _last;

        public override void Declare(RoleLayout role)
        {
            _topology = role.Topology;
            _x = role.Vector("x", Dim.Parameters, Estimate.None, Initial.Point);
            _z = role.Vector("z", Dim.Parameters, Estimate.Mean, Initial.Point);
            _g = role.Vector("g", Dim.Parameters);
            _given = role.Vector("given", Dim.Parameters);
            _taken = role.Vector("taken", Dim.Parameters);
            _last = role.NeighbourRows(Given, iterations: 1);
        }

        public override void OnStart(ref NodeState s, Effects e)
        {
            s.Weight = 1;
            Compute(in s, e);
        }

        public override void OnComputed(ref NodeState s, in Computed c, Effects e)
        {
            if (s.Weight >= options.LeastWeight)
            {
                e.Axpy(-options.Step.At(s.Iteration), _g, _x);
                Give(ref s, e);
                e.RecordUpdate(0, c.Origin);
            }
            e.SendToNeighbours(Given.With(s.GivenWeight) with { Vector = e.Snapshot(_given, c.Origin) });
            Take(ref s, e);
            e.Copy(_x, _z);
            e.Scale(1 / s.Weight, _z);
            s.Iteration++;
            Compute(in s, e);
        }

        public override void OnMessage(ref NodeState s, in Received m, Effects e) => e.HoldLatest(_last, m);

        // What a crash cost is the pending gradient; z still is the point that it is asked for.
        public override void OnRestart(ref NodeState s, Effects e) => Compute(in s, e);

        void Compute(in NodeState s, Effects e) =>
            e.Compute(Oracle.Gradient, e.Snapshot(_z, s.Iteration), options.BatchSize, _g);

        void Give(ref NodeState s, Effects e)
        {
            var share = 1.0 / (1 + _topology.OutDegree(e.Place));
            s.Weight *= share;
            s.GivenWeight += s.Weight;
            e.Scale(share, _x);
            e.Axpy(1, _x, _given);
        }

        void Take(ref NodeState s, Effects e)
        {
            double given = 0;
            for (var k = 0; k < _topology.InDegree(e.Place); k++)
                given += e.TryBody(_last, 0, k, Given, out var weight) ? weight : 0;
            s.Weight += given - s.TakenWeight;
            s.TakenWeight = given;
            e.Axpy(-1, _taken, _x);
            e.Fill(0, _taken);
            e.AddRows(1, _last, 0, _taken);
            e.Axpy(1, _taken, _x);
        }
    }
}
