using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Fetches what handling events will read, some events ahead: first what the event itself names (its agent's core and
/// state, the record of its payload), then what these name, then the coordinates.
/// </summary>
sealed unsafe class Prefetcher<T>(PartitionMemory<T> memory, OracleEvaluator<T> evaluator)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    // Agents of less memory in all stay in a second-level cache by themselves.
    const long CachedBytes = 1 << 20;

    readonly World<T> _world = memory.World;
    readonly Snapshots<T> _snapshots = memory.Snapshots;
    readonly Requests<T> _requests = memory.Requests;
    readonly Slab<MessageRecord> _messages = memory.Messages;

    /// <summary>One for a run whose agents' memory is larger than a cache; null where it would only cost.</summary>
    public static Prefetcher<T>? Of(PartitionMemory<T> memory, OracleEvaluator<T> evaluator) =>
        memory.World.Bytes > CachedBytes ? new(memory, evaluator) : null;

    /// <summary>Fetches a step of what handling events will read.</summary>
    /// <param name="events">Events that are soon to be handled.</param>
    /// <param name="ahead">How many groups of events lie between: 2, then 1, then 0.</param>
    public void Fetch(ReadOnlySpan<Event> events, int ahead)
    {
        foreach (ref readonly var e in events)
        {
            var role = _world.RoleOf(e.Receiver);
            var index = e.Receiver - role.First;
            switch (ahead)
            {
                case 2:
                    FetchAgent(in e, role, index);
                    break;
                case 1:
                    FetchVectors(in e, role, index);
                    break;
                default:
                    FetchContents(in e);
                    break;
            }
        }
    }

    void FetchAgent(in Event e, RoleMemory<T> role, int index)
    {
        role.FetchHead(index);
        if (role.Layout.Count == Count.PerNode)
            _world.Links.Fetch(index, isNear: false);
        memory.Record.Fetch(role.Layout.Index, index);
        if (e.Payload < 0)
            return;
        if (e.Type is EventType.Computed or EventType.Timer)
            Prefetch.Item(ref _requests[e.Payload]);
        else if (e.Type == EventType.Message && _world.Kinds[e.Kind].IsPlain)
            Prefetch.Item(ref _snapshots[e.Payload]);
        else if (e.Type == EventType.Message)
            Prefetch.Item(ref _messages[e.Payload]);
    }

    void FetchVectors(in Event e, RoleMemory<T> role, int index)
    {
        if (role.VectorBytes <= Prefetch.BytesMax)
            role.Fetch(index);
        if (role.Layout.Count == Count.PerNode)
            _world.Links.Fetch(index, isNear: true);
        if (e.Payload < 0)
            return;
        if (e.Type == EventType.Computed)
        {
            ref var r = ref _requests[e.Payload];
            if (r.Generation == e.Extra && r.Input >= 0)
                Prefetch.Item(ref _snapshots[r.Input]);
        }
        else if (e.Type == EventType.Message && !_world.Kinds[e.Kind].IsPlain)
        {
            foreach (var vector in _messages[e.Payload].Vectors)
            {
                if (vector >= 0)
                    Prefetch.Item(ref _snapshots[vector]);
            }
        }
    }

    void FetchContents(in Event e)
    {
        if (e.Payload < 0)
            return;
        if (e.Type == EventType.Computed)
        {
            ref var r = ref _requests[e.Payload];
            if (r.Generation == e.Extra && r.State == RequestState.Pending && r.Input >= 0)
            {
                _snapshots.Fetch(r.Input);
                evaluator.Fetch(in r);
            }
            return;
        }
        if (e.Type != EventType.Message)
            return;
        if (_world.Kinds[e.Kind].IsPlain)
        {
            _snapshots.Fetch(e.Payload);
            return;
        }
        foreach (var vector in _messages[e.Payload].Vectors)
        {
            if (vector >= 0)
                _snapshots.Fetch(vector);
        }
    }
}
