namespace AsyncOpt.Core.Problems.Shardings;

/// <summary>
/// Sorted by label, cut evenly: most places see one or two labels. Samples of one label in random order.
/// </summary>
[Sharding("by-label")]
public sealed class ByLabelSharding : Sharding
{
    /// <inheritdoc />
    public override bool? IsAlike => false;

    /// <inheritdoc />
    public override Shards Deal(ShardingContext context)
    {
        context.CheckEnough("take fewer places, or sharding 'repeat'");
        // OrderBy is stable: equal labels stay in the random order.
        int[] samples = [.. IidSharding.Shuffled(context).OrderBy(sample => context.Labels[sample])];
        return Shards.Even(samples, context.Places);
    }
}
