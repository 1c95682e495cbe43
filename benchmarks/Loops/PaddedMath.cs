using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AsyncOpt.Benchmarks.Loops;

/// <summary>Vectors in whole lines of the cache, filled up with zeros, so that no loop needs a rest.</summary>
static unsafe class PaddedMath
{
    const int PerLine = 8;

    /// <summary>Coordinates with the zeros.</summary>
    /// <param name="dimension">Coordinates without them.</param>
    public static int LengthOf(int dimension) => (dimension + PerLine - 1) / PerLine * PerLine;

    /// <summary>g := lambda x - y a / (1 + exp(y a.x)): the gradient of logistic regression at one sample.</summary>
    /// <param name="x">The point, shape (length).</param>
    /// <param name="a">The sample, shape (length).</param>
    /// <param name="label">y.</param>
    /// <param name="regularization">lambda.</param>
    /// <param name="g">The gradient, shape (length), out; may be x.</param>
    /// <param name="length">A whole number of lines.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gradient(double* x, double* a, double label, double regularization, double* g, int length)
    {
        var (shrink, pull) = (Vector256.Create(regularization), Vector256.Create(Pull(x, a, label, length)));
        for (var k = 0; k < length; k += 4)
            ((shrink * Vector256.Load(x + k)) - (pull * Vector256.Load(a + k))).Store(g + k);
    }

    /// <summary>x := x - step (lambda x - y a / (1 + exp(y a.x))): a step along that gradient.</summary>
    /// <param name="x">The point, shape (length), in and out.</param>
    /// <param name="a">The sample, shape (length).</param>
    /// <param name="label">y.</param>
    /// <param name="regularization">lambda.</param>
    /// <param name="step">The step.</param>
    /// <param name="length">A whole number of lines.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Descend(double* x, double* a, double label, double regularization, double step, int length)
    {
        var keep = Vector256.Create(1 - (step * regularization));
        var pull = Vector256.Create(step * Pull(x, a, label, length));
        for (var k = 0; k < length; k += 4)
            ((keep * Vector256.Load(x + k)) + (pull * Vector256.Load(a + k))).Store(x + k);
    }

    // y / (1 + exp(y a.x))
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static double Pull(double* x, double* a, double label, int length)
    {
        var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        for (var k = 0; k < length; k += PerLine)
        {
            low += Vector256.Load(x + k) * Vector256.Load(a + k);
            high += Vector256.Load(x + k + 4) * Vector256.Load(a + k + 4);
        }
        return label / (1 + Math.Exp(label * Vector256.Sum(low + high)));
    }

    /// <summary>x := x - step g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Descend(double* x, double* g, double step, int length)
    {
        var by = Vector256.Create(step);
        for (var k = 0; k < length; k += 4)
            (Vector256.Load(x + k) - (by * Vector256.Load(g + k))).Store(x + k);
    }

    /// <summary>x := (x + y) / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Average(double* x, double* y, int length)
    {
        var half = Vector256.Create(0.5);
        for (var k = 0; k < length; k += 4)
            (half * (Vector256.Load(x + k) + Vector256.Load(y + k))).Store(x + k);
    }

    /// <summary>y := x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(double* x, double* y, int length)
    {
        for (var k = 0; k < length; k += 4)
            Vector256.Load(x + k).Store(y + k);
    }
}
