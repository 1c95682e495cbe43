using System.Numerics;
using ILGPU;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>The numbers of an optimizer that are the same at every step.</summary>
/// <typeparam name="T">float or double.</typeparam>
struct StepNumbers<T>
    where T : unmanaged
{
    public T Beta1;
    public T Rest1;
    public T Beta2;
    public T Rest2;
    public T Epsilon;
}

/// <summary>The numbers of one step of one request: learning rate, bias corrections.</summary>
/// <typeparam name="T">float or double.</typeparam>
struct StepFactors<T>
    where T : unmanaged
{
    /// <summary>The learning rate; of Adam, over 1 - beta1^t.</summary>
    public T Rate;

    /// <summary>1 / sqrt(1 - beta2^t).</summary>
    public T Root;

    /// <summary>What the point is multiplied by before the step.</summary>
    public T Decay;
}

/// <summary>The vectors of a request on the device.</summary>
/// <typeparam name="T">float or double.</typeparam>
struct StepVectors<T>
    where T : unmanaged
{
    /// <summary>The point: where gradients are taken, and, of local training, what steps change.</summary>
    public ArrayView<T> Point;

    /// <summary>The gradient, or the optimizer's first state.</summary>
    public ArrayView<T> First;

    /// <summary>The optimizer's second state.</summary>
    public ArrayView<T> Second;
}

/// <summary>
/// What becomes of a coordinate of a gradient. Products are rounded before they are added: the bits of the processor.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
interface IStep<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Takes a coordinate of the gradient.</summary>
    static abstract void Take(
        StepVectors<T> vectors, long k, T gradient, StepNumbers<T> numbers, StepFactors<T> factors);
}

/// <summary>The gradient itself is the result.</summary>
struct GradientStep<T, TScalar> : IStep<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    public static void Take(
        StepVectors<T> vectors, long k, T gradient, StepNumbers<T> numbers, StepFactors<T> factors) =>
        vectors.First[k] = gradient;
}

/// <summary>x -= eta g.</summary>
struct SgdStep<T, TScalar> : IStep<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    public static void Take(
        StepVectors<T> vectors, long k, T gradient, StepNumbers<T> numbers, StepFactors<T> factors) =>
        vectors.Point[k] = vectors.Point[k] - TScalar.Product(factors.Rate, gradient);
}

/// <summary>u = beta u + g, x -= eta u.</summary>
struct MomentumStep<T, TScalar> : IStep<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    public static void Take(
        StepVectors<T> vectors, long k, T gradient, StepNumbers<T> numbers, StepFactors<T> factors)
    {
        var u = TScalar.Product(numbers.Beta1, vectors.First[k]) + gradient;
        vectors.First[k] = u;
        vectors.Point[k] = vectors.Point[k] - TScalar.Product(factors.Rate, u);
    }
}

/// <summary>u = beta u + g, x -= eta (beta u + g).</summary>
struct NesterovStep<T, TScalar> : IStep<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    public static void Take(
        StepVectors<T> vectors, long k, T gradient, StepNumbers<T> numbers, StepFactors<T> factors)
    {
        var u = TScalar.Product(numbers.Beta1, vectors.First[k]) + gradient;
        vectors.First[k] = u;
        vectors.Point[k] = vectors.Point[k]
            - TScalar.Product(factors.Rate, TScalar.Product(numbers.Beta1, u) + gradient);
    }
}

/// <summary>Adam, and with decay AdamW.</summary>
struct AdamStep<T, TScalar> : IStep<T>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    public static void Take(
        StepVectors<T> vectors, long k, T gradient, StepNumbers<T> numbers, StepFactors<T> factors)
    {
        var m = TScalar.Product(numbers.Beta1, vectors.First[k]) + TScalar.Product(numbers.Rest1, gradient);
        var v = TScalar.Product(numbers.Beta2, vectors.Second[k])
            + TScalar.Product(numbers.Rest2, gradient * gradient);
        vectors.First[k] = m;
        vectors.Second[k] = v;
        vectors.Point[k] = TScalar.Product(factors.Decay, vectors.Point[k])
            - (factors.Rate * m / (TScalar.Product(factors.Root, TScalar.Sqrt(v)) + numbers.Epsilon));
    }
}
