using System.Numerics;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>The order in which the server handles what the workers sent.</summary>
sealed unsafe partial class ServerRounds<T>
{
    // Keys per bucket.
    const int PerBucket = 2;

    ulong[] _order = [];
    ulong[] _unordered = [];
    int[] _ends = [];

    /// <summary>
    /// The messages of the wave in their order: tie above sender, ascending. Ties are uniform, so that buckets of equal
    /// width leave little to be done.
    /// </summary>
    public ReadOnlySpan<ulong> OrderUp()
    {
        var agents = _workers.Layout.Agents;
        var bits = Math.Max(0, BitOperations.Log2((uint)Math.Max(1, agents / PerBucket)));
        var shift = 63 - bits;
        if (_order.Length < agents)
            (_order, _unordered, _ends) = (new ulong[agents], new ulong[agents], new int[(1 << bits) + 1]);
        var (order, ends) = (_order, _ends);
        var sequence = Up.SequenceOf(1);
        Array.Clear(ends);
        for (var i = 0; i < agents; i++)
        {
            var sender = _workers.First + i;
            var key = ((ulong)_ties.Of(sender, sequence) << 32) | (uint)sender;
            _unordered[i] = key;
            ends[(int)(key >> 1 >> shift) + 1]++;
        }
        for (var b = 1; b < ends.Length; b++)
            ends[b] += ends[b - 1];
        foreach (var key in _unordered)
            order[ends[(int)(key >> 1 >> shift)]++] = key;
        for (var i = 1; i < agents; i++)
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
