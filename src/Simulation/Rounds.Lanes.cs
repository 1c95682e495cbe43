using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Simulation;

/// <summary>
/// Chains of eight agents at a time, where all have as many events: the same operations as one after the other.
/// </summary>
sealed unsafe partial class Rounds<T>
{
    const int Lanes = 8;

    // Sorting takes a number of exchanges that grows with the square.
    const int EventsMax = 9;

    bool HasLanes => Vector512.IsHardwareAccelerated && _topology.IsRegular
        && _topology.InDegreeMax + 1 <= EventsMax;

    /// <summary>Eight agents' k-th events, in whatever order: sender, number and type, mixed hash of the payload.</summary>
    struct LaneEvents
    {
        public Vector512<ulong> Sender;
        public Vector512<ulong> Sequence;
        public Vector512<ulong> Payload;
    }

    /// <summary>Folds the events of agents first to first + 7 into their chains.</summary>
    [SkipLocalsInit]
    void ChainLanes(int first, ReadOnlySpan<ulong> results, ref Tally tally)
    {
        LaneEvents* events = stackalloc LaneEvents[EventsMax];
        Vector512<ulong>* keys = stackalloc Vector512<ulong>[EventsMax];
        Vector512<ulong>* words = stackalloc Vector512<ulong>[EventsMax];
        var agents = Vector512.Create((ulong)(_role.First + first)) + Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7);
        var count = Collect(first, agents, results, events);
        var completion = Vector512.Create((ulong)EventType.Computed << 48);
        var message = Vector512.Create(
            ((ulong)EventType.Message << 48) | ((ulong)(_arrived.Kind?.Number ?? 0) << 32));
        for (var k = 0; k < count; k++)
        {
            keys[k] = _ties.Above(events[k].Sender, events[k].Sequence);
            words[k] = events[k].Sequence | (k == 0 && _due.IsPending ? completion : message);
        }
        Sort(keys, words, events, count);
        var chain = Load(first);
        var now = Vector512.Create(VectorHash.Mix((ulong)_now.Time));
        var low = Vector512.Create(0xFFFFFFFFUL);
        for (var k = 0; k < count; k++)
        {
            chain = VectorHash.ChainMixed(chain, now);
            chain = VectorHash.ChainMixed(chain, VectorHash.Mix(words[k]));
            chain = VectorHash.ChainMixed(chain, VectorHash.Mix(keys[k] & low));
            chain = VectorHash.ChainMixed(chain, events[k].Payload);
        }
        Store(first, chain);
        tally.Ties += Lanes * (count - 1);
        tally.LastCompleted += BitOperations.PopCount(
            Vector512.Equals(keys[count - 1] & low, agents).ExtractMostSignificantBits());
    }

    /// <summary>The agents' completions, if any, then their messages by in-neighbour.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int Collect(int first, Vector512<ulong> agents, ReadOnlySpan<ulong> results, LaneEvents* events)
    {
        var count = 0;
        if (_due.IsPending)
        {
            var empty = Vector512.Create(VectorHash.Chain(0, 0));
            var own = VectorHash.Mix(Vector512.Create(results));
            events[0].Sender = agents;
            events[0].Sequence = Vector512.Create((ulong)_due.SequenceOf(_topology.OutDegreeMax));
            events[0].Payload = VectorHash.Mix(VectorHash.ChainMixed(empty, own));
            count = 1;
        }
        if (!_arrived.IsPending)
            return count;
        var degree = _topology.OutDegreeMax;
        var hashes = _hashes!.Pointer;
        var sequence = _arrived.SequenceOf(degree);
        for (var lane = 0; lane < Lanes; lane++)
        {
            var neighbours = _topology.InNeighbours(first + lane);
            var edges = _topology.InEdgeIds(first + lane);
            var e = (ulong*)(events + count) + lane;
            for (var k = 0; k < neighbours.Length; k++)
            {
                // Of a regular graph's edges the sender's first has the number sender * degree.
                var sender = neighbours[k];
                e[0] = (ulong)(_role.First + sender);
                e[Lanes] = sequence + (uint)(edges[k] - (sender * degree));
                e[2 * Lanes] = hashes[sender];
                e += sizeof(LaneEvents) / sizeof(ulong);
            }
        }
        return count + degree;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Sort(Vector512<ulong>* keys, Vector512<ulong>* words, LaneEvents* events, int count)
    {
        for (var end = count - 1; end > 0; end--)
        {
            for (var k = 0; k < end; k++)
            {
                var (a, b) = (keys[k], keys[k + 1]);
                var exchange = Vector512.GreaterThan(a, b);
                (keys[k], keys[k + 1]) = (Vector512.Min(a, b), Vector512.Max(a, b));
                Exchange(exchange, ref words[k], ref words[k + 1]);
                Exchange(exchange, ref events[k].Payload, ref events[k + 1].Payload);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Exchange(Vector512<ulong> where, ref Vector512<ulong> a, ref Vector512<ulong> b)
    {
        var before = a;
        a = Vector512.ConditionalSelect(where, b, before);
        b = Vector512.ConditionalSelect(where, before, b);
    }

    Vector512<ulong> Load(int first)
    {
        var core = _world.Cores.Pointer + _role.First + first;
        return Vector512.Create(
            core[0].Chain, core[1].Chain, core[2].Chain, core[3].Chain, core[4].Chain, core[5].Chain, core[6].Chain,
            core[7].Chain);
    }

    void Store(int first, Vector512<ulong> chain)
    {
        var core = _world.Cores.Pointer + _role.First + first;
        for (var lane = 0; lane < Lanes; lane++)
            core[lane].Chain = chain[lane];
    }
}
