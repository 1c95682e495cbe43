using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace AsyncOpt.Grains.Live;

/// <summary>An agent lives on the silo that its run's leader chose, also when its activation was lost.</summary>
[GenerateSerializer, Immutable, Alias("asyncopt.agent-placement")]
sealed class AgentPlacement : PlacementStrategy;

/// <summary>Places agents where their run's leader wants them.</summary>
sealed class AgentPlacementAttribute() : PlacementAttribute(new AgentPlacement());

/// <summary>
/// Looks an agent's silo up in what the leader told this silo. Where that silo is lost, nobody comes to life until the
/// leader has told another: elsewhere there would be two of them.
/// </summary>
sealed class AgentPlacementDirector(LiveParts parts) : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var (run, agent) = LivePart.Parse(target.GrainIdentity.Key.ToString()!);
        var silo = parts.Find(run)?.SiloOf(agent)
            ?? throw new OrleansException($"the run {run} is over, or has not begun here");
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : throw new OrleansException($"the silo of agent {agent} of run {run} is lost");
    }
}
