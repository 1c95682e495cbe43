using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Theory;

/// <summary>
/// Spectra of named graphs. With one weight a for all edges and b for all nodes on themselves, W = b I + a A has the
/// eigenvalues b + a mu for the eigenvalues mu of the adjacency matrix A; this covers lazy matrices, too.
/// </summary>
static class ClosedForms
{
    public static Spectrum? Find(MixingMatrix w)
    {
        if (w.Nodes == 1)
            return Spectrum.OfReal(0, 0, SpectrumWay.ClosedForm);
        return (w.Topology.Shape, w.Constant) switch
        {
            (CompleteShape, { } c) => Affine(c, -1, -1),
            (CycleProductShape shape, { } c) => CycleProduct(shape, c),
            (CirculantShape shape, { } c) => Circulant(shape, c, w.Topology),
            (StarShape, _) => Star(w),
            _ => null,
        };
    }

    static Spectrum Affine((double Edge, double Self) c, double secondLargest, double smallest) => Spectrum.OfReal(
        c.Self + (c.Edge * secondLargest), c.Self + (c.Edge * smallest), SpectrumWay.ClosedForm);

    // A cycle of l >= 3 nodes has mu_k = 2 cos(2 pi k / l), one of 2 has 1 and -1, one of 1 has 0; a product of
    // cycles has all sums. The largest is all k = 0; the second steps to the second of the factor where it costs least.
    static Spectrum CycleProduct(CycleProductShape shape, (double Edge, double Self) c)
    {
        double largest = 0, smallest = 0, step = double.PositiveInfinity;
        foreach (int length in shape.Lengths)
        {
            if (length == 1)
                continue;
            double top = length == 2 ? 1 : 2;
            double second = length == 2 ? -1 : 2 * ExactMath.Cos(2 * Math.PI / length);
            double least = length == 2 ? -1 : 2 * ExactMath.Cos(2 * Math.PI * (length / 2) / length);
            largest += top;
            smallest += least;
            step = Math.Min(step, top - second);
        }
        return Affine(c, largest - step, smallest);
    }

    // The eigenvalues of a circulant are b + a sum over its offsets o of exp(2 pi i k o / n), k = 0..n-1; k and n - k
    // are conjugate.
    static Spectrum Circulant(CirculantShape shape, (double Edge, double Self) c, Topology topology)
    {
        int n = topology.Nodes;
        double modulus = 0, largest = double.NegativeInfinity, smallest = double.PositiveInfinity;
        for (long k = 1; k <= n / 2; k++)
        {
            double real = 0, imaginary = 0;
            foreach (int offset in shape.Offsets)
            {
                ExactMath.SinCosTurns((double)(k * offset % n) / n, out double sine, out double cosine);
                real += cosine;
                imaginary += sine;
            }
            (real, imaginary) = (c.Self + (c.Edge * real), c.Edge * imaginary);
            modulus = Math.Max(modulus, Math.Sqrt((real * real) + (imaginary * imaginary)));
            (largest, smallest) = (Math.Max(largest, real), Math.Min(smallest, real));
        }
        return topology.IsSymmetric
            ? Spectrum.OfReal(largest, smallest, SpectrumWay.ClosedForm)
            : new Spectrum { SecondModulus = modulus, Way = SpectrumWay.ClosedForm };
    }

    // With one weight a for all edges: leaves that sum to 0 give 1 - a, n - 2 times; the vector (1 - n, 1, .., 1) gives
    // 1 - n a. Metropolis-Hastings has a = 1 / n, so 1 - 1/n and 0.
    static Spectrum? Star(MixingMatrix w)
    {
        int n = w.Nodes;
        double a = w.Weights(0)[0];
        for (int leaf = 1; leaf < n; leaf++)
            if (w.Weights(leaf)[0] != a || w.Weights(0)[leaf - 1] != a)
                return null;
        double last = 1 - (n * a);
        return n == 2
            ? Spectrum.OfReal(last, last, SpectrumWay.ClosedForm)
            : Spectrum.OfReal(Math.Max(1 - a, last), Math.Min(1 - a, last), SpectrumWay.ClosedForm);
    }
}
