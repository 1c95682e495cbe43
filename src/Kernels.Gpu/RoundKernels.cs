using System.Numerics;
using ILGPU;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>Who hears from whom, as compressed sparse rows.</summary>
struct TopologyViews
{
    /// <summary>The first in-edge of each row, and the number of edges (agents + 1).</summary>
    public ArrayView<int> Start;

    /// <summary>The sender of each in-edge.</summary>
    public ArrayView<int> Neighbour;

    /// <summary>The rank of each in-edge among its sender's out-edges.</summary>
    public ArrayView<int> Rank;

    /// <summary>Out-neighbours of each row.</summary>
    public ArrayView<int> OutDegree;
}

/// <summary>A mixing matrix on a topology.</summary>
/// <typeparam name="T">float or double.</typeparam>
struct MixingViews<T>
    where T : unmanaged
{
    /// <summary>W_ij of each in-edge.</summary>
    public ArrayView<T> Weight;

    /// <summary>W_ii.</summary>
    public ArrayView<T> Self;
}

/// <summary>What rounds do with whole arrays (agents x d): a work item per element or row.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TScalar">The arithmetic of T.</typeparam>
static class RoundKernels<T, TScalar>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
{
    // Those of VectorHash of Core.
    const ulong P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F, P3 = 0x165667B19E3779F9;
    const ulong P4 = 0x85EBCA77C2B2AE63, P5 = 0x27D4EB2F165667C5;
    const int Lanes = 8;

    /// <summary>One element of the product with a mixing matrix; neighbours are taken in order.</summary>
    public static void Mix(
        Index1D item, TopologyViews topology, MixingViews<T> mixing, ArrayView<T> x, ArrayView<T> target, int d)
    {
        var (i, k) = (item.X / d, item.X % d);
        var sum = TScalar.Product(mixing.Self[i], x[item]);
        for (var e = topology.Start[i]; e < topology.Start[i + 1]; e++)
            sum += TScalar.Product(mixing.Weight[e], x[((long)topology.Neighbour[e] * d) + k]);
        target[item] = sum;
    }

    /// <summary>The lowest row with an element that is not finite goes to the tally, if there is one.</summary>
    public static void FindNotFinite(Index1D item, ArrayView<T> x, ArrayView<int> tally, int d)
    {
        // x - x is NaN where x is infinite or NaN, and NaN is not itself.
        var difference = x[item] - x[item];
        if (!(difference == T.Zero))
            Atomic.Min(ref tally[ChainKernels.NotFinite], item.X / d);
    }

    /// <summary>The hash of a row's bits: each of eight lanes takes every eighth word of 64 bits.</summary>
    public static void Hash(Index1D row, ArrayView<T> x, ArrayView<ulong> hashes, int d)
    {
        var values = x.SubView((long)row.X * d, d);
        var bytes = d * Interop.SizeOf<T>();
        var perWord = sizeof(ulong) / Interop.SizeOf<T>();
        var stripes = bytes <= 64 ? 1 : (bytes + 63) / 64;
        var last = bytes <= 64 ? 0 : d - (Lanes * perWord);
        var sum = 0UL;
        for (var lane = 0; lane < Lanes; lane++)
        {
            var hash = Start(lane);
            for (var s = 0; s < stripes; s++)
            {
                var first = s == stripes - 1 ? last : s * Lanes * perWord;
                hash = Rotate31(hash + (TScalar.Word(values, first + (lane * perWord)) * P2)) * P1;
            }
            sum += Rotate31(hash * P2) * End(lane);
        }
        hashes[row] = Avalanche(sum + ((ulong)bytes * P5));
    }

    static ulong Start(int lane) => lane switch
    {
        0 => P1,
        1 => P2,
        2 => P3,
        3 => P4,
        4 => P5,
        5 => P1 ^ P2 ^ P3,
        6 => P2 ^ P3 ^ P4,
        _ => P3 ^ P4 ^ P5,
    };

    static ulong End(int lane) => lane switch
    {
        0 => P2,
        1 => P3,
        2 => P4,
        3 => P5,
        4 => P1,
        5 => P2 ^ P3 ^ P4,
        6 => P3 ^ P4 ^ P5,
        _ => P1 ^ P2 ^ P3,
    };

    static ulong Rotate31(ulong word) => (word << 31) | (word >> 33);

    static ulong Avalanche(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * P2;
        hash = (hash ^ (hash >> 29)) * P3;
        return hash ^ (hash >> 32);
    }
}

/// <summary>A step of an optimizer on whole arrays.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TStep">The step.</typeparam>
static class StepKernels<T, TStep>
    where T : unmanaged, INumber<T>
    where TStep : struct, IStep<T>
{
    /// <summary>One element.</summary>
    public static void Step(
        Index1D item, StepVectors<T> vectors, ArrayView<T> gradient, StepNumbers<T> numbers,
        StepFactors<T> factors) =>
        TStep.Take(vectors, item.X, gradient[item], numbers, factors);
}
