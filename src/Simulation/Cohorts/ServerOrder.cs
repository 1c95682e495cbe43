using System.Numerics;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>The order in which a server handles a message of each of its workers.</summary>
/// <param name="firstWorker">The first worker.</param>
/// <param name="workers">How many workers.</param>
/// <param name="ties">The run's ties.</param>
sealed class ServerOrder(int firstWorker, int workers, Ties ties)
{
    // Keys per bucket.
    const int PerBucket = 2;

    readonly ulong[] _order = new ulong[workers];
    readonly ulong[] _unordered = new ulong[workers];
    readonly int[] _ends = new int[(1 << Bits(workers)) + 1];

    public long Bytes => ((long)_order.Length * 2 * sizeof(ulong)) + ((long)_ends.Length * sizeof(int));

    static int Bits(int workers) => BitOperations.Log2((uint)Math.Max(1, workers / PerBucket));

    /// <summary>
    /// The messages of a wave in their order: tie above sender, ascending. Ties are uniform, so that buckets of equal
    /// width leave little to be done.
    /// </summary>
    /// <param name="sequence">The sequence of each message.</param>
    public ReadOnlySpan<ulong> Of(uint sequence)
    {
        var (order, ends, shift) = (_order, _ends, 63 - Bits(workers));
        Array.Clear(ends);
        for (var i = 0; i < workers; i++)
        {
            var sender = firstWorker + i;
            var key = ((ulong)ties.Of(sender, sequence) << 32) | (uint)sender;
            _unordered[i] = key;
            ends[(int)(key >> 1 >> shift) + 1]++;
        }
        for (var b = 1; b < ends.Length; b++)
            ends[b] += ends[b - 1];
        foreach (var key in _unordered)
            order[ends[(int)(key >> 1 >> shift)]++] = key;
        for (var i = 1; i < workers; i++)
        {
            var key = order[i];
            var at = i;
            for (; at > 0 && order[at - 1] > key; at--)
                order[at] = order[at - 1];
            order[at] = key;
        }
        return order;
    }
}
