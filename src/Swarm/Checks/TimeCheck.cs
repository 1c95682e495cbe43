using AsyncOpt.Testing;

namespace AsyncOpt.Swarm.Checks;

/// <summary>The order of what agents handle.</summary>
static class TimeCheck
{
    public static void Of(World world)
    {
        if (world.Witness.Disorder is { } disorder)
            throw new ContractException(disorder);
        SameBits.Same(world.Record, world.Witness.Record with { UpdateLog = world.Record.UpdateLog }, "watched");
    }
}
