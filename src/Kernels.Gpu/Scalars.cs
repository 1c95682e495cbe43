using System.Numerics;
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>What kernels need of a number beside + - * /.</summary>
/// <remarks>
/// The exponential is a polynomial: that of the platform becomes an approximation on some devices, and differs between
/// them. What is left to differ is whether a product and a sum are fused.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
interface IScalar<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>e^x; 0 where the result is no normal number.</summary>
    static abstract T Exp(T x);

    /// <summary>The square root.</summary>
    static abstract T Sqrt(T x);

    /// <summary>a b, rounded before anything is added to it: what the processor has, bit for bit.</summary>
    static abstract T Product(T a, T b);

    /// <summary>An integer as a number.</summary>
    static abstract T Of(int n);

    /// <summary>A number as an integer.</summary>
    static abstract int Int(T x);

    /// <summary>64 bits of a vector, from a number on; beyond its end there are zeros.</summary>
    static abstract ulong Word(ArrayView<T> vector, int first);
}

/// <summary>float32.</summary>
struct SingleScalar : IScalar<float>
{
    // The polynomial of expf in the Cephes library, as the SIMD kernels have it.
    public static float Exp(float x)
    {
        if (x < -87.3f)
            return 0;
        if (x > 88.7f)
            return float.PositiveInfinity;
        var k = Floor((x * 1.44269504f) + 0.5f);
        var r = x - (k * 0.693359375f) + (k * 2.12194440e-4f);
        var y = 1.9875691500e-4f;
        y = (y * r) + 1.3981999507e-3f;
        y = (y * r) + 8.3334519073e-3f;
        y = (y * r) + 4.1665795894e-2f;
        y = (y * r) + 1.6666665459e-1f;
        y = (y * r) + 5.0000001201e-1f;
        y = (y * (r * r)) + r + 1;
        // 2^k in two factors: for k = 128 one would be infinite.
        var half = (int)k / 2;
        return y * Power(half) * Power((int)k - half);
    }

    public static float Sqrt(float x) => (float)Math.Sqrt(x);

    public static float Product(float a, float b)
    {
        if (!CudaAsm.IsSupported)
            return a * b;
        // Without the rounding in its name, the driver's compiler may fuse it with a sum.
        CudaAsm.Emit("mul.rn.f32 %0, %1, %2;", out float product, a, b);
        return product;
    }

    public static float Of(int n) => n;

    public static int Int(float x) => (int)x;

    public static ulong Word(ArrayView<float> vector, int first)
    {
        var low = first < vector.IntLength ? Interop.FloatAsInt(vector[first]) : 0;
        var high = first + 1 < vector.IntLength ? Interop.FloatAsInt(vector[first + 1]) : 0;
        return low | ((ulong)high << 32);
    }

    static float Floor(float x) => (float)Math.Floor(x);

    static float Power(int k) => Interop.IntAsFloat((uint)(k + 127) << 23);
}

/// <summary>float64.</summary>
struct DoubleScalar : IScalar<double>
{
    // As ExactMath.Exp of Core.
    public static double Exp(double x)
    {
        if (x < -708)
            return 0;
        if (x > 709.7)
            return double.PositiveInfinity;
        var k = Math.Floor((x * 1.4426950408889634) + 0.5);
        var high = x - (k * 0.693147180369123816490);
        var low = k * 1.90821492927058770002e-10;
        var r = high - low;
        var rest = high - r - low;
        var r2 = r * r;
        var even = (1.0 / 2) + (r2 * ((1.0 / 24) + (r2 * ((1.0 / 720) + (r2 * ((1.0 / 40320)
            + (r2 * ((1.0 / 3628800) + (r2 * (1.0 / 479001600))))))))));
        var odd = (1.0 / 6) + (r2 * ((1.0 / 120) + (r2 * ((1.0 / 5040) + (r2 * ((1.0 / 362880)
            + (r2 * ((1.0 / 39916800) + (r2 * (1.0 / 6227020800))))))))));
        var y = 1 + (r + (rest + (r2 * (even + (r * odd)))));
        var half = (long)k / 2;
        return y * Power(half) * Power((long)k - half);
    }

    public static double Sqrt(double x) => Math.Sqrt(x);

    public static double Product(double a, double b)
    {
        if (!CudaAsm.IsSupported)
            return a * b;
        // Without the rounding in its name, the driver's compiler may fuse it with a sum.
        CudaAsm.Emit("mul.rn.f64 %0, %1, %2;", out double product, a, b);
        return product;
    }

    public static double Of(int n) => n;

    public static int Int(double x) => (int)x;

    public static ulong Word(ArrayView<double> vector, int first) =>
        first < vector.IntLength ? Interop.FloatAsInt(vector[first]) : 0;

    static double Power(long k) => Interop.IntAsFloat((ulong)(k + 1023) << 52);
}
