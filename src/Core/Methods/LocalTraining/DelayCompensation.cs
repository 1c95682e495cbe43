using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>
/// Takes a stale gradient to the present to first order: <c>g := g + lambda g g (x - x_then)</c>, elementwise, where
/// x_then is the model its worker started from and g g stands in for the diagonal of the Hessian. Adaptive:
/// <c>s := 0.95 s + 0.05 g g</c>, and lambda is divided by <c>sqrt(s + 1e-7)</c>.
/// </summary>
/// <remarks>
/// The server keeps the model that it sent to each worker last; models that several workers have are stored once. Made
/// for gradients; applied to the pseudo-gradients of local training it is what the comparison of Liu et al. does.
/// </remarks>
/// <param name="options">How much, and whether it adapts.</param>
[StalenessRule("delay-compensation", Source = "Zheng et al., ICML 2017, eq. 10 and DC-ASGD-a")]
public sealed class DelayCompensation(DelayCompensation.Options options) : StalenessRule
{
    const double Keep = 0.95, Epsilon = 1e-7;

    /// <summary>Options of <see cref="DelayCompensation"/>.</summary>
    public sealed record Options
    {
        /// <summary>How much: 0.04 is usual for the constant form, 2 for the adaptive one.</summary>
        [Range(0, 1e6)]
        public double Lambda { get; init; } = 0.04;

        /// <summary>Whether lambda is divided by the root of a running mean of g g.</summary>
        public bool Adaptive { get; init; }
    }

    /// <inheritdoc/>
    public override bool Corrects => true;

    /// <inheritdoc/>
    public override void Declare(RoleLayout role, out Vector state) =>
        state = options.Adaptive ? role.Vector("mean-square", Dim.Parameters) : default;

    /// <inheritdoc/>
    public override void Correct(Effects e, Operand now, Operand then, Vector update, Vector state) =>
        e.Compensate(options.Lambda, now, then, update, state, Keep, Epsilon);
}
