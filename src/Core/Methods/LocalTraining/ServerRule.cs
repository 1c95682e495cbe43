using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Core.Methods.LocalTraining;

/// <summary>Names a server rule in experiment files.</summary>
/// <param name="name">The name, for instance <c>buffer</c>.</param>
public sealed class ServerRuleAttribute(string name) : EntryAttribute(name);

/// <summary>How a server makes the worker's updates into a new model as they arrive. Immutable.</summary>
[EntryKind("server rules")]
public abstract class ServerRule
{
    /// <summary>Whether workers send their trained model instead of how far they moved.</summary>
    public virtual bool TakesModels => false;

    /// <summary>Updates for each change of the model.</summary>
    /// <param name="workers">The number of workers.</param>
    public virtual int UpdatesPerChange(int workers) => 1;

    /// <summary>Why it cannot work with an outer optimizer and a staleness rule: one sentence each.</summary>
    public virtual IEnumerable<string> Violations(Optimizer outer, StalenessRule staleness) => [];

    /// <summary>Why it cannot work with so many workers: one sentence each.</summary>
    public virtual IEnumerable<string> Errors(int workers) => [];

    /// <summary>Declares the rule's vectors at the server, and binds it to them.</summary>
    /// <param name="role">The server.</param>
    /// <param name="model">The model.</param>
    /// <param name="outer">The outer optimizer and its rate.</param>
    /// <param name="workers">The number of workers.</param>
    public abstract ServerUpdate Bind(RoleLayout role, Vector model, OuterOptimizer outer, int workers);
}

/// <summary>A server rule bound to the vectors of one run.</summary>
public abstract class ServerUpdate
{
    /// <summary>Takes in one update.</summary>
    /// <param name="s">What the rule remembers.</param>
    /// <param name="e">Effects of the server.</param>
    /// <param name="update">
    /// The pseudo-gradient, weighed and corrected; or the worker's model, where the rule takes models.
    /// </param>
    /// <param name="weight">The update's weight where the rule takes models; otherwise it is in the update.</param>
    /// <returns>Whether the model has changed.</returns>
    public abstract bool Apply(ref OuterState s, Effects e, Operand update, double weight);
}

/// <summary>What server rules remember, beside vectors.</summary>
public struct OuterState
{
    /// <summary>Steps made.</summary>
    public long Steps { get; set; }

    /// <summary>Updates taken in since the last step of the momentum, or since the buffer was empty.</summary>
    public int Collected { get; set; }
}

/// <summary>The outer optimizer with its rate and states.</summary>
/// <param name="rule">The optimizer.</param>
/// <param name="rate">The rate as a function of the steps made.</param>
public sealed class OuterOptimizer(Optimizer rule, StepSchedule rate)
{
    Vector _state0, _state1;

    /// <summary>The optimizer.</summary>
    public Optimizer Rule => rule;

    /// <summary>The rate of the next step.</summary>
    public double Rate(in OuterState s) => rate.At(s.Steps);

    /// <summary>Declares its states.</summary>
    public void Declare(RoleLayout role) => Declare(role, Dim.Parameters);

    /// <summary>Declares its states for a model of some dimension.</summary>
    /// <param name="role">The server.</param>
    /// <param name="dimension">The dimension.</param>
    /// <param name="of">Follows the names of the states, where there are several models.</param>
    public void Declare(RoleLayout role, Dim dimension, string of = "")
    {
        _state0 = rule.States > 0 ? role.Vector($"outer-0{of}", dimension) : default;
        _state1 = rule.States > 1 ? role.Vector($"outer-1{of}", dimension) : default;
    }

    /// <summary>One step of the model along a pseudo-gradient.</summary>
    public void Step(ref OuterState s, Effects e, Operand gradient, Vector model)
    {
        e.Step(rule, Rate(s), s.Steps + 1, gradient, model, _state0, _state1);
        s.Steps++;
    }
}
