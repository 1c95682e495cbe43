using System.Diagnostics;
using System.Numerics;
using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Agents;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>
/// What a program sees while one of its live agents handles an event. Every thread has one and turns it to the agent
/// whose turn it is; between turns it holds nothing.
/// </summary>
sealed unsafe partial class Interpreter<T> : VectorEffects<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // How long back-pressure may hold an event back: a bound, so that agents who wait for each other go on.
    static readonly TimeSpan HeldBackMax = TimeSpan.FromMilliseconds(20);

    readonly LiveRun<T> _run;

    // Snapshots of the running handler.
    readonly List<LiveVector<T>> _snapshots = [];
    LiveAgent<T> _agent = null!;
    long _now;

    // The span of the running handler; null for most.
    Activity? _turn;

    public Interpreter(LiveRun<T> run)
        : base(run.Plan) => _run = run;

    public override Peer Self => new(_agent.Id);

    public override int Index => _agent.Index;

    public override int Place => _agent.Place;

    protected override RoleLayout RoleLayout => _agent.Role;

    /// <summary>Turns to an agent.</summary>
    public void Enter(LiveAgent<T> agent) => _agent = agent;

    /// <summary>Something other than a message happens to the agent.</summary>
    public void Turn(LiveEvent e)
    {
        switch (e)
        {
            case LiveSample sample:
                GiveSample(sample);
                return;
            case LiveSignal signal:
                Obey(signal);
                break;
            case LivePending pending when !pending.TakeTurn() || pending.IsCancelled:
                return;
            case LiveRetry retry:
                SendAgain(retry);
                break;
            case LiveMove move when MustWaitAtDoor(move):
                break;
            default:
                HappenOrWait(e);
                break;
        }
        ServeWaiting();
    }

    void Obey(LiveSignal signal)
    {
        switch (signal.Signal)
        {
            case Signal.Start or Signal.Revive:
                if (_agent.HasStarted)
                    return;
                _agent.HasStarted = true;
                Handle(signal);
                WatchPlace();
                break;
            case Signal.Crash or Signal.Restart:
                if (signal.Signal == Signal.Restart)
                    _run.RestartCame();
                if (!IsOver && (signal.Subject is not PlaceCrash watched || IsStruck(watched)))
                    Handle(signal);
                WatchPlace();
                break;
            case Signal.ServiceEnd when ReferenceEquals(signal.Subject, _agent.Serving):
                var served = _agent.Serving!;
                _agent.Serving = null;
                Handle(served);
                break;
            case Signal.PassedCard:
                _agent.AtCard--;
                HappenOrWait((LiveMessage)signal.Subject!);
                break;
            case Signal.Resume:
                _agent.IsHeldBack = false;
                break;
            case Signal.Flush:
                FlushEarly();
                break;
        }
    }

    // --- waiting: the station of the simulation, in real time -----------------------------------------------------

    bool IsOver => (_agent.Flags & AgentFlags.Stopped) != 0;

    bool IsDown => (_agent.Flags & AgentFlags.Down) != 0;

    bool MessagesWait => _agent.Computing > 0 && _agent.Role.Program.WhileComputing == WhileComputing.Wait;

    // Who waits for the host finds room.
    bool IsFull => _agent.Role.ServiceBuffer is { } buffer && _agent.WaitingMessages >= buffer
        && (_agent.Serving is not null || MessagesWait);

    bool CannotServe => !_agent.HasStarted || _agent.IsHeldBack || _agent.Serving is not null;

    /// <summary>Lets an event happen now, or when those before it have happened.</summary>
    void HappenOrWait(LiveEvent e)
    {
        if (IsOver || IsDown)
        {
            Discard(e);
            return;
        }
        if (e is LiveMessage overflowing && IsFull)
        {
            _agent.OverflowedCount++;
            Discard(overflowing, WasteReason.NoRoom);
            return;
        }
        var mustWait = CannotServe || (e is LiveMessage && (_agent.WaitingFirst is not null || MessagesWait));
        if (mustWait)
            _agent.Append(e);
        else
            Begin(e);
    }

    /// <summary>After an event: whatever can happen now does, in order.</summary>
    void ServeWaiting()
    {
        while (!CannotServe && !IsOver && !IsDown)
        {
            LiveEvent? previous = null;
            var e = _agent.WaitingFirst;
            while (e is LiveMessage && MessagesWait)
                (previous, e) = (e, e.Next);
            if (e is null)
                return;
            _agent.Unlink(previous, e);
            if (e is not LivePending { IsCancelled: true })
                Begin(e);
        }
        if (IsOver)
            DiscardWaiting();
    }

    /// <summary>Handles an event, or begins the service of a message.</summary>
    void Begin(LiveEvent e)
    {
        if (e is not LiveMessage message || _agent.Role.ServiceTime is not { } law)
        {
            Handle(e);
            return;
        }
        var draw = new Draw(_run.Plan.Seeds.Run, Purpose.Service, (ulong)_agent.Id, _agent.Services++);
        message.Service = law.Duration(in draw).Nanoseconds;
        _agent.Serving = message;
        _run.Wheel.Add(
            _run.Clock.Wall(message.Service), new LiveSignal(_agent, Signal.ServiceEnd) { Subject = message });
    }

    void DiscardWaiting()
    {
        if (_agent.Serving is { } served)
        {
            _agent.Serving = null;
            Discard(served);
        }
        while (_agent.WaitingFirst is { } e)
        {
            _agent.Unlink(null, e);
            Discard(e);
        }
    }

    /// <summary>Drops what came to an agent that is down, which loses it, or when the run was over.</summary>
    void Discard(LiveEvent e, WasteReason reason = WasteReason.ReceiverDown)
    {
        switch (e)
        {
            case LiveMessage message:
                if (message.Epoch == _agent.CountEpoch)
                    _agent.ReceivedCount--;
                // What the end of the run overtakes was under way.
                if (IsOver)
                    break;
                _agent.LostCount++;
                Waste(reason, message);
                _run.Lose(message.Sender, _agent.Id, Math.Max(_agent.Now, message.Arrived));
                break;
            case LivePending pending:
                _agent.Forget(pending);
                if (pending is LiveMove { IsLost: false } && !IsOver)
                    _agent.LostCount++;
                break;
        }
    }

    // --- handling -------------------------------------------------------------------------------------------------

    /// <summary>Hands an event to the agent's program; whatever that throws ends the run.</summary>
    void Handle(LiveEvent e)
    {
        if (_run.Failure is not null)
            return;
        // An agent's clock never goes back, nor behind that of a peer whose message it handles.
        _now = Math.Max(_agent.Now, _run.Clock.Now);
        if (e is LiveMessage message)
            _now = Math.Max(_now, message.Arrived + message.Service);
        _agent.Now = _now;
        _agent.Handled++;
        if (e is not (LiveSignal { Signal: Signal.Crash or Signal.Restart or Signal.Revive or Signal.Start }
            or LiveMove { IsLost: true }))
            _agent.Acted = _now;
        _outstanding = 0;
        if (_run.Options.Tracing is { } tracing && tracing.Takes(_agent.Id, _agent.Handled))
            _turn = tracing.Begin(_agent.Role, _agent.Id, e, _run.Kinds);
        try
        {
            fixed (byte* state = _agent.State)
                Dispatch(e, state);
        }
#pragma warning disable CA1031 // A program's failure must end the run with a reason, not an activation.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _run.Fail($"{_run.Layout.NameOf(_agent.Id)} failed at {_now / 1e9} s: {failure.Message}");
        }
        _snapshots.Clear();
        if (_turn is not null)
            EndTurn();
        HoldBack();
    }

    void EndTurn()
    {
        _turn!.SetTag("asyncopt.time.virtual", _now / 1e9);
        if (_run.Failure is { } failure)
            _turn.SetStatus(ActivityStatusCode.Error, failure);
        _turn.Dispose();
        _turn = null;
    }

    void Dispatch(LiveEvent e, byte* state)
    {
        var program = _agent.Role.Program;
        var log = _run.Options.Log;
        var id = _agent.Id;
        switch (e)
        {
            case LiveMessage m:
                log?.Message(id, _now, m.Sender, m.Number, m.Arrived, m.Service, m.Tries);
                program.Message(state, Open(m), this);
                break;
            case LiveRequest<T> request:
                log?.Computed(id, _now, request.Number);
                program.Completion(state, Commit(request), this);
                break;
            case LiveTimer timer:
                log?.Timer(id, _now, timer.Number);
                _agent.Forget(timer);
                program.Timer(state, new TimerFired(new TimerId(timer.Number), timer.Tag), this);
                break;
            case LiveMove move:
                var place = move.IsLost ? move.From : move.To;
                log?.Arrived(id, _now, place, move.From, move.IsLost);
                _agent.Forget(move);
                if (!move.IsLost && move.Epoch == _agent.CountEpoch)
                    _agent.ReceivedCount++;
                _agent.Place = place;
                _agent.Flags &= ~(AgentFlags.Moving | AgentFlags.AtDoor);
                program.Arrival(state, new Arrived(place, move.From, move.IsLost), this);
                WatchPlace();
                break;
            case LiveSignal { Signal: Signal.Start }:
                _agent.Now = _now = 0;
                log?.Start(id, _now);
                program.Start(state, this);
                break;
            case LiveSignal { Signal: Signal.Crash }:
                log?.Crash(id, _now);
                Crash(((LiveSignal)e).Subject);
                break;
            case LiveSignal { Signal: Signal.Restart or Signal.Revive, IsStateLost: var isStateLost }:
                log?.Restart(id, _now, isStateLost);
                _agent.Flags &= ~(AgentFlags.Down | AgentFlags.Interrupted);
                if (isStateLost)
                    _agent.LoseState();
                program.Restart(state, isStateLost, this);
                break;
        }
    }

    void Crash(object? cause)
    {
        _agent.Flags |= AgentFlags.Down;
        _agent.CrashCount++;
        _run.Fire(cause is PlaceCrash crash ? crash.Fault : (int)cause!, FaultDeed.Down);
        if (_agent.Pending?.Exists(p => p is not LiveRetry) == true
            || _agent.Serving is not null || _agent.WaitingFirst is not null)
            (_agent.Flags, _agent.Acted) = (_agent.Flags | AgentFlags.Interrupted, _now);
        // A token on its way arrives whatever happens, and what was lost is sent again.
        foreach (var pending in _agent.Pending?.Where(p => p is not (LiveMove or LiveRetry)).ToArray() ?? [])
            GiveUp(pending, WasteReason.Down);
        DiscardWaiting();
    }

    void GiveUp(LivePending pending, WasteReason reason)
    {
        if (!_agent.Forget(pending) || pending is not LiveRequest<T> request)
            return;
        var isEvaluated = request.GiveUp();
        lock (_run.RecordLock)
        {
            _run.Record.Wasted += isEvaluated ? 1 : 0;
            if (!_run.Oracles[request.Asked.Oracle].IsReduction)
                _run.Record.GiveUp(reason, Math.Max(0, _now - request.Requested));
        }
    }

    /// <summary>
    /// An agent far ahead of its peers' acknowledgements handles its next event later: sends never wait, or agents who
    /// flood each other would wait forever.
    /// </summary>
    void HoldBack()
    {
        if (_outstanding <= _run.Options.OutstandingMax)
            return;
        _agent.IsHeldBack = true;
        _agent.HeldBackBy = _outstandingPeer;
        _run.Wheel.Add(HeldBackMax, new LiveSignal(_agent, Signal.Resume));
    }

    void GiveSample(LiveSample sample)
    {
        if (sample.IsLast && !_agent.HasEnded)
        {
            _agent.HasEnded = true;
            _run.Options.Log?.Finish(_agent.Id, StateHash(), _agent.Handled);
            sample.Give(AgentImage<T>.Of(_agent));
            // What is still on its way finds nobody.
            _agent.Flags |= AgentFlags.Stopped;
            DiscardWaiting();
            return;
        }
        sample.Give(AgentImage<T>.Of(_agent));
    }
}
