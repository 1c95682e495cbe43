using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Tests;

public class MachineMemoryTests
{
    // 64 GB for the agents alone.
    static readonly int Nodes = MachineMemory.Bytes < 64_000_000_000 ? 1_000_000_000 : 0;

    public static TheoryData<TopologyGenerator> TooLarge =>
    [
        new RingTopology(new() { Nodes = Nodes }),
        new RingTopology(new() { Nodes = Nodes, Directed = true }),
        new RandomRegularTopology(new() { Nodes = Nodes, Degree = 2 }),
        new OnePeerExponentialTopology(new() { Nodes = Nodes }),
    ];

    [Theory]
    [MemberData(nameof(TooLarge), DisableDiscoveryEnumeration = true)]
    public void A_graph_that_memory_cannot_hold_is_refused_before_it_is_made(TopologyGenerator generator)
    {
        Assert.SkipWhen(Nodes == 0, "this machine has the memory");
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var error = Assert.Throws<InputException>(() => generator.Build(GraphContext.OfSeed(1)));
        Assert.Contains("GB, and this machine has", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 100_000_000);
    }
}
