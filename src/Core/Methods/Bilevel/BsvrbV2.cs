using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>
/// Blockwise variance-reduced bilevel optimization without matrices: each of m blocks has y_i, a multiplier v_i and
/// MSVR trackers s_i of grad_y g_i and u_i of H_i v_i - grad_y f_i; <c>y_i := y_i - tau s_i, v_i := Ball(v_i - tau_v
/// u_i)</c> for all i; I sampled blocks give grad_x f_i - J_i v_i, of which STORM makes z, and <c>x := x - eta z</c>.
/// </summary>
/// <remarks>
/// <para>
/// The block gradients use v_i as it was before the round, as its new value depends on the same samples. Trackers begin
/// with one batch of each block at the initial point.
/// </para>
/// <para>
/// Staleness: rounds between the x that an answer was computed at and the step it counts in; 0 unless there is a
/// quorum. With one, an answer counts with the weight of a fresh one, and blocks that answer fast are sampled more
/// often: idle blocks are, so that where speeds and blocks differ together, x ends off the optimum.
/// </para>
/// <para>
/// Often confused with: SOBA, which has neither trackers nor correction; and with methods that sample one block with a
/// factor m in front.
/// </para>
/// <para>
/// A lost message takes its block out until it restarts; without a quorum that stops the method. With a timeout a block
/// that does not answer is asked again, and sends the answer that it has, if that is for the present round. Duplicates
/// change nothing. A block that restarts is asked again.
/// </para>
/// </remarks>
/// <param name="options">Steps, weights, blocks.</param>
[Method("bsvrb-v2", Needs = Needs.Workers,
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.Loss,
    Source = "Hu et al., ICML 2023, arXiv 2305.18730, BSVRB-v2; trackers: Jiang et al., NeurIPS 2022, equation 4",
    Differs = "blocks that are not sampled owe their steps and make them, exactly, when they are sampled again; "
        + "STORM's difference is made at the block, which sends one vector; a quorum makes it asynchronous")]
public sealed class BsvrbV2(BsvrbV2.Options options) : Method
{
    /// <summary>Options of <see cref="BsvrbV2"/>.</summary>
    public sealed record Options : TrackerOptions
    {
        /// <summary>gamma of the trackers; auto is the theory's (m - I) / (I (1 - a)) + (1 - a).</summary>
        [Word("auto"), Range(0, 1e9)]
        public double? Gamma { get; init; }

        /// <summary>tau_v: the step size of v; by default that of y.</summary>
        public StepSchedule? MultiplierStep { get; init; }

        /// <summary>v is projected onto the ball of this radius R; 0 for none. Theory: at least |grad_y f| /
        /// mu_g.</summary>
        [Range(0, 1e12)]
        public double Radius { get; init; }
    }

    readonly BlockMessages _messages = new(withBefore: true);
    readonly Msvr _tracker = new(options.Tracking, options.Gamma);
    readonly Storm _storm = new(DirectionRule.Storm, options.Momentum);

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles => [BilevelOracles.Directions];

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        var rule = new LowerRule(
            options.LowerStep, options.MultiplierStep ?? options.LowerStep, options.Radius, options.Moves);
        layout.Role("coordinator", Count.One, new Coordinator(options, _messages, _storm));
        layout.Role("block", Count.PerWorker, new DirectionsBlock(
            _messages, options.BatchSize, options.Sampled, rule, _tracker, _storm));
        layout.Messages(_messages.All);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) =>
        [.. options.Errors(context.Places), .. _tracker.Errors(context.Places, options.Sampled(context.Places)),
            .. _storm.Errors()];

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => options.Warnings(context);
}
