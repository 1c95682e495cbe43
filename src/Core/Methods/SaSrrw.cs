using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Methods.Walks;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

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
/// x_0 is uniform. x_j / mu_j counts as at least 1e-12. The weight w = mean degree / d_X makes the mean over the nodes
/// the target where the base walk is srw; with mhrw it is 1. alpha = 0 makes the base walk's steps with the same random
/// numbers.
/// </para>
/// <para>
/// The asymptotic covariance of theta falls like 1 / alpha^2 for a below b, like 1 / alpha for a = b, not at all for
/// a above b, though there it still does at any n one waits for.
/// </para>
/// <para>
/// Often confused with: walks that do not backtrack, which are not reversible on nodes; and with importance sampling of
/// nodes. A lost move is tried again to the same node. Staleness is 0. Each token holds 16 bytes per node.
/// </para>
/// </remarks>
/// <param name="options">Repellence, exponents, base walk, tokens.</param>
[Method("sa-srrw", Needs = Needs.Topology,
    Source = "Hu, Doshi, Eun, arXiv 2401.09665, ICLR 2024; the walk: Doshi, Hu, Eun, arXiv 2305.05097, ICML 2023")]
public sealed class SaSrrw(SaSrrw.Options options) : Method
{
    /// <summary>Options of <see cref="SaSrrw"/>.</summary>
    public sealed record Options : ICheckedOptions
    {
        /// <summary>The repellence; 0 gives the base walk.</summary>
        [Range(0, 1000.0)]
        public double Alpha { get; init; } = 5;

        /// <summary>The base walk.</summary>
        public WalkBase Base { get; init; } = WalkBase.Mhrw;

        /// <summary>The exponent of the visit measure's steps gamma_n = (n+1)^-a; 1 weighs all visits alike.</summary>
        [Range(0.5, 1.0)]
        public double A { get; init; } = 0.8;

        /// <summary>The exponent of the model's steps beta_n = scale (n+1)^-b; 0.9 unless a step is given.</summary>
        [Range(0.5, 1.0)]
        public double? B { get; init; }

        /// <summary>The scale of the model's steps; 1 unless a step is given.</summary>
        [Range(1e-12, 1e6)]
        public double? Scale { get; init; }

        /// <summary>Another step size beta as a function of the token's updates, in place of b and scale.</summary>
        public StepSchedule? Step { get; init; }

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

        /// <inheritdoc/>
        public IEnumerable<string> Violations()
        {
            if (Step is not null && (B is not null || Scale is not null))
                yield return "give either step, or b and scale";
        }
    }

    StepSchedule Beta => options.Step
        ?? new PowerSchedule(new() { Scale = options.Scale ?? 1, Exponent = options.B ?? 0.9, Offset = 2 });

    /// <inheritdoc/>
    public override void Declare(Layout layout) => TokenProgram.Declare(layout, new(options.Base, Beta)
    {
        Tokens = options.Tokens,
        Start = options.Start,
        BatchSize = options.BatchSize,
        Reweight = options.Reweight,
        Repellence = options.Alpha,
        MeasureExponent = options.A,
    });

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => StepChecks.Warnings(Beta, context);

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) =>
        WalkChecks.Errors(context, options.Start, needsRows: true);
}
