using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>
/// Moving averages everywhere: trackers <c>s_i := (1 - a) s_i + a grad_y g_i</c> and so for H_i v_i - grad_y f_i in the
/// sampled blocks, <c>z := (1 - beta) z + beta mean(grad_x f_i - J_i v_i)</c>, <c>x := x - eta z</c>: bsvrb-v2 without
/// variance reduction, at half its computations.
/// </summary>
/// <remarks>
/// <para>
/// Staleness, losses, duplicates and restarts: as in bsvrb-v2.
/// </para>
/// <para>
/// Often confused with: MA-SOBA, which averages z alone.
/// </para>
/// </remarks>
/// <param name="options">Steps, weights, blocks.</param>
[Method("sox", Needs = Needs.Workers,
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.Loss,
    Source = "Wang and Yang, ICML 2022 (SOX, for finite-sum coupled compositional problems), as the gamma = 0 case of "
        + "Jiang et al., NeurIPS 2022, equation 4",
    Differs = "carried over to the three directions of a bilevel problem")]
public sealed class Sox(Sox.Options options) : Method
{
    /// <summary>Options of <see cref="Sox"/>.</summary>
    public sealed record Options : TrackerOptions
    {
        /// <summary>tau_v: the step size of v; by default that of y.</summary>
        public StepSchedule? MultiplierStep { get; init; }
    }

    readonly BlockMessages _messages = new(withBefore: false);
    readonly Msvr _tracker = new(options.Tracking, 0);
    readonly Storm _storm = new(DirectionRule.Average, options.Momentum);

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles => [BilevelOracles.Directions];

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        var rule = new LowerRule(options.LowerStep, options.MultiplierStep ?? options.LowerStep, 0, options.Moves);
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
