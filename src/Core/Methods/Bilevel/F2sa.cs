using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>
/// First derivatives only: a block keeps y_i, the solution of the penalized problem f_i + lambda g_i, and z_i, that of
/// g_i alone. When sampled it does K steps <c>y_i := y_i - tau (grad_y g_i + grad_y f_i / lambda)</c> and
/// <c>z_i := z_i - tau grad_y g_i(x, z_i)</c>, then sends
/// <c>grad_x f_i + lambda (grad_x g_i(x, y_i) - grad_x g_i(x, z_i))</c>, whose bias falls as 1/lambda;
/// <c>x := x - eta mean</c>, and lambda grows.
/// </summary>
/// <remarks>
/// <para>
/// The difference of the two gradients of g is taken on one batch. Metrics are taken at the z that the last
/// completed round left, which approximates y_i(x).
/// </para>
/// <para>
/// Staleness, losses, duplicates and restarts: as in bsvrb-v2. A block that restarts within a round begins it again
/// from the y and z that it had reached.
/// </para>
/// <para>
/// Often confused with: the value-function penalty method, whose lower solution is computed for each x anew.
/// </para>
/// </remarks>
/// <param name="options">Steps, blocks, penalty.</param>
[Method("f2sa", Needs = Needs.Workers,
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.Loss,
    Source = "Kwon, Kwon, Wright, Nowak, ICML 2023, arXiv 2301.10945 (F2SA)",
    Differs = "many blocks, of which some are sampled; the step of y is that of z on g + f / lambda, so that it stays "
        + "stable as lambda grows")]
public sealed class F2sa(F2sa.Options options) : Method
{
    /// <summary>Options of <see cref="F2sa"/>.</summary>
    public sealed record Options : BlockOptions
    {
        /// <summary>tau: the step size of y and z as a function of the round.</summary>
        public StepSchedule LowerStep { get; init; } = ConstantSchedule.Of(0.1);

        /// <summary>K: steps of y and of z per round.</summary>
        [Range(1, 10_000)]
        public int LowerSteps { get; init; } = 10;

        /// <summary>lambda in the first round.</summary>
        [Range(1e-9, 1e12)]
        public double Penalty { get; init; } = 1;

        /// <summary>What is added to lambda after a round, as a function of the round.</summary>
        public StepSchedule PenaltyGrowth { get; init; } =
            new PowerSchedule(new() { Scale = 0.1, Exponent = 1.0 / 7 });
    }

    readonly BlockMessages _messages = new(withBefore: false);

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles =>
        [BilevelOracles.LowerGradient, BilevelOracles.LowerGradients, BilevelOracles.UpperGradients];

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        var storm = new Storm(DirectionRule.Plain, ConstantSchedule.Of(1));
        layout.Role("coordinator", Count.One, new Coordinator(options, _messages, storm)
        {
            Penalty = options.Penalty,
            PenaltyGrowth = options.PenaltyGrowth,
        });
        layout.Role("block", Count.PerWorker, new Block(options, _messages));
        layout.Messages(_messages.All);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) => options.Errors(context.Places);

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => options.Warnings(context);

    sealed class Block(Options options, BlockMessages messages) : BlockProgram(messages)
    {
        // One step of y takes two computations, one of z takes one; the last three make the answer.
        const int UpperOfY = 1, LowerOfY = 2, LowerOfZ = 3, UpperLast = 4, LowerLast = 5, LowerLastOfZ = 6;

        Vector _y, _z, _gradientF, _gradientG, _direct;
        Vector _solution; // z as the last completed round left it, for the metrics

        public override void Declare(RoleLayout role)
        {
            base.Declare(role);
            var lower = BilevelOracles.Lower;
            (_z, _y) = (role.Vector("z", lower), role.Vector("y", lower));
            _solution = role.Vector("solution", lower, Estimate.Lower);
            (_gradientF, _gradientG) = (role.Vector("gradient-f", lower), role.Vector("gradient-g", lower));
            _direct = role.Vector("direct", Dim.Parameters);
        }

        protected override void Begin(ref BlockState s, Snapshot before, Effects e)
        {
            s.Step = 0;
            Upper(ref s, UpperOfY, NextBatch(ref s, e), e);
        }

        public override void OnComputed(ref BlockState s, in Computed c, Effects e)
        {
            var tau = options.LowerStep.At(s.Round);
            switch (s.Stage)
            {
                case UpperOfY:
                    Lower(ref s, LowerOfY, _y, SameBatch(in s, e), e);
                    return;
                case LowerOfY:
                    e.Axpy(-tau, _gradientG, _y);
                    e.Axpy(-tau / s.Penalty, _gradientF, _y);
                    Lower(ref s, LowerOfZ, _z, SameBatch(in s, e), e);
                    return;
                case LowerOfZ:
                    e.Axpy(-tau, _gradientG, _z);
                    s.Step++;
                    var isLast = s.Step == options.LowerSteps;
                    Upper(ref s, isLast ? UpperLast : UpperOfY, NextBatch(ref s, e), e);
                    return;
                case UpperLast:
                    Both(ref s, LowerLast, _y, e);
                    return;
                case LowerLast:
                    e.Axpy(s.Penalty, Answer, _direct);
                    Both(ref s, LowerLastOfZ, _z, e);
                    return;
                default:
                    e.Scale(-s.Penalty, Answer);
                    e.Axpy(1, _direct, Answer);
                    e.Copy(_z, _solution);
                    Finish(ref s, c.Origin.Now, e);
                    return;
            }
        }

        void Upper(ref BlockState s, int stage, BatchKey key, Effects e)
        {
            s.Stage = stage;
            e.Compute(new Computation(BilevelOracles.UpperGradients, options.BatchSize)
            {
                Input = X,
                Input1 = _y,
                Output = _direct,
                Output1 = _gradientF,
                Key = key,
            });
        }

        void Lower(ref BlockState s, int stage, Vector at, BatchKey key, Effects e)
        {
            s.Stage = stage;
            e.Compute(new Computation(BilevelOracles.LowerGradient, options.BatchSize)
            {
                Input = X,
                Input1 = at,
                Output = _gradientG,
                Key = key,
            });
        }

        void Both(ref BlockState s, int stage, Vector at, Effects e)
        {
            s.Stage = stage;
            e.Compute(new Computation(BilevelOracles.LowerGradients, options.BatchSize)
            {
                Input = X,
                Input1 = at,
                Output = _gradientG,
                Output1 = Answer,
                Key = SameBatch(in s, e),
            });
        }
    }
}
