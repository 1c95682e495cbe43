using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Computations;
using AsyncOpt.Simulation.Recordings;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>
/// Computations and timers: requested with frozen inputs, evaluated in batches before the earliest is due, committed
/// at their due time.
/// </summary>
sealed unsafe partial class Partition<T>
{
    public override ComputationId Compute(in Computation c)
    {
        CheckSteps(in c);
        return _computations.Request(in c);
    }

    public override TimerId SetTimer(VirtualTime delay, int tag = 0)
    {
        CheckTimer(delay);
        return _computations.SetTimer(delay, tag);
    }

    public override void Cancel(ComputationId computation) => _computations.Cancel(computation.Number, timer: false);

    public override void Cancel(TimerId timer) => _computations.Cancel(timer.Number, timer: true);

    public override double Uniform() => NextDraw().Uniform(0);

    public override int Below(int n) => NextDraw().Below(n, 0);

    Draw NextDraw() => new(_world.Seed, Purpose.Program, (ulong)_turn.Agent, _turn.Core->Draws++);

    public override void RecordUpdate(long staleness, in Origin origin, Peer of)
    {
        if (staleness < 0 || origin.Queue < 0)
            throw new InvalidOperationException(
                $"agent {_turn.Agent} records staleness {staleness} and {origin.Queue} ns at rest: "
                + "neither can be negative");
        Record.Update(_turn.Agent, _turn.Now, staleness, in origin, of.Id);
    }

    public override void Stop()
    {
        _turn.Core->Flags |= AgentFlags.Stopped;
        Record.Stopped = Recording.Earlier(Record.Stopped, (_turn.Now, _turn.Agent));
    }
}
