using AsyncOpt.Testing;

namespace AsyncOpt.Swarm.Checks;

/// <summary>A replay of what the engine logs.</summary>
static class ReplayCheck
{
    // The log of the engine says nothing of the tries of a message, as that of a live host does.
    public static void Of(World world)
    {
        if (world.Plan.Links.Retransmit is null)
            Replays.OfSimulation(world.Plan);
    }
}
