using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>
/// Three SGD steps at once, all at the same point: the sampled blocks do <c>y_i := y_i - tau grad_y g_i</c> and
/// <c>v_i := v_i - tau_v (H_i v_i - grad_y f_i)</c>, and <c>x := x - eta mean(grad_x f_i - J_i v_i)</c>.
/// </summary>
/// <remarks>
/// <para>
/// Staleness, losses, duplicates and restarts: as in bsvrb-v2.
/// </para>
/// <para>
/// Often confused with: alternating methods, where v and x see the new y.
/// </para>
/// </remarks>
/// <param name="options">Steps, blocks.</param>
[Method("soba", Needs = Needs.Workers,
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.Loss,
    Source = "Dagréou, Ablin, Vaiter, Moreau, NeurIPS 2022, arXiv 2201.13409, algorithm 1 (SOBA)",
    Differs = "many blocks, of which some are sampled; v with the sign that makes it H^-1 grad_y f")]
public sealed class Soba(Soba.Options options) : Method
{
    /// <summary>Options of <see cref="Soba"/>.</summary>
    public sealed record Options : BlockOptions
    {
        /// <summary>tau: the step size of y as a function of the round.</summary>
        public StepSchedule LowerStep { get; init; } = ConstantSchedule.Of(0.1);

        /// <summary>tau_v: the step size of v; by default that of y.</summary>
        public StepSchedule? MultiplierStep { get; init; }
    }

    static readonly StepSchedule One = ConstantSchedule.Of(1);

    readonly BlockMessages _messages = new(withBefore: false);

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles => [BilevelOracles.Directions];

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        var storm = new Storm(DirectionRule.Plain, One);
        var rule = new LowerRule(options.LowerStep, options.MultiplierStep ?? options.LowerStep, 0, Moves.Sampled);
        layout.Role("coordinator", Count.One, new Coordinator(options, _messages, storm));
        layout.Role("block", Count.PerWorker, new DirectionsBlock(
            _messages, options.BatchSize, options.Sampled, rule, new Msvr(One, 0), storm));
        layout.Messages(_messages.All);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => options.Errors(context.Places);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => options.Warnings(context);
}
