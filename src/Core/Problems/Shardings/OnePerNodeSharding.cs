namespace AsyncOpt.Core.Problems.Shardings;

/// <summary>One sample at each place, in random order; samples beyond the number of places are not used.</summary>
/// <param name="options">What to do when there are too few.</param>
[Sharding("one-per-node")]
public sealed class OnePerNodeSharding(OnePerNodeSharding.Options options) : Sharding
{
    /// <summary>What to do when there are too few.</summary>
    public sealed record Options
    {
        /// <summary>Whether samples are used again in turn when there are fewer than places.</summary>
        public bool Repeat { get; init; }
    }

    /// <inheritdoc />
    public override bool? IsAlike => false;

    /// <inheritdoc />
    public override Shards Deal(ShardingContext context)
    {
        if (!options.Repeat)
            context.CheckEnough("take fewer places, or set repeat: true");
        var order = IidSharding.Shuffled(context);
        var samples = new int[context.Places];
        for (var place = 0; place < samples.Length; place++)
            samples[place] = order[place % order.Length];
        return Shards.Even(samples, context.Places);
    }
}
