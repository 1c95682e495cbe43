using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// The reference that does not walk: each step the node is drawn anew from mu, whatever came before, and the token
/// steps along the gradient on its data: <c>theta := theta - beta_n w g_X(theta)</c>, w = 1 / (N mu_X). What walks that
/// beat it gain, they gain although they move along links only.
/// </summary>
/// <remarks>
/// <para>
/// The token goes to the drawn node in one move, whether or not a link leads there: as if every pair of nodes had a
/// link of its own with the delay, the losses and the bytes of any other. Drawing the node where it is takes no move.
/// Tokens are independent, each with a model of its own; the estimate is their mean. A lost move is tried again to the
/// same node. Staleness is 0.
/// </para>
/// <para>Often confused with: a walk on the complete graph, which never stays.</para>
/// </remarks>
/// <param name="options">Step size, what mu is like, tokens.</param>
[Method("iid", Needs = Needs.Topology,
    Tolerates = Tolerance.Loss | Tolerance.StateLoss,
    Source = "Robbins and Monro, Ann. Math. Statist. 22 (1951), with the nodes as samples; "
        + "the reference of arXiv 2401.09665")]
public sealed class Iid(Iid.Options options) : Method, IWalkMethod
{
    /// <summary>Options of <see cref="Iid"/>.</summary>
    public sealed record Options : PlainWalkOptions
    {
        /// <summary>
        /// The base chain whose stationary distribution mu is: mhrw for the uniform one, srw for that of degrees.
        /// </summary>
        public BaseChain Like { get; init; } = new MhrwChain();

        /// <summary>Whether gradients are weighted so that the target is the mean over the nodes.</summary>
        public bool Reweight { get; init; } = true;
    }

    TokenSettings IWalkMethod.Settings => Settings;

    TokenSettings Settings =>
        TokenSettings.Plain(new IndependentDraws(options.Like), options) with { Reweight = options.Reweight };

    /// <inheritdoc/>
    public override void Declare(Layout layout) => TokenProgram.Declare(layout, Settings);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Step, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => WalkChecks.Errors(context, Settings);
}
