using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>Folds a round's events into the agents' chains, each agent's in its own order.</summary>
sealed unsafe partial class HostRoundArrays<T>
{
    [SkipLocalsInit]
    void Chain(int first, int end, Span<ulong> results, Span<ulong> payloads, ref Tally tally)
    {
        if (!_due.IsPending && !_arrived.IsPending)
            return;
        if (_topology is null)
        {
            ChainOne(first, end, results);
            return;
        }
        const int onStack = 64;
        var most = _order.EventsMax;
        var order = most <= onStack ? stackalloc ulong[onStack] : new ulong[most];
        var sequences = most <= onStack ? stackalloc uint[onStack] : new uint[most];
        var now = VectorHash.Mix((ulong)_round.Now.Time);
        var completion = (ulong)EventType.Computed << 48;
        var message = ((ulong)EventType.Message << 48) | ((ulong)(_arrived.Message?.Kind.Number ?? 0) << 32);
        var i = first;
        if (HasLanes)
            i = ChainGroups(first, end, results, payloads, ref tally);
        for (; i < end; i++)
        {
            var count = _order.Of(i, in _due, in _arrived, order, sequences);
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
                    chain = VectorHash.Chain(chain, results[i - first]);
                }
                else
                {
                    chain = VectorHash.Chain(chain, message | sequences[k]);
                    chain = VectorHash.Chain(chain, sender);
                    chain = VectorHash.ChainMixed(chain, _hashes![sender - _role.First]);
                }
            }
            _chains[i] = chain;
            if ((uint)order[count - 1] == agent)
                tally.LastCompleted++;
        }
    }

    /// <summary>
    /// Folds the one event of each agent that has a server: its completion, or the server's message. With one event
    /// there is no order to be found.
    /// </summary>
    void ChainOne(int first, int end, ReadOnlySpan<ulong> results)
    {
        var now = VectorHash.Mix((ulong)_round.Now.Time);
        var message = _arrived.Message;
        var word = message is null
            ? ((ulong)EventType.Computed << 48) | _due.SequenceOf(1)
            : ((ulong)EventType.Message << 48) | ((ulong)message.Kind.Number << 32) | _arrived.SequenceOf(0);
        for (var i = first; i < end; i++)
        {
            var chain = VectorHash.ChainMixed(_chains![i], now);
            chain = VectorHash.Chain(chain, message is null ? word : word + (uint)i);
            chain = VectorHash.Chain(chain, (uint)(message is null ? _role.First + i : _order.Server));
            _chains[i] = VectorHash.Chain(chain, message?.Payload(_brought, i) ?? results[i - first]);
        }
    }
}
