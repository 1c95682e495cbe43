using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Problems.Shardings;

/// <summary>A random order, cut evenly: shard sizes differ by at most one.</summary>
[Sharding("iid")]
public sealed class IidSharding : Sharding
{
    /// <inheritdoc />
    public override bool? IsAlike => true;

    /// <inheritdoc />
    public override Shards Deal(ShardingContext context)
    {
        context.CheckEnough("take fewer places, or sharding 'repeat' or 'one-per-node' with repeat: true");
        return Shards.Even(Shuffled(context), context.Places);
    }

    /// <summary>The samples in an order drawn from the seed; the same for all shardings.</summary>
    internal static int[] Shuffled(ShardingContext context)
    {
        var order = new KeyedPermutation(context.Seed, Purpose.Shard, 0, 0, context.Samples.Length);
        var samples = new int[context.Samples.Length];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = context.Samples[order.At(i)];
        return samples;
    }
}
