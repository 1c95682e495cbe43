using AsyncOpt.Simulation;

namespace AsyncOpt.Contract.Tests;

/// <summary>
/// Senders that repeat what they sent before and collude change no bit with the way a run is cut; live runs with them are
/// replayed.
/// </summary>
public class ByzantineContractTests
{
    static readonly string[] Methods =
        ["async-sgd", "d-sgd", "gradient-tracking", "epidemic-learning", "streaming-diloco", "bsvrb-v1"];

    public static TheoryData<string, string> Owed =>
    [
        .. from method in Methods
           from promise in (string[])
               ["partitions", "rounds", "long-vectors", "checkpoints", "shard-checkpoints", "replay", "live", "end"]
           select (method, $"{promise} under lies"),
    ];

    [Theory]
    [MemberData(nameof(Owed))]
    public void A_method_keeps_its_promises_where_senders_lie(string method, string promise) =>
        ContractTests.For(method).Check(promise);

    [Fact]
    public void Senders_do_lie()
    {
        var plan = ContractTests.For("async-sgd").Plan("lies");

        Assert.All(Simulator.Run(plan).Faults, fault => Assert.True(fault.Fired > 20, $"{fault.Name}: {fault.Fired}"));
    }
}
