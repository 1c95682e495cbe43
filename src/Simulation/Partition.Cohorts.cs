using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation;

/// <summary>
/// Cohorts: the messages of one instant and depth, taken together. Events of one agent lie next to each other in the
/// partition's order, so round r of an instant holds the r-th event of every agent.
/// </summary>
sealed unsafe partial class Partition<T>
{
    Event[] _instant = new Event[64];
    int[] _runs = new int[64];

    /// <summary>
    /// Handles all events of the instant and depth of <paramref name="first"/>; false if it is alone.
    /// </summary>
    bool TryHandleCohort(in Event first)
    {
        if (!_queue.TryPeek(out var next) || next.Time != first.Time || next.Depth != first.Depth)
            return false;
        var count = 0;
        AddToInstant(in first, ref count);
        do
        {
            TakePeeked(in next);
            AddToInstant(in next, ref count);
        }
        while (_queue.TryPeek(out next) && next.Time == first.Time && next.Depth == first.Depth);
        HandleInstant(count);
        return true;
    }

    void AddToInstant(in Event e, ref int count)
    {
        if (count == _instant.Length)
            Array.Resize(ref _instant, 2 * _instant.Length);
        _instant[count++] = e;
    }

    void HandleInstant(int count)
    {
        // _runs[r] is the next event of the r-th receiver; a run ends where the receiver changes.
        var runs = 0;
        for (var i = 0; i < count; i++)
        {
            if (i > 0 && _instant[i].Receiver == _instant[i - 1].Receiver)
                continue;
            if (runs == _runs.Length)
                Array.Resize(ref _runs, 2 * _runs.Length);
            _runs[runs++] = i;
        }
        while (runs > 0)
        {
            _cohort.Clear();
            var left = 0;
            for (var r = 0; r < runs; r++)
            {
                var i = _runs[r];
                if (!_cohort.TryAdd(i))
                    Handle(in _instant[i]);
                if (i + 1 < count && _instant[i + 1].Receiver == _instant[i].Receiver)
                    _runs[left++] = i + 1;
            }
            _cohort.Handle();
            runs = left;
        }
    }

    /// <summary>The messages of one kind and role among the next events of the agents at an instant.</summary>
    sealed class CohortBuffer(Partition<T> partition) : CohortSource
    {
        int[] _members = new int[64];
        int _count;

        public override int Count => _count;

        public void Clear() => _count = 0;

        /// <summary>Adds an event if it fits the cohort, or begins one with it.</summary>
        public bool TryAdd(int i)
        {
            ref var e = ref partition._instant[i];
            var core = partition._cores + e.Receiver;
            var role = partition._roles[core->Role];
            if (e.Type != EventType.Message || role.HasStation || !role.Program.HandlesCohorts
                || (core->Flags & (AgentFlags.Stopped | AgentFlags.Down)) != 0)
                return false;
            if (_count > 0)
            {
                ref var first = ref partition._instant[_members[0]];
                if (e.Kind != first.Kind || core->Role != partition._cores[first.Receiver].Role)
                    return false;
            }
            if (_count == _members.Length)
                Array.Resize(ref _members, 2 * _members.Length);
            _members[_count++] = i;
            return true;
        }

        public void Handle()
        {
            if (_count == 0)
                return;
            if (_count > 1)
                partition.Record.Cohorts++;
            var program = partition._roles[partition._cores[partition._instant[_members[0]].Receiver].Role].Program;
            program.Messages(this, partition);
            partition.ReleaseHeld();
        }

        public override void* Enter(int i, out Received m)
        {
            // What the agent before it held is released, as between handlers.
            partition.ReleaseHeld();
            ref var e = ref partition._instant[_members[i]];
            partition.Enter(e.Receiver);
            m = partition.Receive(in e, service: 0);
            partition.Chain(in e, partition.PayloadHash(in e));
            return partition._role.State(partition._index);
        }
    }
}
