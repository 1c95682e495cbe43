namespace AsyncOpt.Core.Problems.Shardings;

/// <summary>
/// The samples in the order of the source, cut evenly: each place has one stretch, for instance of a text.
/// </summary>
[Sharding("contiguous")]
public sealed class ContiguousSharding : Sharding
{
    /// <inheritdoc />
    public override Shards Deal(ShardingContext context)
    {
        context.CheckEnough("take fewer places, or sharding 'repeat'");
        return Shards.Even(context.Samples, context.Places);
    }
}
