using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// SGD by a token on a Metropolis-Hastings random walk: from node i it moves to neighbour j with probability
/// min(1 / d_i, 1 / d_j), else it stays; then it steps along the gradient on the data of the node where it is:
/// <c>theta := theta - beta_n g_X(theta)</c>. The walk visits all nodes equally often, so the target is the mean over
/// the nodes.
/// </summary>
/// <remarks>
/// <para>
/// Staying is a step of the walk like any other: a gradient is computed, no move is made. Tokens are independent, each
/// with a model of its own; the estimate is their mean. A lost move is tried again to the same node. Staleness is 0.
/// </para>
/// <para>Often confused with: the simple random walk, which never stays and needs weights.</para>
/// </remarks>
/// <param name="options">Step size and tokens.</param>
[Method("mhrw", Needs = Needs.Topology,
    Source = "Metropolis-Hastings with the simple random walk as proposal, the base chain of arXiv 2401.09665")]
public sealed class Mhrw(Mhrw.Options options) : Method
{
    /// <summary>Options of <see cref="Mhrw"/>.</summary>
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
    }

    /// <inheritdoc/>
    public override void Declare(Layout layout) => TokenProgram.Declare(layout, new(WalkBase.Mhrw, options.Step)
    {
        Tokens = options.Tokens,
        Start = options.Start,
        BatchSize = options.BatchSize,
    });

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Step, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) =>
        WalkChecks.Errors(context, options.Start, needsRows: true);
}
