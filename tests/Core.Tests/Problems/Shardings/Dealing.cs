using AsyncOpt.Core.Problems.Shardings;

namespace AsyncOpt.Core.Tests.Problems.Shardings;

/// <summary>What the tests of all shardings need.</summary>
static class Dealing
{
    public static ShardingContext Samples(int samples, int places, int classes = 4, ulong seed = 1) => new()
    {
        Source = "made",
        Samples = [.. Enumerable.Range(10, samples)],
        Labels = [.. Enumerable.Range(0, 10 + samples).Select(i => (double)(i % classes))],
        HasClasses = true,
        Places = places,
        Seed = seed,
    };

    public static int[] Sizes(Shards shards) => [.. Enumerable.Range(0, shards.Places).Select(shards.Size)];

    public static int[] All(Shards shards) => [.. Enumerable.Range(0, shards.Places).SelectMany(p => shards.Of(p).ToArray())];
}
