using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>
/// Blockwise variance-reduced bilevel optimization with Hessians: each of m blocks has y_i and MSVR trackers s_i of
/// grad_y g_i and M_i of H_i = grad^2_yy g_i, whose eigenvalues are kept at or above a floor; <c>y_i := y_i - tau
/// s_i</c> for all i; I sampled blocks give grad_x f_i - J_i M_i^-1 grad_y f_i, of which STORM makes z, and
/// <c>x := x - eta z</c>.
/// </summary>
/// <remarks>
/// <para>
/// The block gradients use M_i as it was before the round. A round costs a block two Hessians of d_y^2 numbers and two
/// solutions of d_y equations; for large d_y see bsvrb-v2. Trackers begin with one batch of each block at the initial
/// point.
/// </para>
/// <para>
/// Staleness, losses, duplicates and restarts: as in bsvrb-v2.
/// </para>
/// <para>
/// Often confused with: bsvrb-v2, which tracks H_i v_i - grad_y f_i instead of H_i.
/// </para>
/// </remarks>
/// <param name="options">Steps, weights, blocks.</param>
[Method("bsvrb-v1", Needs = Needs.Workers,
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.Loss,
    Source = "Hu et al., ICML 2023, arXiv 2305.18730, BSVRB-v1; trackers: Jiang et al., NeurIPS 2022, equation 4",
    Differs = "blocks that are not sampled owe their steps and make them, exactly, when they are sampled again; "
        + "STORM's difference is made at the block, which sends one vector; a quorum makes it asynchronous")]
public sealed class BsvrbV1(BsvrbV1.Options options) : Method
{
    /// <summary>Options of <see cref="BsvrbV1"/>.</summary>
    public sealed record Options : TrackerOptions
    {
        /// <summary>gamma of the trackers; auto is the theory's (m - I) / (I (1 - a)) + (1 - a).</summary>
        [Word("auto"), Range(0, 1e9)]
        public double? Gamma { get; init; }

        /// <summary>
        /// Eigenvalues of M below this are raised to it. Theory: mu_g, the strong convexity of the lower problems.
        /// </summary>
        [Range(1e-12, 1e12)]
        public double Floor { get; init; } = 0.01;
    }

    readonly BlockMessages _messages = new(withBefore: true);
    readonly Msvr _tracker = new(options.Tracking, options.Gamma);
    readonly Storm _storm = new(DirectionRule.Storm, options.Momentum);

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles => [BilevelOracles.Hessian, BilevelOracles.Hypergradient];

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("coordinator", Count.One, new Coordinator(options, _messages, _storm));
        layout.Role("block", Count.PerWorker, new Block(options, _messages, _tracker, _storm));
        layout.Messages(_messages.All);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) =>
        [.. options.Errors(context.Places), .. _tracker.Errors(context.Places, options.Sampled(context.Places)),
            .. _storm.Errors()];

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => options.Warnings(context);

    sealed class Block(Options options, BlockMessages messages, Msvr tracker, Storm storm) : BlockProgram(messages)
    {
        const int First = 1, Before = 2, Now = 3;

        Vector _y, _s, _m;                      // at round Next
        Vector _yBefore, _mBefore;              // at round Next - 1, then at the round before this one
        Vector _gradient, _hessian;             // at this round's point
        Vector _gradientBefore, _hessianBefore, _answerBefore;

        public override void Declare(RoleLayout role)
        {
            base.Declare(role);
            var (lower, square) = (BilevelOracles.Lower, BilevelOracles.Lower * BilevelOracles.Lower);
            (_y, _s, _m) = (role.Vector("y", lower, Estimate.Lower), role.Vector("s", lower), role.Vector("m", square));
            (_yBefore, _mBefore) = (role.Vector("y-before", lower), role.Vector("m-before", square));
            (_gradient, _hessian) = (role.Vector("gradient", lower), role.Vector("hessian", square));
            (_gradientBefore, _hessianBefore) =
                (role.Vector("gradient-before", lower), role.Vector("hessian-before", square));
            _answerBefore = role.Vector("answer-before", Dim.Parameters);
            tracker.Bind(role.Places, options.Sampled(role.Places));
        }

        protected override void Prepare(ref BlockState s, Effects e)
        {
            s.Stage = First;
            e.Compute(new Computation(BilevelOracles.Hessian, options.BatchSize)
            {
                Input = Answer,
                Input1 = _y,
                Output = _gradient,
                Output1 = _hessian,
                Key = NextBatch(ref s, e),
            });
        }

        protected override void Begin(ref BlockState s, Snapshot before, Effects e)
        {
            CatchUp(ref s, options.Moves, e);
            s.Stage = Before;
            e.Compute(new Computation(BilevelOracles.Hypergradient, options.BatchSize)
            {
                Input = before,
                Input1 = _yBefore,
                Input2 = _mBefore,
                Output = _gradientBefore,
                Output1 = _hessianBefore,
                Output2 = _answerBefore,
                Key = NextBatch(ref s, e),
            });
        }

        public override void OnComputed(ref BlockState s, in Computed c, Effects e)
        {
            switch (s.Stage)
            {
                case First:
                    e.Copy(_gradient, _s);
                    e.Copy(_hessian, _m);
                    e.FloorEigenvalues(options.Floor, _m);
                    (s.Stage, s.IsReady) = (0, true);
                    return;
                case Before:
                    s.Stage = Now;
                    e.Compute(new Computation(BilevelOracles.Hypergradient, options.BatchSize)
                    {
                        Input = X,
                        Input1 = _y,
                        Input2 = _m,
                        Output = _gradient,
                        Output1 = _hessian,
                        Output2 = Answer,
                        Key = SameBatch(in s, e),
                    });
                    return;
                default:
                    Keep(e);
                    tracker.Update(e, s.Round, _gradient, _gradientBefore, _s);
                    tracker.Update(e, s.Round, _hessian, _hessianBefore, _m);
                    e.FloorEigenvalues(options.Floor, _m);
                    Move(s.Round, e);
                    storm.Share(e, s.Round, _answerBefore, Answer);
                    Finish(ref s, c.Origin.Now, e);
                    return;
            }
        }

        // M stays while the block is not sampled; y moves on along s, or stays, too.
        protected override void Move(long round, Effects e) => e.Axpy(-options.LowerStep.At(round), _s, _y);

        protected override void Keep(Effects e)
        {
            e.Copy(_y, _yBefore);
            e.Copy(_m, _mBefore);
        }
    }
}
