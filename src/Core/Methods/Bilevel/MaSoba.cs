using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>
/// SOBA with a moving average of the direction of x: the sampled blocks do <c>y_i := y_i - tau grad_y g_i</c> and
/// <c>v_i := v_i - tau_v (H_i v_i - grad_y f_i)</c>; <c>z := (1 - beta) z + beta mean(grad_x f_i - J_i v_i)</c> and
/// <c>x := x - eta z</c>.
/// </summary>
/// <remarks>
/// <para>
/// Staleness, losses, duplicates and restarts: as in bsvrb-v2.
/// </para>
/// <para>
/// Often confused with: SOX, which averages the directions of y and v, too.
/// </para>
/// </remarks>
/// <param name="options">Steps, weight, blocks.</param>
[Method("ma-soba", Needs = Needs.Workers,
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.Loss,
    Source = "Chen, Xiao, Balasubramanian, arXiv 2306.12067 (MA-SOBA)",
    Differs = "many blocks, of which some are sampled; z begins with the first mean; x steps along the new z")]
public sealed class MaSoba(MaSoba.Options options) : Method
{
    /// <summary>Options of <see cref="MaSoba"/>.</summary>
    public sealed record Options : DirectionOptions
    {
        /// <summary>tau_v: the step size of v; by default that of y.</summary>
        public StepSchedule? MultiplierStep { get; init; }
    }

    static readonly StepSchedule One = ConstantSchedule.Of(1);

    readonly BlockMessages _messages = new(withBefore: false);
    readonly Storm _storm = new(DirectionRule.Average, options.Momentum);

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles => [BilevelOracles.Directions];

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        var rule = new LowerRule(options.LowerStep, options.MultiplierStep ?? options.LowerStep, 0, Moves.Sampled);
        layout.Role("coordinator", Count.One, new Coordinator(options, _messages, _storm));
        layout.Role("block", Count.PerWorker, new DirectionsBlock(
            _messages, options.BatchSize, options.Sampled, rule, new Msvr(One, 0), _storm));
        layout.Messages(_messages.All);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) =>
        [.. options.Errors(context.Places), .. _storm.Errors()];

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => options.Warnings(context);
}
