using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core.Problems.Shardings;

/// <summary>Names a sharding in experiment files.</summary>
/// <param name="name">The name, for instance <c>iid</c>.</param>
public sealed class ShardingAttribute(string name) : EntryAttribute(name);

/// <summary>How training samples are dealt out to the places.</summary>
[EntryKind("shardings")]
public abstract class Sharding
{
    /// <summary>Its name in experiment files.</summary>
    public string Name => EntryAttribute.NameOf(this);

    /// <summary>Deals the samples out.</summary>
    /// <param name="context">The samples and the places.</param>
    /// <exception cref="InputException">A place would be left without samples.</exception>
    public abstract Shards Deal(ShardingContext context);

    /// <summary>The column of the source by whose values samples are dealt out; null for none.</summary>
    public virtual string? GroupColumn => null;

    /// <summary>
    /// Whether the samples of all places follow one distribution; null where that depends on the data.
    /// </summary>
    public virtual bool? IsAlike => null;

    /// <summary>Which place is which, where places have names; otherwise null.</summary>
    /// <param name="context">What was dealt out.</param>
    public virtual string? Describe(ShardingContext context) => null;
}

/// <summary>What is dealt out, and to how many.</summary>
public sealed record ShardingContext
{
    /// <summary>Where the samples come from, for messages.</summary>
    public required string Source { get; init; }

    /// <summary>The numbers of the training samples, ascending.</summary>
    public required int[] Samples { get; init; }

    /// <summary>The label of each sample, by its number.</summary>
    public required double[] Labels { get; init; }

    /// <summary>Whether labels are classes; otherwise they are any numbers.</summary>
    public bool HasClasses { get; init; }

    /// <summary>The number of places.</summary>
    public required int Places { get; init; }

    /// <summary>The data seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Sample r was made for place r / this; 0 where samples belong to no place.</summary>
    public int SamplesPerPlace { get; init; }

    /// <summary>
    /// The group of each sample by its number, where the sharding asked for a column; otherwise null.
    /// </summary>
    public string[]? Groups { get; init; }

    /// <summary>Throws unless there is a sample for every place.</summary>
    public void CheckEnough(string remedy)
    {
        if (Samples.Length < Places)
        {
            throw new InputException($"{Source}: {Counted.Of(Samples.Length, "training sample")} cannot be "
                + $"dealt out to {Counted.Of(Places, "place")}, one at least to each; {remedy}");
        }
    }
}
