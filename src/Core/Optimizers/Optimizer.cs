using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Core.Optimizers;

/// <summary>Names an optimizer in experiment files.</summary>
/// <param name="name">The name, for instance <c>adamw</c>.</param>
public sealed class OptimizerAttribute(string name) : EntryAttribute(name);

/// <summary>
/// A rule that turns a gradient into a step, with up to two state vectors of the point's dimension that start at zero.
/// It acts inside a worker on its own gradients, or at a server on what arrives. The plain form here is the definition;
/// faster ones in Kernels are held to it. Immutable: all that changes is in the vectors.
/// </summary>
[EntryKind("optimizers")]
public abstract class Optimizer
{
    /// <summary>The most state vectors of an optimizer.</summary>
    public const int StatesMax = 2;

    /// <summary>How many state vectors it keeps, 0 to <see cref="StatesMax"/>.</summary>
    public abstract int States { get; }

    /// <summary>One step, in plain scalar form.</summary>
    public abstract void Step(in OptimizerStep<double> step);
}

/// <summary>One step of an optimizer: everything it may depend on, and what it changes.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct OptimizerStep<T>
    where T : unmanaged
{
    /// <summary>The point, shape (d), in and out.</summary>
    public Span<T> X { get; init; }

    /// <summary>The gradient or pseudo-gradient, shape (d).</summary>
    public ReadOnlySpan<T> Gradient { get; init; }

    /// <summary>The first state vector, shape (d), in and out; empty where the optimizer has none.</summary>
    public Span<T> State0 { get; init; }

    /// <summary>The second state vector, shape (d), in and out; empty where the optimizer has fewer.</summary>
    public Span<T> State1 { get; init; }

    /// <summary>The learning rate, at least 0.</summary>
    public double Rate { get; init; }

    /// <summary>Which step of this state it is: 1, 2, ...; bias corrections count by it.</summary>
    public long Number { get; init; }

    /// <summary>The layers of the point, for rules that go by layers.</summary>
    public IReadOnlyList<ParameterBlock> Blocks { get; init; }
}

/// <summary>A faster form of an optimizer, found by <see cref="FastOptimizerAttribute"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <remarks>It has a public constructor that takes the optimizer; in float64 it has the plain form's bits.</remarks>
public abstract class FastOptimizer<T>
    where T : unmanaged
{
    /// <summary>
    /// Whether every coordinate goes its own way, so that the vectors of many agents can be stepped as one long vector.
    /// </summary>
    public virtual bool IsElementwise => false;

    /// <summary>One step. Called from several threads at once, on different vectors.</summary>
    public abstract void Step(in OptimizerStep<T> step);
}

/// <summary>Binds a generic class derived from <see cref="FastOptimizer{T}"/> to the rule it computes.</summary>
/// <param name="optimizer">The optimizer's type.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FastOptimizerAttribute(Type optimizer) : Attribute
{
    /// <summary>The optimizer's type.</summary>
    public Type Optimizer { get; } = optimizer;
}
