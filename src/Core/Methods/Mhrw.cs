using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Programs;

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
    Tolerates = Tolerance.Loss | Tolerance.StateLoss,
    Source = "Metropolis-Hastings with the simple random walk as proposal, the base chain of arXiv 2401.09665")]
public sealed class Mhrw(Mhrw.Options options) : Method, IWalkMethod
{
    /// <summary>Options of <see cref="Mhrw"/>.</summary>
    public sealed record Options : PlainWalkOptions;

    TokenSettings IWalkMethod.Settings => Settings;

    TokenSettings Settings => TokenSettings.Plain(new ChainWalker(new MhrwChain()), options);

    /// <inheritdoc/>
    public override void Declare(Layout layout) => TokenProgram.Declare(layout, Settings);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Step, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => WalkChecks.Errors(context, Settings);
}
