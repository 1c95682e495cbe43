using AsyncOpt.Benchmarks.Measure;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>A part of the benchmarks that can be asked for by name.</summary>
/// <param name="Name">Its name.</param>
sealed record Row(string Name)
{
    /// <summary>All there are, in the order of the report.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("phold") { Comparisons = PholdRow.Comparisons },
        new("queue") { Comparisons = QueueRow.Comparisons },
        new("token") { Comparisons = TokenRow.Comparisons },
        new("ring") { Comparisons = DecentralizedRow.Ring },
        new("regular") { Comparisons = DecentralizedRow.Regular },
        new("gossip") { Comparisons = GossipRow.Comparisons },
        new("async-sgd") { Comparisons = AsyncSgdRow.Comparisons },
        new("synchronous") { Comparisons = SynchronousRow.Comparisons },
        new("gossip-learning") { Comparisons = GossipLearningRow.Comparisons },
        new("federated") { Comparisons = FederatedRow.Comparisons },
        new("local-steps") { Comparisons = LocalStepsRow.Comparisons },
        new("large-net") { Comparisons = LargeNetRow.Comparisons, Amounts = LargeNetRow.Amounts },
        new("whole") { Comparisons = WholeRow.Comparisons },
        new("live") { Comparisons = LiveRow.Comparisons, Amounts = LiveRow.Amounts },
        new("compiling") { Comparisons = CompilingRow.Comparisons },
        new("memory") { Amounts = MemoryRow.Amounts },
        new("allocation") { Amounts = AllocationRow.Amounts },
    ];

    /// <summary>What it measures beside references.</summary>
    public Func<IEnumerable<Comparison>> Comparisons { get; init; } = () => [];

    /// <summary>What it counts in bytes.</summary>
    public Func<IEnumerable<PendingAmount>> Amounts { get; init; } = () => [];
}
