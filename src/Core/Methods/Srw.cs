using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Programs;

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
    Tolerates = Tolerance.Loss | Tolerance.StateLoss,
    Source = "Johansson, Rabi, Johansson, SIAM J. Optim. 20 (2009), Markov incremental method")]
public sealed class Srw(Srw.Options options) : Method, IWalkMethod
{
    /// <summary>Options of <see cref="Srw"/>.</summary>
    public sealed record Options : PlainWalkOptions
    {
        /// <summary>Whether gradients are weighted so that the target is the mean over the nodes.</summary>
        public bool Reweight { get; init; } = true;
    }

    TokenSettings IWalkMethod.Settings => Settings;

    TokenSettings Settings =>
        TokenSettings.Plain(new ChainWalker(new SrwChain()), options) with { Reweight = options.Reweight };

    /// <inheritdoc/>
    public override void Declare(Layout layout) => TokenProgram.Declare(layout, Settings);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Step, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => WalkChecks.Errors(context, Settings);
}
