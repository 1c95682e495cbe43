using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.Bilevel;

/// <summary>How the lower solution y and the multiplier v of a block move.</summary>
/// <param name="Step">tau as a function of the round.</param>
/// <param name="MultiplierStep">tau_v as a function of the round.</param>
/// <param name="Radius">v is projected onto the ball of this radius; 0 for no projection.</param>
/// <param name="Moves">Whether it also moves while it is not sampled.</param>
public sealed record LowerRule(StepSchedule Step, StepSchedule MultiplierStep, double Radius, Moves Moves);

/// <summary>
/// A block that keeps y, a multiplier v ~ H^-1 grad_y f, and trackers s of grad_y g and u of H v - grad_y f:
/// <c>y := y - tau s, v := Ball(v - tau_v u)</c>. Its gradient is grad_x f - J v, with v as it was before the round.
/// Only products with H and J are computed.
/// </summary>
/// <remarks>
/// While it is not sampled it owes steps along the s and u that it has; it makes them, one by one, when it is sampled
/// again, so that it is where it would be had it stepped in time.
/// </remarks>
/// <param name="messages">The method's messages.</param>
/// <param name="batch">Samples per batch.</param>
/// <param name="sampled">I for m blocks.</param>
/// <param name="rule">How y and v move.</param>
/// <param name="tracker">How s and u are updated.</param>
/// <param name="storm">How the answer is made.</param>
public sealed class DirectionsBlock(
    BlockMessages messages, int batch, Func<int, int> sampled, LowerRule rule, Msvr tracker, Storm storm)
    : BlockProgram(messages)
{
    const int First = 1, Before = 2, Now = 3;

    Vector _y, _v, _s, _u;              // at round Next
    Vector _yBefore, _vBefore;          // at round Next - 1, then at the round before this one
    Vector _gradient, _residual;        // grad_y g and H v - grad_y f at this round's point
    Vector _gradientBefore, _residualBefore, _answerBefore;

    // Both are evaluated where either needs it.
    bool Corrects => tracker.Corrects || storm.Corrects;

    /// <inheritdoc/>
    public override void Declare(RoleLayout role)
    {
        base.Declare(role);
        var lower = BilevelOracles.Lower;
        (_y, _v) = (role.Vector("y", lower, Estimate.Lower), role.Vector("v", lower));
        (_s, _u) = (role.Vector("s", lower), role.Vector("u", lower));
        (_gradient, _residual) = (role.Vector("gradient", lower), role.Vector("residual", lower));
        if (Corrects)
        {
            (_yBefore, _vBefore) = (role.Vector("y-before", lower), role.Vector("v-before", lower));
            (_gradientBefore, _residualBefore) =
                (role.Vector("gradient-before", lower), role.Vector("residual-before", lower));
            _answerBefore = role.Vector("answer-before", Dim.Parameters);
        }
        tracker.Bind(role.Places, sampled(role.Places));
    }

    /// <inheritdoc/>
    protected override void Prepare(ref BlockState s, Effects e)
    {
        s.Stage = First;
        e.Compute(new Computation(BilevelOracles.Directions, batch)
        {
            Input = Answer,
            Input1 = _y,
            Input2 = _v,
            Output = _gradient,
            Output1 = _residual,
            Output2 = Corrects ? _answerBefore : Answer,
            Key = NextBatch(ref s, e),
        });
    }

    /// <inheritdoc/>
    protected override void Begin(ref BlockState s, Snapshot before, Effects e)
    {
        CatchUp(ref s, rule.Moves, e);
        var key = NextBatch(ref s, e);
        if (!Corrects)
        {
            ComputeNow(ref s, key, e);
            return;
        }
        s.Stage = Before;
        e.Compute(new Computation(BilevelOracles.Directions, batch)
        {
            Input = before,
            Input1 = _yBefore,
            Input2 = _vBefore,
            Output = _gradientBefore,
            Output1 = _residualBefore,
            Output2 = _answerBefore,
            Key = key,
        });
    }

    /// <inheritdoc/>
    public override void OnComputed(ref BlockState s, in Computed c, Effects e)
    {
        switch (s.Stage)
        {
            case First:
                e.Copy(_gradient, _s);
                e.Copy(_residual, _u);
                (s.Stage, s.IsReady) = (0, true);
                return;
            case Before:
                ComputeNow(ref s, SameBatch(in s, e), e);
                return;
            default:
                tracker.Update(e, s.Round, _gradient, _gradientBefore, _s);
                tracker.Update(e, s.Round, _residual, _residualBefore, _u);
                Keep(e);
                Move(s.Round, e);
                storm.Share(e, s.Round, _answerBefore, Answer);
                Finish(ref s, c.Origin.Now, e);
                return;
        }
    }

    void ComputeNow(ref BlockState s, BatchKey key, Effects e)
    {
        s.Stage = Now;
        e.Compute(new Computation(BilevelOracles.Directions, batch)
        {
            Input = X,
            Input1 = _y,
            Input2 = _v,
            Output = _gradient,
            Output1 = _residual,
            Output2 = Answer,
            Key = key,
        });
    }

    /// <inheritdoc/>
    protected override void Keep(Effects e)
    {
        if (!Corrects)
            return;
        e.Copy(_y, _yBefore);
        e.Copy(_v, _vBefore);
    }

    /// <inheritdoc/>
    protected override void Move(long round, Effects e)
    {
        e.Axpy(-rule.Step.At(round), _s, _y);
        e.Axpy(-rule.MultiplierStep.At(round), _u, _v);
        if (rule.Radius > 0)
            e.ProjectOntoBall(rule.Radius, _v);
    }
}
