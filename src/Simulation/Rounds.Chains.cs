using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Simulation;

/// <summary>Folds a round's events into the agents' chains, each agent's in its own order.</summary>
sealed unsafe partial class Rounds<T>
{
    [SkipLocalsInit]
    void Chain(int first, int end, Span<ulong> results, Span<ulong> payloads, ref Tally tally)
    {
        if (!_due.IsPending && !_arrived.IsPending)
            return;
        const int onStack = 64;
        var most = _topology.InDegreeMax + 1;
        var order = most <= onStack ? stackalloc ulong[onStack] : new ulong[most];
        var sequences = most <= onStack ? stackalloc uint[onStack] : new uint[most];
        var now = VectorHash.Mix((ulong)_now.Time);
        var empty = VectorHash.Chain(0, 0);
        var completion = (ulong)EventType.Computed << 48;
        var message = ((ulong)EventType.Message << 48) | ((ulong)(_arrived.Kind?.Number ?? 0) << 32);
        var i = first;
        // The timeline needs the order of the sampled agents' events.
        if (HasLanes && _role.First + first > _record.SampledLast)
            i = ChainGroups(first, end, results, payloads, ref tally);
        for (; i < end; i++)
        {
            var count = Order(i, order, sequences);
            var chain = _chains![i];
            var agent = (uint)(_role.First + i);
            for (var k = 0; k < count; k++)
            {
                var sender = (uint)order[k];
                chain = VectorHash.ChainMixed(chain, now);
                if (sender == agent)
                {
                    chain = VectorHash.Chain(chain, completion | sequences[k]);
                    chain = VectorHash.Chain(chain, sender);
                    chain = VectorHash.Chain(chain, VectorHash.Chain(empty, results[i - first]));
                }
                else
                {
                    chain = VectorHash.Chain(chain, message | sequences[k]);
                    chain = VectorHash.Chain(chain, sender);
                    chain = VectorHash.ChainMixed(chain, _hashes![sender - _role.First]);
                }
            }
            _chains[i] = chain;
            tally.Ties += count - 1;
            if ((uint)order[count - 1] == agent)
                tally.LastCompleted++;
            if (agent <= _record.SampledLast)
                Span((int)agent, order[..count]);
        }
    }

    /// <summary>
    /// The events of an agent in their order: tie above sender, and beside it the sequence. Senders differ, so that
    /// they decide where ties are equal.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int Order(int i, Span<ulong> order, Span<uint> sequences)
    {
        var count = 0;
        if (_due.IsPending)
        {
            var sequence = _due.SequenceOf(_topology.OutDegree(i));
            Add(_role.First + i, sequence, ref count, order, sequences);
        }
        if (_arrived.IsPending)
        {
            var neighbours = _topology.InNeighbours(i);
            var edges = _topology.InEdgeIds(i);
            for (var k = 0; k < neighbours.Length; k++)
            {
                var sender = neighbours[k];
                var sequence = _arrived.SequenceOf(_topology.OutDegree(sender))
                    + (uint)(edges[k] - _topology.OutStart(sender));
                Add(_role.First + sender, sequence, ref count, order, sequences);
            }
        }
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Add(int sender, uint sequence, ref int count, Span<ulong> order, Span<uint> sequences)
    {
        var key = ((ulong)_ties.Of(sender, sequence) << 32) | (uint)sender;
        var at = count++;
        for (; at > 0 && order[at - 1] > key; at--)
            (order[at], sequences[at]) = (order[at - 1], sequences[at - 1]);
        (order[at], sequences[at]) = (key, sequence);
    }

    /// <summary>What the timeline shows of a sampled agent's events.</summary>
    void Span(int agent, ReadOnlySpan<ulong> order)
    {
        lock (_tally)
        {
            foreach (var key in order)
            {
                var sender = (int)(uint)key;
                var wave = sender == agent ? _due : _arrived;
                if (_now.Time == wave.Sent)
                    continue;
                var (kind, name) = sender == agent ? ("compute", wave.Oracle!.Name) : ("wire", wave.Kind!.Name);
                _record.Span(agent, kind, name, wave.Sent, _now.Time, sender == agent ? -1 : sender);
            }
        }
    }
}
