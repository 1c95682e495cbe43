using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>Names a staleness rule in experiment files.</summary>
/// <param name="name">The name, for instance <c>polynomial</c>.</param>
public sealed class StalenessRuleAttribute(string name) : EntryAttribute(name);

/// <summary>
/// What a server does to an update because it is stale, before it applies it: weigh it, drop it, or correct it.
/// Immutable.
/// </summary>
[EntryKind("staleness rules")]
public abstract class StalenessRule
{
    /// <summary>The factor of an update of a given staleness, at least 0; at 0 it is dropped.</summary>
    public virtual double Weight(long staleness) => 1;

    /// <summary>Whether it corrects pseudo-gradients by how far the model has moved since.</summary>
    public virtual bool Corrects => false;

    /// <summary>Declares what the correction keeps at the server; only asked for where it corrects.</summary>
    public virtual void Declare(RoleLayout role, out Vector state) => state = default;

    /// <summary>Corrects a pseudo-gradient in place; only asked for where it corrects.</summary>
    /// <param name="e">Effects of the server.</param>
    /// <param name="now">The model.</param>
    /// <param name="then">The model that the worker started from.</param>
    /// <param name="update">The pseudo-gradient, in and out.</param>
    /// <param name="state">What <see cref="Declare"/> asked for.</param>
    public virtual void Correct(Effects e, Operand now, Operand then, Vector update, Vector state)
    {
    }
}
