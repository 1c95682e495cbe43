using System.Numerics;
using ILGPU;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>Who works on one request: a single work item, or a group of them.</summary>
interface ILanes
{
    /// <summary>The rank of this work item among those of its request.</summary>
    static abstract int Lane { get; }

    /// <summary>How many work items a request has.</summary>
    static abstract int Count { get; }

    /// <summary>Waits until all of them are here and see what each has written.</summary>
    static abstract void Barrier();

    /// <summary>
    /// scores_(b,k) = w_k . a_b for all samples of a step, without the barrier that must follow. The order of a sum
    /// depends on the number of lanes alone.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="rows">All samples (rows x d).</param>
    /// <param name="samples">The numbers of the step's samples.</param>
    /// <param name="w">Shape (K, d).</param>
    /// <param name="scores">Shape (samples, K), out.</param>
    /// <param name="columns">d.</param>
    /// <param name="classes">K.</param>
    static abstract void Scores<T>(
        ArrayView<T> rows, ArrayView<int> samples, ArrayView<T> w, ArrayView<T> scores, int columns, int classes)
        where T : unmanaged, INumber<T>;
}

/// <summary>One work item per request: for small vectors.</summary>
struct OneLane : ILanes
{
    public static int Lane => 0;

    public static int Count => 1;

    public static void Barrier()
    {
        // Nobody else.
    }

    public static void Scores<T>(
        ArrayView<T> rows, ArrayView<int> samples, ArrayView<T> w, ArrayView<T> scores, int columns, int classes)
        where T : unmanaged, INumber<T>
    {
        for (var b = 0; b < samples.IntLength; b++)
        {
            var row = rows.SubView((long)samples[b] * columns, columns);
            for (var k = 0; k < classes; k++)
            {
                var sum = T.Zero;
                for (var j = 0; j < columns; j++)
                    sum += w[(k * columns) + j] * row[j];
                scores[(b * classes) + k] = sum;
            }
        }
    }
}

/// <summary>A group per request.</summary>
struct GroupLanes : ILanes
{
    /// <summary>The most work items of a group.</summary>
    public const int Max = 128;

    // A sum is taken by so many lanes together, so that neighbours read neighbouring numbers; where a group has fewer
    // than twice as many, by half of it.
    const int TeamMax = 32;

    public static int Lane => Group.IdxX;

    public static int Count => Group.DimX;

    public static void Barrier() => Group.Barrier();

    public static void Scores<T>(
        ArrayView<T> rows, ArrayView<int> samples, ArrayView<T> w, ArrayView<T> scores, int columns, int classes)
        where T : unmanaged, INumber<T>
    {
        var parts = SharedMemory.Allocate<T>(Max);
        var width = Group.DimX >= 2 * TeamMax ? TeamMax : Group.DimX / 2;
        var teams = Group.DimX / width;
        var (team, member) = (Group.IdxX / width, Group.IdxX % width);
        var all = samples.IntLength * classes;
        for (var first = 0; first < all; first += teams)
        {
            var i = first + team;
            var sum = T.Zero;
            if (i < all && team < teams)
            {
                var row = rows.SubView((long)samples[i / classes] * columns, columns);
                var weights = w.SubView((long)(i % classes) * columns, columns);
                for (var j = member; j < columns; j += width)
                    sum += weights[j] * row[j];
            }
            parts[Group.IdxX] = sum;
            Group.Barrier();
            if (i < all && team < teams && member == 0)
            {
                for (var m = 1; m < width; m++)
                    sum += parts[Group.IdxX + m];
                scores[i] = sum;
            }
            Group.Barrier();
        }
    }
}
