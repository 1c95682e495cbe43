using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// Epidemic learning, EL-Local: in each round every node steps along its gradient, <c>y_i := x_i - eta_k g_i(x_i)</c>,
/// sends y_i to s other nodes, drawn anew and uniformly from all, and ends the round with the mean of its own y_i and
/// of all that came to it, <c>x_i := (y_i + sum_j y_j) / (1 + received)</c>.
/// </summary>
/// <remarks>
/// <para>
/// The graph says how many nodes there are; its links are not used, as every node can send to every other. With
/// <c>round</c> a round lasts so long by the node's own clock, from its beginning to its mean, and longer only where
/// the gradient does: where no gradient and delay together take longer, these are the synchronous rounds of the source.
/// Without, a round ends with the step, nobody waits, and what comes while a node computes is in its next mean.
/// </para>
/// <para>
/// A node gets s messages a round on average, none with probability (1 - s / (n - 1))^(n - 1). Averaging keeps the mean
/// of all nodes in expectation only, not in each round; the squared distance to the mean before the round shrinks, on
/// average, by <c>(1 - (1 - s / (n - 1))^n) / s - 1 / (n - 1)</c>, whatever n about 1 / s.
/// </para>
/// <para>
/// Staleness is 0: a node's x changes at the end of its round only. What is averaged may be from another round of its
/// sender.
/// </para>
/// <para>
/// Often confused with: EL-Oracle of the same source, where a round's graph is regular and all agree on it; D-SGD on a
/// random graph, which stays the same; gossip in pairs, where both sides average.
/// </para>
/// <para>
/// A lost message is missing in one mean, and one that comes twice counts twice. A node that restarts goes on with its
/// round, and computes the gradient again if the crash cost it.
/// </para>
/// </remarks>
/// <param name="options">Step size, receivers, batch, length of a round.</param>
[Method("epidemic-learning", Needs = Needs.Topology, Aliases = ["el-local"],
    Tolerates = Tolerance.All | Tolerance.StateLoss,
    Source = "De Vos, Farhadkhani, Guerraoui, Kermarrec, Pires and Sharma, NeurIPS 2023, algorithm 1 (EL-Local)",
    Differs = "rounds end by each node's own clock, or with its step, as no node can know how many messages will come")]
public sealed class EpidemicLearning(EpidemicLearning.Options options) : Method
{
    /// <summary>Options of <see cref="EpidemicLearning"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size eta as a function of the node's rounds.</summary>
        public required StepSchedule Step { get; init; }

        /// <summary>s: to how many others a node sends its model in a round; at most the number of nodes - 1.</summary>
        [Range(1, 1 << 16)]
        public int Receivers { get; init; } = 1;

        /// <summary>Samples per gradient; 0 for all samples of the node.</summary>
        [Range(0, 1 << 20)]
        public int BatchSize { get; init; } = 1;

        /// <summary>How long a round lasts at least; without, it ends with its step.</summary>
        [Range(1e-9, 1e9)]
        public VirtualTime? Round { get; init; }
    }

    static readonly MessageKind Model = new("model", Dim.Parameters);

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("node", Count.PerNode, new Node(options));
        layout.Messages(Model);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Step, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context)
    {
        if (options.Receivers >= context.Places)
        {
            yield return $"receivers is {options.Receivers}: a node has {context.Places - 1} others to send to; take "
                + "as many or fewer";
        }
    }

    struct NodeState
    {
        public long Round;

        /// <summary>How many models are in the sum: those received, and the node's own once it has stepped.</summary>
        public long Summed;
        public bool HasStepped, IsOver;
    }

    sealed class Node(Options options) : RoleProgram<NodeState>
    {
        Peers _nodes;
        Vector _x, _g, _y, _sum;
        Table _drawn;

        public override void Declare(RoleLayout role)
        {
            _nodes = role.Overlay("node");
            _x = role.Vector("x", Dim.Parameters, Estimate.Mean, Initial.Point);
            _g = role.Vector("g", Dim.Parameters);
            _y = role.Vector("y", Dim.Parameters);
            _sum = role.Vector("sum", Dim.Parameters);
            _drawn = role.Table(Dim.Of(options.Receivers));
        }

        public override void OnStart(ref NodeState s, Effects e) => Begin(ref s, e);

        public override void OnComputed(ref NodeState s, in Computed c, Effects e)
        {
            s.HasStepped = true;
            e.Copy(_x, _y);
            e.Axpy(-options.Step.At(s.Round), _g, _y);
            e.RecordUpdate(0, c.Origin);
            SendToDrawn(e.Snapshot(_y, c.Origin), e);
            Add(ref s, _y, e);
            FinishIfOver(ref s, e);
        }

        public override void OnMessage(ref NodeState s, in Received m, Effects e) => Add(ref s, m.Vector, e);

        public override void OnTimer(ref NodeState s, in TimerFired t, Effects e)
        {
            s.IsOver = true;
            FinishIfOver(ref s, e);
        }

        public override void OnRestart(ref NodeState s, Effects e) => Begin(ref s, e);

        // Begins a round, or goes on with one that a crash broke into.
        void Begin(ref NodeState s, Effects e)
        {
            if (!s.HasStepped)
                e.Compute(Oracle.Gradient, e.Snapshot(_x, s.Round), options.BatchSize, _g);
            if (options.Round is { } round && !s.IsOver)
                e.SetTimer(round);
        }

        void Add(ref NodeState s, Operand model, Effects e)
        {
            e.Axpy(1, model, _sum);
            s.Summed++;
        }

        void FinishIfOver(ref NodeState s, Effects e)
        {
            if (!s.HasStepped || !(s.IsOver || options.Round is null))
                return;
            e.Copy(_sum, _x);
            e.Scale(1.0 / s.Summed, _x);
            e.Fill(0, _sum);
            s = new NodeState { Round = s.Round + 1 };
            Begin(ref s, e);
        }

        // Floyd's draw of s of the n - 1 others without replacement: all sets are equally likely.
        void SendToDrawn(Snapshot model, Effects e)
        {
            var drawn = e.Numbers(_drawn);
            var others = _nodes.Count - 1;
            for (var i = 0; i < drawn.Length; i++)
            {
                var last = others - drawn.Length + i;
                var other = e.Below(last + 1);
                drawn[i] = drawn[..i].Contains(other) ? last : other;
                var index = (int)drawn[i];
                e.Send(_nodes[index < e.Index ? index : index + 1], Model, model);
            }
        }
    }
}
