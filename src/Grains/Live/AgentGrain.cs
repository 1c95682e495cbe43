using AsyncOpt.Grains.Live.Agents;
using Orleans.Placement;

namespace AsyncOpt.Grains.Live;

/// <summary>
/// The activation of an agent: gives it its turns. Results of computations, timers and words of the host come in turns
/// of their own, through the activation's scheduler, without a call.
/// </summary>
[AgentPlacement, KeepAlive, Immovable]
sealed class AgentGrain(LiveParts parts) : Grain, IAgentGrain
{
    LiveAgent? _agent;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (run, id) = LivePart.Parse(this.GetPrimaryKeyString());
        var turns = TaskScheduler.Current;
        // Where the run is over, or has the agent elsewhere, nobody is there.
        _agent = parts.Find(run)?.Add(id, new Turns(turns), End);
        if (_agent is null)
            End();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask Deliver(LiveMessage message)
    {
        _agent?.Receive(message);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask Join() =>
        _agent is null ? throw new OrleansException("the agent does not live here") : default;

    void End() => GrainContext.Deactivate(new DeactivationReason(
        DeactivationReasonCode.ApplicationRequested, "the agent does not live here"));
}

/// <summary>Turns of one activation, from any thread.</summary>
/// <param name="scheduler">The activation's scheduler.</param>
sealed class Turns(TaskScheduler scheduler)
{
    LiveAgent? _agent;

    /// <summary>The agent whose turns they are.</summary>
    public void Of(LiveAgent agent) => _agent = agent;

    /// <summary>Lets an event happen in a turn of the agent's own.</summary>
    public void Post(LiveEvent e) => new Task(
        static state => { var (agent, what) = ((LiveAgent, LiveEvent))state!; agent.Turn(what); },
        (_agent!, e)).Start(scheduler);
}
