using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Simulation.Computations;

/// <summary>
/// The hashes of long results, and whether they are finite: found by the thread that evaluated them, while they are in
/// its caches. Each request has a place for each of its outputs.
/// </summary>
sealed class ResultHashes
{
    const int Outputs = 3;

    (ulong Hash, bool IsFinite, bool IsKnown)[] _all = [];

    /// <summary>The hash of a vector, and whether no element is infinite or NaN, in one pass.</summary>
    public static (ulong Hash, bool IsFinite) Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var hash = VectorHash.OfFloats(values, out var isFinite);
        return (hash, isFinite);
    }

    /// <summary>Makes room for a request that will be evaluated, about whose results nothing is known.</summary>
    public void Begin(int request)
    {
        var first = Outputs * request;
        if (first + Outputs > _all.Length)
            Array.Resize(ref _all, Math.Max(first + Outputs, 2 * _all.Length));
        _all.AsSpan(first, Outputs).Clear();
    }

    /// <summary>Notes a result, from any thread; its request has begun.</summary>
    public void Note<T>(int request, int output, ReadOnlySpan<T> values)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var (hash, isFinite) = Of(values);
        _all[(Outputs * request) + output] = (hash, isFinite, true);
    }

    /// <summary>What was noted of a result; false if nothing was.</summary>
    public bool TryTake(int request, int output, out ulong hash, out bool isFinite)
    {
        var at = (Outputs * request) + output;
        var known = at < _all.Length ? _all[at] : default;
        (hash, isFinite) = (known.Hash, known.IsFinite);
        return known.IsKnown;
    }
}
