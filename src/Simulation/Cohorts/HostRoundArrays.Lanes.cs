using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>
/// Chains of eight agents at a time, where all have as many events: the same operations as one after the other.
/// </summary>
sealed unsafe partial class HostRoundArrays<T>
{
    const int Lanes = 8;

    // Sorting takes a number of exchanges that grows with the square.
    const int EventsMax = 9;

    // Where all agents have as many neighbours: in groups of eight agents, k-th in-neighbours beside each other, and
    // the ranks of the edges from them among their senders'.
    NativeArray<int>? _senders;
    NativeArray<int>? _ranks;

    bool HasLanes => Vector512.IsHardwareAccelerated && _topology is { IsRegular: true }
        && _topology.InDegreeMax + 1 <= EventsMax;

    void PrepareLanes()
    {
        var degree = _topology!.InDegreeMax;
        var groups = _role.Layout.Agents / Lanes;
        _senders = new NativeArray<int>((long)groups * degree * Lanes);
        _ranks = new NativeArray<int>((long)groups * degree * Lanes);
        for (var i = 0; i < groups * Lanes; i++)
        {
            var neighbours = _topology.InNeighbours(i);
            var edges = _topology.InEdgeIds(i);
            var at = ((long)(i / Lanes) * degree * Lanes) + (i % Lanes);
            for (var k = 0; k < degree; k++)
            {
                _senders[at + (k * Lanes)] = neighbours[k];
                _ranks[at + (k * Lanes)] = (int)(edges[k] - _topology.OutStart(neighbours[k]));
            }
        }
    }

    /// <summary>What the messages to agents first to end - 1 carry, group by group: hashes of their senders.</summary>
    void Gather(int first, int end, ulong* payloads)
    {
        var degree = _topology!.InDegreeMax;
        var senders = _senders!.Pointer + ((long)first * degree);
        var hashes = _hashes!.Pointer;
        var count = (end - first) / Lanes * Lanes * degree;
        for (var j = 0; j < count; j++)
            payloads[j] = hashes[senders[j]];
    }

    /// <summary>Folds the events of agents from first on, eight at a time; returns the agent after the last.</summary>
    int ChainGroups(int first, int end, Span<ulong> results, Span<ulong> payloads, ref Tally tally)
    {
        var i = first;
        fixed (ulong* result = results, payload = payloads)
        {
            if (_arrived.IsPending)
                Gather(first, end, payload);
            for (; i + Lanes <= end; i += Lanes)
                ChainLanes(i, result + (i - first), payload + ((i - first) * _topology!.InDegreeMax), ref tally);
        }
        return i;
    }

    /// <summary>Folds the events of agents first to first + 7 into their chains.</summary>
    [SkipLocalsInit]
    void ChainLanes(int first, ulong* results, ulong* payloads, ref Tally tally)
    {
        Vector512<ulong>* keys = stackalloc Vector512<ulong>[EventsMax];
        Vector512<ulong>* words = stackalloc Vector512<ulong>[EventsMax];
        Vector512<ulong>* hashes = stackalloc Vector512<ulong>[EventsMax];
        var agents = Vector512.Create((ulong)(_role.First + first)) + Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7);
        var count = Collect(first, agents, results, payloads, keys, words, hashes);
        Sort(keys, words, hashes, count);
        var chain = Vector512.Load(_chains!.Pointer + first);
        var now = Vector512.Create(VectorHash.Mix((ulong)_round.Now.Time));
        var low = Vector512.Create(0xFFFFFFFFUL);
        for (var k = 0; k < count; k++)
        {
            chain = VectorHash.ChainMixed(chain, now);
            chain = VectorHash.ChainMixed(chain, VectorHash.Mix(words[k]));
            chain = VectorHash.ChainMixed(chain, VectorHash.Mix(keys[k] & low));
            chain = VectorHash.ChainMixed(chain, hashes[k]);
        }
        chain.Store(_chains.Pointer + first);
        tally.LastCompleted += BitOperations.PopCount(
            Vector512.Equals(keys[count - 1] & low, agents).ExtractMostSignificantBits());
    }

    /// <summary>The agents' completions, if any, then their messages by in-neighbour.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int Collect(
        int first, Vector512<ulong> agents, ulong* results, ulong* payloads, Vector512<ulong>* keys,
        Vector512<ulong>* words, Vector512<ulong>* hashes)
    {
        var count = 0;
        if (_due.IsPending)
        {
            var sequence = Vector512.Create((ulong)_due.SequenceOf(_topology!.OutDegreeMax));
            keys[0] = _ties.Above(agents, sequence);
            words[0] = sequence | Vector512.Create((ulong)EventType.Computed << 48);
            hashes[0] = VectorHash.Mix(Vector512.Load(results));
            count = 1;
        }
        if (!_arrived.IsPending)
            return count;
        var degree = _topology!.InDegreeMax;
        var before = Vector512.Create((ulong)_arrived.SequenceOf(degree));
        var type = Vector512.Create(((ulong)EventType.Message << 48) | ((ulong)_arrived.Message!.Kind.Number << 32));
        var firstSender = Vector512.Create((ulong)_role.First);
        var at = (long)first * degree;
        for (var k = 0; k < degree; k++, count++, at += Lanes)
        {
            var senders = Widen(_senders!.Pointer + at) + firstSender;
            var sequences = Widen(_ranks!.Pointer + at) + before;
            keys[count] = _ties.Above(senders, sequences);
            words[count] = sequences | type;
            hashes[count] = Vector512.Load(payloads + (k * Lanes));
        }
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<ulong> Widen(int* eight)
    {
        var all = Vector256.Load((uint*)eight);
        return Vector512.Create(Vector256.WidenLower(all), Vector256.WidenUpper(all));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Sort(Vector512<ulong>* keys, Vector512<ulong>* words, Vector512<ulong>* hashes, int count)
    {
        for (var end = count - 1; end > 0; end--)
        {
            for (var k = 0; k < end; k++)
            {
                var (a, b) = (keys[k], keys[k + 1]);
                var exchange = Vector512.GreaterThan(a, b);
                (keys[k], keys[k + 1]) = (Vector512.Min(a, b), Vector512.Max(a, b));
                Exchange(exchange, ref words[k], ref words[k + 1]);
                Exchange(exchange, ref hashes[k], ref hashes[k + 1]);
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
}
