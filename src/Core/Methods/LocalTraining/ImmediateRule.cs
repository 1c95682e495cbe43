using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>One step of the outer optimizer for every update, as it arrives.</summary>
[ServerRule("immediate", Source = "Liu et al., arXiv 2401.09135, section 4")]
public sealed class ImmediateRule : ServerRule
{
    /// <inheritdoc/>
    public override ServerUpdate Bind(RoleLayout role, Vector model, OuterOptimizer outer, int workers)
    {
        outer.Declare(role);
        return new Update(model, outer);
    }

    sealed class Update(Vector model, OuterOptimizer outer) : ServerUpdate
    {
        public override bool Apply(ref OuterState s, Effects e, Operand update, double weight)
        {
            outer.Step(ref s, e, update, model);
            return true;
        }
    }
}
