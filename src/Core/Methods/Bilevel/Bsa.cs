using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>
/// Plain SGD on both levels: a sampled block does K steps <c>y_i := y_i - tau grad_y g_i</c>, then takes
/// <c>v = (1/L) sum_{q = 0..Q} prod_{j = 1..q} (I - H_j / L) grad_y f_i</c>, the Neumann series of H^-1 cut off after Q
/// products, and sends grad_x f_i - J_i v; <c>x := x - eta mean</c>. A new batch for every step and product.
/// </summary>
/// <remarks>
/// <para>
/// The lower solution is kept from round to round (warm start), as in stocBiO. The cut-off series makes the gradient
/// biased, by about (1 - mu/L)^(Q + 1) of it. Metrics are taken at the y that the last completed round left.
/// </para>
/// <para>
/// Staleness, losses, duplicates and restarts: as in bsvrb-v2. A block that restarts within a round begins it again
/// from the y that it had reached.
/// </para>
/// <para>
/// Often confused with: AmIGO, which solves the linear system by SGD from the last v.
/// </para>
/// </remarks>
/// <param name="options">Steps, blocks, lengths.</param>
[Method("bsa", Needs = Needs.Workers,
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.Loss,
    Source = "Ghadimi and Wang, arXiv 1802.02246 (BSA); warm start and the whole sum: Ji, Yang, Liang, ICML 2021 "
        + "(stocBiO)",
    Differs = "many blocks, of which some are sampled; the series has a fixed length instead of a random one")]
public sealed class Bsa(Bsa.Options options) : Method
{
    /// <summary>Options of <see cref="Bsa"/>.</summary>
    public sealed record Options : BlockOptions
    {
        /// <summary>tau: the step size of y as a function of the round.</summary>
        public StepSchedule LowerStep { get; init; } = ConstantSchedule.Of(0.1);

        /// <summary>K: steps of y per round.</summary>
        [Range(1, 10_000)]
        public int LowerSteps { get; init; } = 10;

        /// <summary>Q: products of the Neumann series after its first term.</summary>
        [Range(0, 10_000)]
        public int Terms { get; init; } = 10;

        /// <summary>1/L: the step of the Neumann series; it converges below 2 over the largest curvature of
        /// g.</summary>
        [Range(1e-12, 1e12)]
        public double SeriesStep { get; init; } = 0.1;
    }

    readonly BlockMessages _messages = new(withBefore: false);

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles =>
    [
        BilevelOracles.LowerGradient, BilevelOracles.UpperGradients, BilevelOracles.HessianProduct,
        BilevelOracles.CrossProduct,
    ];

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        var storm = new Storm(DirectionRule.Plain, ConstantSchedule.Of(1));
        layout.Role("coordinator", Count.One, new Coordinator(options, _messages, storm));
        layout.Role("block", Count.PerWorker, new Block(options, _messages));
        layout.Messages(_messages.All);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => options.Errors(context.Places);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => options.Warnings(context);

    sealed class Block(Options options, BlockMessages messages) : BlockProgram(messages)
    {
        const int Lower = 1, Upper = 2, Series = 3, Cross = 4;

        Vector _y, _gradient, _term, _sum, _product, _direct;
        Vector _solution; // y as the last completed round left it, for the metrics

        public override void Declare(RoleLayout role)
        {
            base.Declare(role);
            var lower = BilevelOracles.Lower;
            (_y, _gradient) = (role.Vector("y", lower), role.Vector("gradient", lower));
            _solution = role.Vector("solution", lower, Estimate.Lower);
            (_term, _sum) = (role.Vector("term", lower), role.Vector("sum", lower));
            (_product, _direct) = (role.Vector("product", lower), role.Vector("direct", Dim.Parameters));
        }

        protected override void Begin(ref BlockState s, Snapshot before, Effects e)
        {
            (s.Stage, s.Step) = (Lower, 0);
            ComputeLower(ref s, e);
        }

        public override void OnComputed(ref BlockState s, in Computed c, Effects e)
        {
            switch (s.Stage)
            {
                case Lower:
                    e.Axpy(-options.LowerStep.At(s.Round), _gradient, _y);
                    if (++s.Step < options.LowerSteps)
                        ComputeLower(ref s, e);
                    else
                        ComputeUpper(ref s, e);
                    return;
                case Upper:
                    e.Copy(_term, _sum);
                    (s.Stage, s.Step) = (Series, 0);
                    ComputeSeries(ref s, e);
                    return;
                case Series:
                    e.Axpy(-options.SeriesStep, _product, _term);
                    e.Axpy(1, _term, _sum);
                    s.Step++;
                    ComputeSeries(ref s, e);
                    return;
                default:
                    e.Scale(-1, Answer);
                    e.Axpy(1, _direct, Answer);
                    e.Copy(_y, _solution);
                    Finish(ref s, c.Origin.Now, e);
                    return;
            }
        }

        void ComputeLower(ref BlockState s, Effects e) =>
            e.Compute(new Computation(BilevelOracles.LowerGradient, options.BatchSize)
            {
                Input = X,
                Input1 = _y,
                Output = _gradient,
                Key = NextBatch(ref s, e),
            });

        void ComputeUpper(ref BlockState s, Effects e)
        {
            s.Stage = Upper;
            e.Compute(new Computation(BilevelOracles.UpperGradients, options.BatchSize)
            {
                Input = X,
                Input1 = _y,
                Output = _direct,
                Output1 = _term,
                Key = NextBatch(ref s, e),
            });
        }

        void ComputeSeries(ref BlockState s, Effects e)
        {
            if (s.Step == options.Terms)
            {
                s.Stage = Cross;
                e.Scale(options.SeriesStep, _sum);
            }
            var isCross = s.Stage == Cross;
            e.Compute(new Computation(
                isCross ? BilevelOracles.CrossProduct : BilevelOracles.HessianProduct, options.BatchSize)
            {
                Input = X,
                Input1 = _y,
                Input2 = isCross ? _sum : _term,
                Output = isCross ? Answer : _product,
                Key = NextBatch(ref s, e),
            });
        }
    }
}
