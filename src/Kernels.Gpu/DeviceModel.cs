using System.Reflection;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels.Devices;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>
/// Binds a generic class derived from <see cref="DeviceModel{T}"/>, of a float width and its arithmetic, to a problem.
/// Its static <c>Open</c> takes the device and the problem, and gives null where there is no kernel.
/// </summary>
/// <param name="problem">The problem's type.</param>
[AttributeUsage(AttributeTargets.Class)]
sealed class DeviceModelAttribute(Type problem) : Attribute
{
    /// <summary>The problem's type.</summary>
    public Type Problem { get; } = problem;
}

/// <summary>A problem on a device: its data, and its kernels.</summary>
/// <typeparam name="T">float or double.</typeparam>
abstract class DeviceModel<T> : IDisposable
    where T : unmanaged
{
    /// <summary>A new evaluator of an oracle that <see cref="DeviceSteps"/> knows.</summary>
    public abstract IDeviceOracle<T> OracleOf(Oracle oracle);

    /// <inheritdoc />
    public abstract void Dispose();
}

/// <summary>The models of this assembly.</summary>
static class DeviceModels
{
    static readonly (Type Type, Type Problem)[] All =
    [
        .. from type in typeof(DeviceModels).Assembly.GetTypes()
           let attribute = type.GetCustomAttribute<DeviceModelAttribute>()
           where attribute is not null
           select (type, attribute.Problem),
    ];

    /// <summary>The problems that have kernels.</summary>
    public static IEnumerable<Type> Problems => All.Select(m => m.Problem);

    /// <summary>The model of a problem, with its data on the device; null where there is none.</summary>
    public static DeviceModel<T>? Find<T>(GpuDevice device, Problem problem)
        where T : unmanaged
    {
        if (All.FirstOrDefault(m => m.Problem == problem.GetType()).Type is not { } type)
            return null;
        return (DeviceModel<T>?)type.MakeGenericType(typeof(T), ScalarOf<T>())
            .GetMethod("Open", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [device, problem]);
    }

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
