using System.Numerics;
using System.Reflection;
using AsyncOpt.Core.Optimizers;

namespace AsyncOpt.Kernels;

/// <summary>
/// The form to step with, for each optimizer of a run: the fast one where there is one, else the plain one. Not for
/// several threads at once.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class OptimizerTable<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly List<(Optimizer Optimizer, FastOptimizer<T> Form)> _forms = [];

    /// <summary>The form of an optimizer; made when it is first asked for.</summary>
    public FastOptimizer<T> this[Optimizer optimizer]
    {
        get
        {
            foreach (var (known, form) in _forms)
            {
                if (ReferenceEquals(known, optimizer))
                    return form;
            }
            var made = FastOptimizers.Make<T>(optimizer);
            _forms.Add((optimizer, made));
            return made;
        }
    }
}

/// <summary>The fast optimizers of this assembly.</summary>
internal static class FastOptimizers
{
    /// <summary>The generic classes and what each of them replaces.</summary>
    public static IReadOnlyList<(Type Type, Type Replaces)> All { get; } =
    [
        .. typeof(FastOptimizers).Assembly.GetTypes()
            .Select(type => (Type: type, Replaces: type.GetCustomAttribute<FastOptimizerAttribute>()?.Optimizer!))
            .Where(item => item.Replaces is not null)
            .OrderBy(item => item.Type.FullName, StringComparer.Ordinal),
    ];

    /// <summary>The form to step with.</summary>
    public static FastOptimizer<T> Make<T>(Optimizer optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        All.FirstOrDefault(item => item.Replaces == optimizer.GetType()).Type is { } fast
            ? (FastOptimizer<T>)Activator.CreateInstance(fast.MakeGenericType(typeof(T)), optimizer)!
            : new PlainOptimizer<T>(optimizer);
}

/// <summary>The plain form at any float width: float32 is widened, and results are rounded at the end.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="optimizer">The optimizer.</param>
internal sealed class PlainOptimizer<T>(Optimizer optimizer) : FastOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [ThreadStatic]
    static double[]? _scratch;

    /// <inheritdoc />
    public override void Step(in OptimizerStep<T> step)
    {
        var d = step.X.Length;
        if (_scratch is null || _scratch.Length < 4 * d)
            _scratch = new double[4 * d];
        Span<double> rest = _scratch;
        var wide = new OptimizerStep<double>
        {
            X = PlainOracle<T>.Widen(step.X, ref rest),
            Gradient = PlainOracle<T>.Widen(step.Gradient, ref rest),
            State0 = PlainOracle<T>.Widen(step.State0, ref rest),
            State1 = PlainOracle<T>.Widen(step.State1, ref rest),
            Rate = step.Rate,
            Number = step.Number,
            Blocks = step.Blocks,
        };
        optimizer.Step(wide);
        PlainOracle<T>.Round(wide.X, step.X);
        PlainOracle<T>.Round(wide.State0, step.State0);
        PlainOracle<T>.Round(wide.State1, step.State1);
    }
}
