using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// SGD by a token on a Metropolis-Hastings walk with delayed acceptance: where the Metropolis-Hastings walk would go
/// from v back to u, the node it left last, another neighbour w is proposed, each with the same probability, and taken
/// with probability min(1, min(1, d_v / d_w)^2 / min(1, d_v / d_u)^2), else it goes back. It visits all nodes equally
/// often: <c>theta := theta - beta_n g_X(theta)</c>.
/// </summary>
/// <remarks>
/// <para>
/// The chain lives on directed links, where the flow through each is the same as without the second proposal; it is not
/// reversible on nodes, so it is no base for a self-repellent walk. Its asymptotic variance is never above that of
/// mhrw. Staying is a step of the walk like any other. Tokens are independent, each with a model of its own; the
/// estimate is their mean. A lost move is tried again to the same node. Staleness is 0.
/// </para>
/// <para>Often confused with: delayed rejection, where a refused proposal is followed by another one.</para>
/// </remarks>
/// <param name="options">Step size and tokens.</param>
[Method("mhda", Needs = Needs.Topology,
    Tolerates = Tolerance.Loss | Tolerance.StateLoss,
    Source = "Lee, Xu, Eun, SIGMETRICS 2012, Metropolis-Hastings with delayed acceptance")]
public sealed class Mhda(Mhda.Options options) : Method, IWalkMethod
{
    /// <summary>Options of <see cref="Mhda"/>.</summary>
    public sealed record Options : PlainWalkOptions;

    TokenSettings IWalkMethod.Settings => Settings;

    TokenSettings Settings => TokenSettings.Plain(new DelayedAcceptanceWalker(), options);

    /// <inheritdoc/>
    public override void Declare(Layout layout) => TokenProgram.Declare(layout, Settings);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Step, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => WalkChecks.Errors(context, Settings);
}
