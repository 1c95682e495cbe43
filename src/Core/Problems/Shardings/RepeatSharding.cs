namespace AsyncOpt.Core.Problems.Shardings;

/// <summary>All places hold all samples, without copies.</summary>
[Sharding("repeat")]
public sealed class RepeatSharding : Sharding
{
    /// <inheritdoc />
    public override bool? IsAlike => true;

    /// <inheritdoc />
    public override Shards Deal(ShardingContext context) => Shards.Shared(context.Samples, context.Places);
}
