using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>The pending computations and timers of each agent of a partition: a list that begins at its core.</summary>
sealed unsafe class AgentRequests<T>(PartitionMemory<T> memory, BatchEvaluator<T> evaluator)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly Requests<T> _requests = memory.Requests;
    readonly Snapshots<T> _snapshots = memory.Snapshots;

    /// <summary>A new request of an agent, without inputs; the newest of its list.</summary>
    public int Take(int agent, AgentCore* core)
    {
        var i = _requests.Take(agent);
        ref var r = ref _requests[i];
        r.Next = core->FirstRequest;
        if (r.Next != 0)
            _requests[r.Next - 1].Previous = i + 1;
        core->FirstRequest = i + 1;
        return i;
    }

    /// <summary>The place of a request of an agent; -1 if there is none of that number.</summary>
    public int Find(AgentCore* core, long number, bool timer)
    {
        for (var at = core->FirstRequest; at != 0; at = _requests[at - 1].Next)
        {
            if (_requests[at - 1].Number == number && (_requests[at - 1].State == RequestState.Timer) == timer)
                return at - 1;
        }
        return -1;
    }

    /// <summary>Frees the place of a request: whatever event still names it is void.</summary>
    public void Free(int i, AgentCore* core, RoleMemory<T> role)
    {
        ref var r = ref _requests[i];
        // Its results are on their way to buffers that are to be used again.
        if (r.State == RequestState.Launched)
            evaluator.Collect();
        if (r.Previous != 0)
            _requests[r.Previous - 1].Next = r.Next;
        else
            core->FirstRequest = r.Next;
        if (r.Next != 0)
            _requests[r.Next - 1].Previous = r.Previous;
        if (r.State != RequestState.Timer)
            core->Computing--;
        if (r.Input >= 0)
            _snapshots.Release(r.Input);
        if (r.Result != null)
            _snapshots.Buffers.Return(r.Result, role.Dimensions[r.Output]);
        if (r.Extras != 0)
            ReleaseExtras(in r, role);
        _requests.Free(i);
    }

    void ReleaseExtras(in Request<T> r, RoleMemory<T> role)
    {
        ref var x = ref _requests.ExtrasOf(in r);
        foreach (var input in (ReadOnlySpan<int>)[x.Input1, x.Input2])
        {
            if (input >= 0)
                _snapshots.Release(input);
        }
        if (x.Result1 != null)
            _snapshots.Buffers.Return(x.Result1, role.Dimensions[x.Output1]);
        if (x.Result2 != null)
            _snapshots.Buffers.Return(x.Result2, role.Dimensions[x.Output2]);
    }
}
