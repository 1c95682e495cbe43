using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// SGD by a token on a self-repellent random walk, which avoids the nodes it has visited more often than its base walk
/// would: K_ij[x] is proportional to P_ij (x_j / mu_j)^-alpha, for a base walk P with stationary distribution mu and
/// the token's own measure x of its visits. One step: <c>X_(n+1) ~ K[x_n](X_n, .)</c>;
/// <c>x_(n+1) = x_n + gamma_(n+1) (delta_X(n+1) - x_n)</c>;
/// <c>theta_(n+1) = theta_n - beta_(n+1) w g_X(n+1)(theta_n)</c>, with gamma_n = (n+1)^-a and, unless another step is
/// given, beta_n = scale (n+1)^-b.
/// </summary>
/// <remarks>
/// <para>
/// x_0 is uniform. x_j / mu_j counts as at least 1e-12. The weight w = 1 / (N mu_X) makes the mean over the nodes the
/// target: mean degree / d_X where the base walk is srw, 1 where it is mhrw. alpha = 0 makes the base walk's steps with
/// the same random numbers.
/// </para>
/// <para>
/// The asymptotic covariance of theta falls like 1 / alpha^2 for a below b, like 1 / alpha for a = b, not at all for
/// a above b, though there it still does at any n one waits for.
/// </para>
/// <para>
/// Often confused with: walks that do not backtrack, which are not reversible on nodes; and with importance sampling of
/// nodes. Tokens are independent, each with its own measure and model; the estimate is their mean. A lost move is tried
/// again to the same node. Staleness is 0. Each token holds 16 bytes per node.
/// </para>
/// </remarks>
/// <param name="options">Repellence, exponents, base walk, tokens.</param>
[Method("sa-srrw", Needs = Needs.Topology, Aliases = ["srrw"],
    Tolerates = Tolerance.Loss | Tolerance.StateLoss,
    Source = "Hu, Doshi, Eun, arXiv 2401.09665, ICLR 2024; the walk: Doshi, Hu, Eun, arXiv 2305.05097, ICML 2023")]
public sealed class SaSrrw(SaSrrw.Options options) : Method, IWalkMethod
{
    /// <summary>Options of <see cref="SaSrrw"/>.</summary>
    public sealed record Options : RepellentOptions
    {
        /// <summary>The base walk P: any reversible chain.</summary>
        public BaseChain Base { get; init; } = new MhrwChain();

        /// <summary>Whether gradients are weighted so that the target is the mean over the nodes.</summary>
        public bool Reweight { get; init; } = true;
    }

    TokenSettings IWalkMethod.Settings => Settings;

    TokenSettings Settings =>
        TokenSettings.Repellent(new RepellentWalker(options.Base, options.Alpha), options) with
        {
            Reweight = options.Reweight,
        };

    /// <inheritdoc/>
    public override void Declare(Layout layout) => TokenProgram.Declare(layout, Settings);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Beta, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => WalkChecks.Errors(context, Settings);
}
