using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>
/// Moves the model towards the worker's: <c>x := (1 - a) x + a y</c> with y the worker's model and a = the outer rate
/// times the update's weight, at most 1.
/// </summary>
/// <remarks>
/// The difference to <c>immediate</c> with plain steps: the worker's model is compared with the server's present one,
/// not with the one it started from, so that others' progress since is partly undone.
/// </remarks>
[ServerRule("mixing", Source = "Xie et al., arXiv 1903.03934, algorithm 1")]
public sealed class MixingRule : ServerRule
{
    /// <inheritdoc/>
    public override bool TakesModels => true;

    /// <inheritdoc/>
    public override IEnumerable<string> Violations(Optimizer outer, StalenessRule staleness)
    {
        if (outer is not Sgd)
            yield return "server rule 'mixing' averages models and has no use for another outer optimizer than 'sgd'; "
                + "for momentum take server rule 'immediate'";
        if (staleness.Corrects)
            yield return "server rule 'mixing' averages models, and the staleness rule corrects pseudo-gradients; "
                + "take server rule 'immediate', or staleness 'polynomial'";
    }

    /// <inheritdoc/>
    public override ServerUpdate Bind(RoleLayout role, Vector model, OuterOptimizer outer, int workers) =>
        new Update(model, outer);

    sealed class Update(Vector x, OuterOptimizer outer) : ServerUpdate
    {
        public override bool Apply(ref OuterState s, Effects e, Operand y, double weight)
        {
            var share = Math.Min(1, outer.Rate(s) * weight);
            if (share == 1)
                e.Copy(y, x); // y itself: x + (y - x) rounds
            else
                e.Lerp(share, y, x);
            s.Steps++;
            return true;
        }
    }
}
