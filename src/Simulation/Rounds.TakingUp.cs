using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Simulation;

/// <summary>Rounds that go on after agents were handled one by one.</summary>
sealed unsafe partial class Rounds<T>
{
    /// <summary>
    /// How many computations, and messages to each out-neighbour, every agent has sent; null where they differ, or
    /// where agents are not alike.
    /// </summary>
    public (uint Computations, uint Messages)? Counters
    {
        get
        {
            ref var first = ref _world.Cores[_role.First];
            var (computations, messages) = (first.Computations, 0u);
            for (var i = 0; i < _role.Layout.Agents; i++)
            {
                ref var core = ref _world.Cores[_role.First + i];
                var degree = (uint)Math.Max(1, _topology.OutDegree(i));
                if (i == 0)
                    messages = (core.Sent - computations) / degree;
                if (core.Flags != 0 || core.Computations != computations
                    || core.Sent != computations + (messages * (uint)_topology.OutDegree(i)))
                    return null;
            }
            return _role.AreAlike() ? (computations, messages) : null;
        }
    }

    /// <summary>
    /// Goes on with waves that stand for all that is pending; the agents' events are the caller's to drop.
    /// </summary>
    public void TakeUp(in Pending pending, (uint Computations, uint Messages) sent)
    {
        (_completions, _messages, _heldMessages) = (pending.Completions, pending.Messages, pending.Held);
        (_held, _sent, _isActive) = ((pending.Rows, pending.Iteration), sent, true);
        _chains ??= new NativeArray<ulong>(_role.Layout.Agents);
        for (var i = 0; i < _role.Layout.Agents; i++)
        {
            ref var core = ref _world.Cores[_role.First + i];
            (_chains[i], core.Sent, core.Computations) = (core.Chain, 0, 0);
        }
        if (HasLanes && _senders is null)
            PrepareLanes();
        if (_messages.IsPending)
            HashMessages();
    }

    void HashMessages()
    {
        _hashes ??= new NativeArray<ulong>(_role.Layout.Agents);
        var version = VectorHash.Mix((ulong)_messages.Origin.Version);
        for (var i = 0; i < _role.Layout.Agents; i++)
        {
            var vector = new ReadOnlySpan<T>(_role.Vector(_messages.Vector, i), _role.Dimensions[_messages.Vector]);
            _hashes[i] = VectorHash.Mix(VectorHash.ChainMixed(VectorHash.Of(vector), version));
        }
    }
}
