using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// SGD by a token on a non-backtracking random walk: it moves to each neighbour with the same probability except the
/// one it just left, and goes back only where there is no other. It visits nodes in proportion to their degree, as the
/// simple walk does, so gradients are weighted alike: <c>theta := theta - beta_n w g_X(theta)</c>,
/// w = mean degree / d_X.
/// </summary>
/// <remarks>
/// <para>
/// The chain lives on directed links, where its stationary distribution is uniform; it is not reversible on nodes, so
/// it is no base for a self-repellent walk. On a cycle it goes round and round. Tokens are independent, each with a
/// model of its own; the estimate is their mean. A lost move is tried again to the same node. Staleness is 0.
/// </para>
/// <para>Often confused with: self-avoiding walks, which remember more than the last node.</para>
/// </remarks>
/// <param name="options">Step size and tokens.</param>
[Method("nbrw", Needs = Needs.Topology,
    Tolerates = Tolerance.Loss | Tolerance.StateLoss,
    Source = "Alon, Benjamini, Lubetzky, Sodin, Commun. Contemp. Math. 9 (2007); as a sampler: Lee, Xu, Eun, "
        + "SIGMETRICS 2012")]
public sealed class Nbrw(Nbrw.Options options) : Method, IWalkMethod
{
    /// <summary>Options of <see cref="Nbrw"/>.</summary>
    public sealed record Options : PlainWalkOptions
    {
        /// <summary>Whether gradients are weighted so that the target is the mean over the nodes.</summary>
        public bool Reweight { get; init; } = true;
    }

    TokenSettings IWalkMethod.Settings => Settings;

    TokenSettings Settings =>
        TokenSettings.Plain(new NonBacktrackingWalker(), options) with { Reweight = options.Reweight };

    /// <inheritdoc/>
    public override void Declare(Layout layout) => TokenProgram.Declare(layout, Settings);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Step, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => WalkChecks.Errors(context, Settings);
}
