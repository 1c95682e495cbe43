using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>
/// Randomized stochastic variance-reduced bilevel optimization: STORM on the vector of all blocks at once, of which a
/// sampled block is seen with the factor m/I. Each block tracks q = grad_y g_i, grad_x f_i, grad_y f_i, H_i and
/// J_i by <c>q := (1 - beta)(q - (m/I) before) + (m/I) now</c> when it is sampled, and <c>q := (1 - beta) q</c> when it
/// is not; y_i moves along its tracker in every round; the hypergradient grad_x f_i - J_i H_i^-1 grad_y f_i of the
/// trackers, over a second, independent sample of blocks, new less old, goes into x's direction by STORM.
/// </summary>
/// <remarks>
/// <para>
/// A block keeps J_i, d_x times d_y numbers: not for many parameters. Trackers begin with one batch of each block at
/// the initial point. The H_i in the hypergradient has its eigenvalues raised to the floor; the tracker itself does
/// not.
/// </para>
/// <para>
/// Staleness is always 0: all blocks that were asked answer before x moves. A lost message stops the method until its
/// block restarts, or the timeout passes. Duplicates change nothing.
/// </para>
/// <para>
/// Often confused with: the BSVRB methods, which track each block by itself, without the factor m/I on what it sees.
/// </para>
/// </remarks>
/// <param name="options">Steps, weight, blocks.</param>
[Method("rsvrb", Needs = Needs.Workers,
    Tolerates = Tolerance.None, ToleratesWithTimeout = Tolerance.Loss,
    Source = "Guo, Hu, Zhang, Yang, arXiv 2105.02266 (RSVRB), as compared with by "
    + "Hu et al., ICML 2023, arXiv 2305.18730",
    Differs = "the hypergradient's Hessian has a floor under its eigenvalues; grad_x f is tracked, too")]
public sealed class Rsvrb(Rsvrb.Options options) : Method
{
    /// <summary>Options of <see cref="Rsvrb"/>.</summary>
    public sealed record Options : DirectionOptions
    {
        /// <summary>Eigenvalues of H below this are raised to it in the hypergradient.</summary>
        [Range(1e-12, 1e12)]
        public double Floor { get; init; } = 0.01;

        internal override IEnumerable<string> Errors(int blocks) => Quorum == 0 ? base.Errors(blocks)
            : [.. base.Errors(blocks), "quorum: rsvrb is synchronous; leave the key out"];
    }

    readonly BlockMessages _messages = new(withBefore: true);
    readonly Storm _storm = new(DirectionRule.Storm, options.Momentum);

    /// <inheritdoc/>
    public override IReadOnlyList<Oracle> Oracles =>
        [BilevelOracles.LowerGradient, BilevelOracles.UpperGradients, BilevelOracles.Matrices];

    /// <inheritdoc/>
    public override bool HasTimeout => options.Timeout is not null;

    /// <inheritdoc/>
    public override void Declare(Layout layout)
    {
        layout.Role("coordinator", Count.One, new Coordinator(options, _messages, _storm) { TwoSamples = true });
        layout.Role("block", Count.PerWorker, new Block(options, _messages, _storm));
        layout.Messages(_messages.All);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Errors(MethodContext context) =>
        [.. options.Errors(context.Places), .. _storm.Errors()];

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings(MethodContext context) => options.Warnings(context);

    sealed class Block(Options options, BlockMessages messages, Storm storm) : BlockProgram(messages)
    {
        // At each point: the gradient of g, those of f, then the matrices.
        const int OfG = 1, OfF = 2, OfMatrices = 3, Parts = 3;
        const int First = 0, Before = 1, Now = 2;

        Slot _xBefore;
        Vector _y, _yBefore;
        readonly Vector[] _trackers = new Vector[5];    // grad_y g, grad_x f, grad_y f, H, J
        readonly Vector[] _seen = new Vector[5];
        Vector _floored, _v, _old;
        double _scale;

        public override void Declare(RoleLayout role)
        {
            base.Declare(role);
            var (x, lower) = (Dim.Parameters, BilevelOracles.Lower);
            _y = role.Vector("y", lower, Estimate.Lower);
            _yBefore = role.Vector("y-before", lower);
            var sizes = (ReadOnlySpan<Dim>)[lower, x, lower, lower * lower, x * lower];
            for (var q = 0; q < sizes.Length; q++)
            {
                _trackers[q] = role.Vector($"tracker-{q}", sizes[q]);
                _seen[q] = role.Vector($"seen-{q}", sizes[q]);
            }
            (_floored, _v) = (role.Vector("floored", lower * lower), role.Vector("v", lower));
            _old = role.Vector("old", x);
            _scale = role.Places / (double)options.Sampled(role.Places);
            _xBefore = role.Slot(Kinds.Round);
        }

        protected override void Prepare(ref BlockState s, Effects e)
        {
            NextBatch(ref s, e);
            Compute(ref s, First, OfG, Answer, _y, e);
        }

        protected override void Begin(ref BlockState s, Snapshot before, Effects e)
        {
            if (s.Step > 0)
            {
                Next(ref s, Now, OfG, e); // a crash cut the round off after its first half
                return;
            }
            CatchUp(ref s, e);
            if ((s.Parts & RoundParts.Counts) != 0)
                Hypergradient(_old, e);
            if ((s.Parts & RoundParts.Updates) == 0)
            {
                foreach (var tracker in _trackers)
                    e.Scale(storm.Keep(s.Round), tracker);
                End(ref s, s.Origin.Now, e);
                return;
            }
            e.Hold(_xBefore, before);
            NextBatch(ref s, e);
            Compute(ref s, Before, OfG, _xBefore, _yBefore, e);
        }

        public override void OnComputed(ref BlockState s, in Computed c, Effects e)
        {
            var (phase, part) = (s.Stage / (Parts + 1), s.Stage % (Parts + 1));
            if (part < Parts)
            {
                Next(ref s, phase, part + 1, e);
                return;
            }
            switch (phase)
            {
                case First:
                    Add(1, e);
                    (s.Stage, s.IsReady) = (0, true);
                    return;
                case Before:
                    // q := (1 - beta)(q - (m/I) before)
                    Add(-_scale, e);
                    foreach (var tracker in _trackers)
                        e.Scale(storm.Keep(s.Round), tracker);
                    s.Step = 1;
                    Next(ref s, Now, OfG, e);
                    return;
                default:
                    Add(_scale, e);
                    s.Step = 0;
                    End(ref s, c.Origin.Now, e);
                    return;
            }
        }

        void Next(ref BlockState s, int phase, int part, Effects e)
        {
            var x = phase == First ? (Operand)Answer : phase == Before ? _xBefore : X;
            Compute(ref s, phase, part, x, phase == Before ? _yBefore : _y, e);
        }

        void Compute(ref BlockState s, int phase, int part, Operand x, Vector y, Effects e)
        {
            s.Stage = phase * (Parts + 1) + part;
            var oracle = part switch
            {
                OfG => BilevelOracles.LowerGradient,
                OfF => BilevelOracles.UpperGradients,
                _ => BilevelOracles.Matrices,
            };
            e.Compute(new Computation(oracle, options.BatchSize)
            {
                Input = x,
                Input1 = y,
                Output = _seen[part switch { OfG => 0, OfF => 1, _ => 3 }],
                Output1 = part switch { OfG => default, OfF => _seen[2], _ => _seen[4] },
                Key = SameBatch(in s, e),
            });
        }

        void Add(double scale, Effects e)
        {
            for (var q = 0; q < _seen.Length; q++)
                e.Axpy(scale, _seen[q], _trackers[q]);
        }

        // grad_x f - J H^-1 grad_y f, of the trackers.
        void Hypergradient(Vector to, Effects e)
        {
            e.Copy(_trackers[3], _floored);
            e.FloorEigenvalues(options.Floor, _floored);
            e.Solve(_floored, _trackers[2], _v);
            e.Multiply(_trackers[4], _v, to);
            e.Scale(-1, to);
            e.Axpy(1, _trackers[1], to);
        }

        void End(ref BlockState s, long now, Effects e)
        {
            if ((s.Parts & RoundParts.Counts) != 0)
            {
                Hypergradient(Answer, e);
                storm.Share(e, s.Round, _old, Answer);
            }
            Keep(e);
            e.Axpy(-options.LowerStep.At(s.Round), _trackers[0], _y);
            Finish(ref s, now, e);
        }

        // While it is not asked, its trackers shrink and y moves along what is left.
        void CatchUp(ref BlockState s, Effects e)
        {
            var left = 1.0;
            for (; s.Next < s.Round; s.Next++)
            {
                left *= storm.Keep(s.Next);
                e.Scale(storm.Keep(s.Next), _trackers[0]);
                Keep(e);
                e.Axpy(-options.LowerStep.At(s.Next), _trackers[0], _y);
            }
            for (var q = 1; left != 1 && q < _trackers.Length; q++)
                e.Scale(left, _trackers[q]);
            if (s.Round == 0)
                Keep(e);
        }

        protected override void Keep(Effects e) => e.Copy(_y, _yBefore);
    }
}
