namespace AsyncOpt.Simulation.Cohorts;

/// <summary>Rounds that go on after agents were handled one by one.</summary>
sealed unsafe partial class Rounds<T>
{
    /// <summary>
    /// How many computations, and messages to each out-neighbour, every agent has sent; null where they differ, or
    /// where agents are not alike, or rounds do not begin anew.
    /// </summary>
    public (uint Computations, uint Messages)? Counters
    {
        get
        {
            if (!_arrays.Reopens)
                return null;
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
        (_held, _sent, _isActive) = (pending.Rows, sent, true);
        _arrays.Open(in _messages);
        for (var i = 0; i < _role.Layout.Agents; i++)
        {
            ref var core = ref _world.Cores[_role.First + i];
            (core.Sent, core.Computations) = (0, 0);
        }
    }
}
