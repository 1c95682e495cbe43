using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Rules;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>Tokens on nodes that crash: as in the simulation, in real time.</summary>
sealed unsafe partial class Interpreter<T>
{
    bool IsMoving => (_agent.Flags & AgentFlags.Moving) != 0;

    /// <summary>The token stands on its node from now on, unless it is on its way: it watches for a crash.</summary>
    void WatchPlace()
    {
        if (_run.Crashes is null || _agent.Role.Count != Count.Tokens || IsOver || IsDown || IsMoving
            || _run.Crashes.From(_agent.Place, _agent.Now) is not { } crash
            || (_agent.Watched > 0 && _agent.Watched <= crash.At + 1))
            return;
        _agent.Watched = crash.At + 1;
        _run.Wheel.Add(_run.Until(crash.At), new LiveSignal(_agent, Signal.Crash) { Subject = crash });
    }

    /// <summary>Whether the crash that was looked for takes the token down: it may have gone elsewhere since.</summary>
    bool IsStruck(PlaceCrash watched)
    {
        if (_agent.Watched != watched.At + 1)
            return false;
        _agent.Watched = 0;
        if (IsDown || IsMoving || _run.Crashes!.From(_agent.Place, watched.At) is not { } crash
            || crash.At != watched.At)
            return false;
        if (crash.Until is { } until)
            _run.ScheduleRestart(_agent, until, crash.IsStateLost);
        return true;
    }

    /// <summary>Whether a token comes to a node that is down: it arrives when that is back, if ever.</summary>
    bool MustWaitAtDoor(LiveMove move)
    {
        var place = move.IsLost ? move.From : move.To;
        var now = Math.Max(_agent.Now, _run.Clock.Now);
        if (IsOver || _run.Crashes?.DownAt(place, now) is not { } crash)
            return false;
        _agent.CrashCount++;
        _run.Fire(crash.Fault, FaultDeed.AtDoor);
        _agent.Flags |= AgentFlags.AtDoor;
        _agent.Door = place;
        if (crash.Until is { } until)
        {
            _run.Wheel.Add(_run.Until(until), move);
            return true;
        }
        // It never arrives, and nothing of it is left to happen.
        _agent.Forget(move);
        if (!move.IsLost && move.Epoch == _agent.CountEpoch)
            _agent.ReceivedCount++;
        return true;
    }
}
