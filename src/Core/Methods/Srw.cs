using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// SGD by a token on a simple random walk: from node i it moves to each neighbour with probability 1 / d_i, then steps
/// along the gradient on the data of the node it reached: <c>theta := theta - beta_n w g_X(theta)</c>, with
/// w = mean degree / d_X. So its target is the mean over the nodes, though the walk visits them in proportion to their
/// degree; without the weight the target is the mean weighted by degrees.
/// </summary>
/// <remarks>
/// <para>
/// Tokens are independent, each with a model of its own; the estimate is their mean. A lost move is tried again to the
/// same node. Staleness is 0: a gradient is computed at the model that it changes.
/// </para>
/// <para>
/// Often confused with: gossip, where models are averaged; here one model travels. On a bipartite graph the walk has
/// period 2.
/// </para>
/// </remarks>
/// <param name="options">Step size and tokens.</param>
[Method("srw", Needs = Needs.Topology,
    Source = "Johansson, Rabi, Johansson, SIAM J. Optim. 20 (2009), Markov incremental method")]
public sealed class Srw(Srw.Options options) : Method
{
    /// <summary>Options of <see cref="Srw"/>.</summary>
    public sealed record Options
    {
        /// <summary>The step size beta as a function of the token's updates.</summary>
        public required StepSchedule Step { get; init; }

        /// <summary>How many tokens walk.</summary>
        [Range(1, 1 << 24)]
        public int Tokens { get; init; } = 1;

        /// <summary>The node where all tokens start; without, they are spread evenly over the nodes.</summary>
        [Range(0, int.MaxValue)]
        public int? Start { get; init; }

        /// <summary>Samples per gradient; 0 for all samples of the node.</summary>
        [Range(0, 1 << 20)]
        public int BatchSize { get; init; }

        /// <summary>Whether gradients are weighted so that the target is the mean over the nodes.</summary>
        public bool Reweight { get; init; } = true;
    }

    /// <inheritdoc/>
    public override void Declare(Layout layout) => TokenProgram.Declare(layout, new(WalkBase.Srw, options.Step)
    {
        Tokens = options.Tokens,
        Start = options.Start,
        BatchSize = options.BatchSize,
        Reweight = options.Reweight,
    });

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Step, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) =>
        WalkChecks.Errors(context, options.Start, needsRows: false);
}
