namespace AsyncOpt.Core.Problems.Shardings;

/// <summary>Each sample at the place it was made for: synthetic sources with <c>samples-per-place</c>.</summary>
[Sharding("by-place")]
public sealed class ByPlaceSharding : Sharding
{
    /// <inheritdoc />
    public override Shards Deal(ShardingContext context)
    {
        if (context.SamplesPerPlace == 0)
        {
            throw new InputException(
                $"{context.Source}: sharding by-place needs a synthetic source with samples-per-place");
        }
        var start = new int[context.Places + 1];
        foreach (var sample in context.Samples)
            start[sample / context.SamplesPerPlace + 1]++;
        for (var place = 0; place < context.Places; place++)
        {
            if (start[place + 1] == 0)
            {
                throw new InputException(
                    $"{context.Source}: place {place} is left without training samples; split off less");
            }
            start[place + 1] += start[place];
        }
        return Shards.Of(context.Samples, start);
    }
}
