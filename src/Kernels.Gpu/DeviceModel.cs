using System.Reflection;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels.Devices;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>
/// Binds a class derived from <see cref="DeviceModel{T}"/>, generic in T alone, to a problem of the same assembly. Its
/// public static <c>Open</c> takes a <see cref="GpuDevice"/> and the problem, and gives a model, or null where there is
/// no kernel for such a problem. (Classes of this assembly have the arithmetic of T as a second parameter.)
/// </summary>
/// <param name="problem">The problem's type.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DeviceModelAttribute(Type problem) : Attribute
{
    /// <summary>The problem's type.</summary>
    public Type Problem { get; } = problem;
}

/// <summary>A problem on a device: its data, and its kernels.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class DeviceModel<T> : IDisposable
    where T : unmanaged
{
    /// <summary>A new evaluator of an oracle; null where the model has no kernel for it.</summary>
    /// <param name="oracle">
    /// The oracle; for models of this assembly, the gradient, or steps of an optimizer that has a kernel.
    /// </param>
    public abstract IDeviceOracle<T>? OracleOf(Oracle oracle);

    /// <inheritdoc />
    public abstract void Dispose();
}

/// <summary>The models of this assembly, and those that plug-ins bring for their own problems.</summary>
static class DeviceModels
{
    static readonly (Type Type, Type Problem)[] All = [.. In(typeof(DeviceModels).Assembly)];

    /// <summary>The problems that have kernels in this assembly.</summary>
    public static IEnumerable<Type> Problems => All.Select(m => m.Problem);

    /// <summary>Whether it is worth sending a problem's data for an oracle: a plug-in's model alone can tell.</summary>
    public static bool MayHave(Problem problem, Oracle oracle) =>
        DeviceSteps.Of(oracle) is not null
        || (ModelOf(problem) is { } type && type.Assembly != typeof(DeviceModels).Assembly);

    /// <summary>The model of a problem, with its data on the device; null where there is none.</summary>
    public static DeviceModel<T>? Find<T>(GpuDevice device, Problem problem)
        where T : unmanaged
    {
        if (ModelOf(problem) is not { } type)
            return null;
        Type[] arguments = type.GetGenericArguments().Length == 1 ? [typeof(T)] : [typeof(T), ScalarOf<T>()];
        var open = type.MakeGenericType(arguments).GetMethod("Open", BindingFlags.Public | BindingFlags.Static)
            ?? throw new InvalidOperationException(
                $"{type.FullName} models problems on devices, and has no public static method Open(GpuDevice, "
                + $"{problem.GetType().Name})");
        return (DeviceModel<T>?)open.Invoke(null, [device, problem]);
    }

    static Type? ModelOf(Problem problem)
    {
        var type = problem.GetType();
        return All.Concat(In(type.Assembly)).FirstOrDefault(m => m.Problem == type).Type;
    }

    static IEnumerable<(Type Type, Type Problem)> In(Assembly assembly) =>
        from type in assembly.GetTypes()
        let attribute = type.GetCustomAttribute<DeviceModelAttribute>()
        where attribute is not null
        orderby type.FullName
        select (type, attribute.Problem);

    /// <summary>The arithmetic of a float width.</summary>
    public static Type ScalarOf<T>() => typeof(T) == typeof(float) ? typeof(SingleScalar) : typeof(DoubleScalar);
}

/// <summary>The optimizers that have a step on devices.</summary>
static class DeviceSteps
{
    /// <summary>The step of an oracle as an open generic type; null where there is none.</summary>
    public static Type? Of(Oracle oracle) => oracle is LocalSteps steps
        ? Of(steps.Optimizer)
        : oracle.Name == Oracle.Gradient.Name ? typeof(GradientStep<,>) : null;

    /// <summary>The step of an optimizer as an open generic type; null where there is none.</summary>
    public static Type? Of(Optimizer optimizer) => optimizer switch
    {
        Sgd => typeof(SgdStep<,>),
        Momentum => typeof(MomentumStep<,>),
        Nesterov => typeof(NesterovStep<,>),
        Adam or AdamW => typeof(AdamStep<,>),
        _ => null,
    };

    /// <summary>What is the same at every step.</summary>
    public static StepNumbers<T> Numbers<T>(Optimizer? optimizer)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var (beta1, beta2, epsilon) = optimizer switch
        {
            Momentum m => (m.Beta, 0, 0),
            Nesterov n => (n.Beta, 0, 0),
            { } o when MomentsOf(o) is { } a => (a.Beta1, a.Beta2, a.Epsilon),
            _ => (0.0, 0.0, 0.0),
        };
        return new StepNumbers<T>
        {
            Beta1 = T.CreateTruncating(beta1),
            Rest1 = T.CreateTruncating(1 - beta1),
            Beta2 = T.CreateTruncating(beta2),
            Rest2 = T.CreateTruncating(1 - beta2),
            Epsilon = T.CreateTruncating(epsilon),
        };
    }

    /// <summary>The numbers of one step.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="number">The step of the optimizer's state, from 1.</param>
    public static StepFactors<T> Factors<T>(Optimizer optimizer, double rate, long number)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        if (MomentsOf(optimizer) is not { } adam)
            return new StepFactors<T> { Rate = T.CreateTruncating(rate) };
        return new StepFactors<T>
        {
            Rate = T.CreateTruncating(adam.MeanFactor(rate, number)),
            Root = T.CreateTruncating(adam.RootFactor(number)),
            Decay = T.CreateTruncating(adam.Decay(rate)),
        };
    }

    static AdamMoments? MomentsOf(Optimizer optimizer) => optimizer switch
    {
        Adam adam => adam.Moments,
        AdamW adamW => adamW.Moments,
        _ => null,
    };
}
