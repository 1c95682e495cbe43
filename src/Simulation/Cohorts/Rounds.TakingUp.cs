using AsyncOpt.Simulation.Events;

namespace AsyncOpt.Simulation.Cohorts;

/// <summary>Rounds that begin, or go on, after agents were handled one by one.</summary>
sealed unsafe partial class Rounds<T>
{
    /// <summary>
    /// How many computations, and messages to each receiver, every agent has sent; null where they differ, or where
    /// agents are not alike, or rounds do not begin anew.
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
                var degree = (uint)_order.OutDegree(i);
                if (i == 0)
                    messages = (core.Sent - computations) / Math.Max(1, degree);
                if (core.Flags != 0 || core.Computations != computations
                    || core.Sent != computations + (messages * degree))
                    return null;
            }
            return _role.AreAlike() ? (computations, messages) : null;
        }
    }

    /// <summary>
    /// Goes on with waves that stand for all that is pending; the agents' events are the caller's to drop.
    /// </summary>
    public void TakeUp(in PendingWaves pending, (uint Computations, uint Messages) sent)
    {
        (_pending, _sent, IsActive) = (pending, sent, true);
        _arrays.Open(in _pending.Messages);
        for (var i = 0; i < _role.Layout.Agents; i++)
        {
            ref var core = ref _world.Cores[_role.First + i];
            (core.Sent, core.Computations) = (0, 0);
        }
    }

    /// <summary>When a message of the server that is sent at a moment comes to a worker.</summary>
    public Moment ArrivalOf(Moment sent) => sent.After(_lockstep.Delay);

    /// <summary>Goes on, or begins, with a message of the server to all workers.</summary>
    /// <param name="messages">The message.</param>
    /// <param name="next">When the next event happens that is in no wave.</param>
    /// <returns>False where rounds cannot begin: workers are not alike, or something of theirs is pending.</returns>
    public bool TrySend(in Wave messages, Moment next)
    {
        if (IsActive)
        {
            _pending.Messages = messages;
            return true;
        }
        if (next.CompareTo(messages.Due) <= 0 || HasRequests || Counters is not { } sent)
            return false;
        TakeUp(new PendingWaves { Messages = messages }, sent);
        return true;
    }

    bool HasRequests
    {
        get
        {
            for (var i = 0; i < _role.Layout.Agents; i++)
            {
                if (_world.Cores[_role.First + i].FirstRequest != 0)
                    return true;
            }
            return false;
        }
    }
}
