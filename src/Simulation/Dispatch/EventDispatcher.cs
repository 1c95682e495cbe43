using System.Runtime.CompilerServices;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Dispatch;

/// <summary>Takes an event to its agent: finds the handler, runs it, folds what was handled into the chain.</summary>
/// <param name="memory">What the partition stores.</param>
/// <param name="turn">Whose event is handled.</param>
/// <param name="payloads">What messages carry.</param>
/// <param name="computations">Computations and timers.</param>
/// <param name="transport">Passes messages on from cards.</param>
/// <param name="stations">Where messages wait for service.</param>
/// <param name="tokens">When tokens go down with their nodes.</param>
/// <param name="stateLoss">What crashes cost agents.</param>
/// <param name="broadcast">Collects what a server sends to all workers; null where no rounds can come of it.</param>
/// <param name="effects">What handlers ask for.</param>
/// <param name="taps">Who hears of it.</param>
sealed unsafe class EventDispatcher<T>(
    PartitionMemory<T> memory, AgentTurn<T> turn, MessagePayloads<T> payloads,
    AgentComputations<T> computations, Transport<T> transport, Stations<T> stations, TokenWatch<T> tokens,
    StateLoss<T> stateLoss, ServerBroadcast<T>? broadcast, Effects effects, EventTaps taps)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly AgentTurn<T> _turn = turn;
    readonly Recording _record = memory.Record;
    readonly Requests<T> _requests = memory.Requests;
    readonly bool _isTapped = taps.IsAny;

    // The event taken last: ties are neighbours in the partition's order.
    long _lastTime = -1;
    int _lastReceiver;
    (ushort Depth, EventClass Class) _lastRank;

    /// <summary>Starts an agent, at virtual time 0 or, in a replay, when its host did.</summary>
    public void Start(int agent, long now = 0)
    {
        _turn.SetTime(now, 0);
        _turn.Enter(agent);
        taps.Observer?.Started(agent, now);
        _turn.Role.Program.Start(_turn.Role.State(_turn.Index), effects);
        _turn.ReleaseHeld();
        tokens.Watch();
    }

    /// <summary>Handles the next event of the partition's order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(in Event e)
    {
        // What was given up is no event, and no tie: a checkpoint does not keep it.
        if (e.Type is EventType.Computed or EventType.Timer or EventType.ServiceEnd && IsVoid(in e))
            return;
        if (e.Time == _lastTime && e.Receiver == _lastReceiver && _lastRank == (e.Depth, e.Class))
            _record.Ties++;
        (_lastTime, _lastReceiver, _lastRank) = (e.Time, e.Receiver, (e.Depth, e.Class));
        _turn.SetTime(e.Time, e.Depth);
        Handle(in e);
    }

    /// <summary>Handles a message that was no event, of the agent whose turn it is.</summary>
    /// <param name="e">The message as an event.</param>
    /// <param name="m">The message as its handler sees it.</param>
    /// <param name="payload">The hash of what it carries.</param>
    public void Handle(in Event e, in Received m, ulong payload)
    {
        Chain(in e, payload);
        _turn.Role.Program.Message(_turn.Role.State(_turn.Index), in m, effects);
        _turn.ReleaseHeld();
    }

    /// <summary>
    /// Handles a message, an arrival, a crash or a restart of a log, which says when: no event enters the queue then,
    /// no fault is judged, nobody waits.
    /// </summary>
    /// <param name="e">The event, with its payload; its time is a message's arrival.</param>
    /// <param name="now">When it is handled, in ns.</param>
    /// <param name="service">How long a message was served, in ns.</param>
    public void Replay(in Event e, long now, long service)
    {
        _turn.SetTime(now, 0);
        _turn.Enter(e.Receiver);
        switch (e.Type)
        {
            case EventType.Message:
                HandleMessage(in e, service);
                break;
            case EventType.Arrived:
                HandleArrival(in e);
                break;
            case EventType.Crash:
                HandleCrash(in e);
                break;
            case EventType.Restart:
                HandleRestart(in e);
                break;
            default:
                throw new InvalidOperationException($"no replay of {e.Type}");
        }
    }

    /// <summary>
    /// Handles the end of a computation, or a timer, of a log; false if the agent has no such request.
    /// </summary>
    public bool TryReplayRequest(int agent, long now, long number, bool timer)
    {
        _turn.SetTime(now, 0);
        _turn.Enter(agent);
        var i = computations.Find(number, timer);
        if (i < 0)
            return false;
        HandleRequest(new Event
        {
            Receiver = agent,
            Payload = i,
            Extra = _requests[i].Generation,
            Type = timer ? EventType.Timer : EventType.Computed,
        });
        return true;
    }

    bool IsVoid(in Event e) => e.Type == EventType.ServiceEnd
        ? !memory.Waiting.IsCurrent(in e)
        : _requests[e.Payload].Generation != e.Extra;

    void Handle(in Event e)
    {
        var turn = _turn;
        turn.Enter(e.Receiver);
        if ((turn.Core->Flags & (AgentFlags.Stopped | AgentFlags.Down)) != 0
            && e.Type is not (EventType.Restart or EventType.AtCard or EventType.Retry))
        {
            stations.Discard(in e);
            return;
        }
        switch (e.Type)
        {
            case EventType.Message:
                if (turn.Role.HasStation && stations.MustWait(in e))
                    return;
                HandleMessage(in e, service: 0);
                break;
            case EventType.AtReceiverCard:
                transport.PassReceiverCard(in e);
                return;
            case EventType.AtCard:
                // A card works on while its agent is down. Looks, of which some are void, are no ties.
                _lastTime = -1;
                transport.PassSharedCard(in e);
                return;
            case EventType.Retry:
                _lastTime = -1;
                transport.SendAgain(in e);
                return;
            case EventType.ServiceEnd:
                if (stations.TryEndService(in e, out var served, out var service))
                    HandleMessage(in served, service);
                break;
            case EventType.Computed:
            case EventType.Timer:
                if (turn.Role.HasStation && stations.MustWait(in e))
                    return;
                HandleRequest(in e);
                break;
            case EventType.Arrived:
                if (tokens.IsExposed && tokens.MustWaitAtDoor(in e))
                    return;
                HandleArrival(in e);
                if (tokens.IsExposed)
                    tokens.Watch();
                break;
            case EventType.Crash:
                if (!tokens.IsExposed)
                    HandleCrash(in e);
                else if (tokens.TryCrash(in e, out var crash))
                    HandleCrash(in crash);
                return;
            case EventType.Restart:
                HandleRestart(in e);
                tokens.Watch();
                break;
            default:
                throw new InvalidOperationException($"no handler for {e.Type}");
        }
        if (turn.Role.HasStation)
            ServeWaiting();
    }

    /// <summary>After a handler returned: whatever can be handled now is, in order.</summary>
    void ServeWaiting()
    {
        while (stations.TryNext(out var e))
        {
            if (e.Type == EventType.Message)
                HandleMessage(in e, service: 0);
            else
                HandleRequest(in e);
        }
    }

    void HandleMessage(in Event e, long service)
    {
        var turn = _turn;
        if (_record.IsSampled(turn.Agent) && e.Time > e.Sent)
            _record.Span(turn.Agent, "wire", memory.World.Kinds[e.Kind].Name, e.Sent, e.Time, e.Sender);
        var m = payloads.Receive(in e, service);
        Chain(in e, payloads.HashOf(in e), service);
        if (broadcast is not null && turn.Agent == broadcast.Server)
            broadcast.Begin();
        turn.Role.Program.Message(turn.Role.State(turn.Index), in m, effects);
        broadcast?.TryEnd();
        turn.ReleaseHeld();
    }

    void HandleRequest(in Event e)
    {
        var turn = _turn;
        if (e.Type == EventType.Timer)
        {
            var fired = computations.Fire(e.Payload);
            Chain(in e, (ulong)fired.Tag);
            turn.Role.Program.Timer(turn.Role.State(turn.Index), in fired, effects);
        }
        else
        {
            var c = computations.Commit(e.Payload, out var hash);
            Chain(in e, hash);
            turn.Role.Program.Completion(turn.Role.State(turn.Index), in c, effects);
        }
        turn.ReleaseHeld();
    }

    void HandleArrival(in Event e)
    {
        var turn = _turn;
        var arrived = new Arrived(e.IsLost ? e.Extra : e.Payload, e.Extra, e.IsLost);
        turn.Core->Place = arrived.Place;
        turn.Core->Flags &= ~(AgentFlags.Moving | AgentFlags.AtDoor);
        var acted = turn.Core->Acted;
        Chain(in e, (ulong)arrived.Place);
        if (e.IsLost)
            turn.Core->Acted = acted; // it is where it was
        turn.Role.Program.Arrival(turn.Role.State(turn.Index), in arrived, effects);
        turn.ReleaseHeld();
    }

    void HandleCrash(in Event e)
    {
        _turn.Core->Flags |= AgentFlags.Down;
        _record.Crashes++;
        if (e.Payload >= 0)
            _record.Faults.Count(e.Payload, FaultDeed.Down);
        ChainFault(in e);
        if (_turn.Core->FirstRequest != 0 || (_turn.Role.HasStation && stations.IsBusy))
            (_turn.Core->Flags, _turn.Core->Acted) = (_turn.Core->Flags | AgentFlags.Interrupted, _turn.Now);
        computations.CancelAll();
        if (_turn.Role.HasStation)
            stations.DiscardWaiting();
    }

    void HandleRestart(in Event e)
    {
        _turn.Core->Flags &= ~(AgentFlags.Down | AgentFlags.Interrupted);
        ChainFault(in e);
        if (_record.IsSampled(_turn.Agent))
            _record.Span(_turn.Agent, "down", "down", e.Sent, e.Time, -1);
        if (e.IsLost)
            stateLoss.Apply();
        _turn.Role.Program.Restart(_turn.Role.State(_turn.Index), e.IsLost, effects);
        _turn.ReleaseHeld();
    }

    /// <summary>A fault is an event of the agent, and nothing that it does.</summary>
    void ChainFault(in Event e)
    {
        var acted = _turn.Core->Acted;
        Chain(in e, e.IsLost ? 1UL : 0);
        _turn.Core->Acted = acted;
    }

    /// <summary>Folds an event into the agent's chain: what it was, when, from whom, with which bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Chain(in Event e, ulong payload, long service = 0)
    {
        var turn = _turn;
        _record.Events++;
        if (_isTapped)
            Observe(in e, service);
        var core = turn.Core;
        var now = turn.Now;
        var chain = VectorHash.Chain(core->Chain, (ulong)now);
        chain = VectorHash.Chain(chain, ((ulong)e.Type << 48) | ((ulong)e.Kind << 32) | e.Sequence);
        chain = VectorHash.Chain(chain, (uint)e.Sender);
        core->Chain = VectorHash.Chain(chain, payload);
        core->Acted = now;
    }

    void Observe(in Event e, long service)
    {
        if (taps.Observer is not { } observer)
            return;
        // The request has been freed already; what it held is still there.
        var number = e.Type is EventType.Computed or EventType.Timer ? _requests[e.Payload].Number : 0;
        observer.Handled(in e, _turn.Now, service, number);
    }
}
