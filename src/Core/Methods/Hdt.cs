using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods;

/// <summary>
/// SGD by a token on a Metropolis-Hastings walk whose target depends on its history: pi_i proportional to
/// mu_i (x_i / mu_i)^-alpha, mu uniform, x the token's own measure of its visits. From i it proposes a neighbour j,
/// each with the same probability, and goes there with probability min(1, pi_j d_i / (pi_i d_j)), else it stays. The
/// measure and the model follow as in sa-srrw: <c>x_(n+1) = x_n + gamma_(n+1) (delta_X(n+1) - x_n)</c>;
/// <c>theta_(n+1) = theta_n - beta_(n+1) g_X(n+1)(theta_n)</c>.
/// </summary>
/// <remarks>
/// <para>
/// The target is evaluated at two nodes a step, where the self-repellent walk looks at all neighbours. The asymptotic
/// covariance of x is that of mhrw over 2 alpha + 1 (a = 1) or 2 alpha + 2 (a below 1), whatever the eigenvalue.
/// x_0 is uniform; x_j / mu_j counts as at least 1e-12. Tokens are independent, each with a model of its own; the
/// estimate is their mean. A lost move is tried again to the same node. Staleness is 0. Each token holds 16 bytes per
/// node.
/// </para>
/// <para>
/// Often confused with: sa-srrw, which changes the kernel and not the target, and gains more per step.
/// </para>
/// </remarks>
/// <param name="options">Repellence, exponents, tokens.</param>
[Method("hdt", Needs = Needs.Topology,
    Tolerates = Tolerance.Loss | Tolerance.StateLoss,
    Source = "Hu, Ma, Eun, history-driven target MCMC, arXiv 2505.18300, ICML 2025, on Metropolis-Hastings")]
public sealed class Hdt(Hdt.Options options) : Method, IWalkMethod
{
    /// <summary>Options of <see cref="Hdt"/>.</summary>
    public sealed record Options : RepellentOptions;

    TokenSettings IWalkMethod.Settings => Settings;

    TokenSettings Settings => TokenSettings.Repellent(new HistoryWalker(options.Alpha), options);

    /// <inheritdoc/>
    public override void Declare(Layout layout) => TokenProgram.Declare(layout, Settings);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(options.Beta, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => WalkChecks.Errors(context, Settings);
}
