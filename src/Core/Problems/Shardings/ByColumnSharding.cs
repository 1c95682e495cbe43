using System.ComponentModel.DataAnnotations;
using System.Globalization;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Problems.Shardings;

/// <summary>
/// Each distinct value of a column is a place, such as a client: numbers by size, else texts in ordinal order. The
/// column is no feature. There must be as many values as places.
/// </summary>
/// <param name="options">The column.</param>
[Sharding("by-column", Source = "clients as in LEAF, Caldas et al., arXiv 1812.01097")]
public sealed class ByColumnSharding(ByColumnSharding.Options options) : Sharding
{
    /// <summary>The column.</summary>
    public sealed record Options
    {
        /// <summary>
        /// The column of a CSV file, by its name in the header or its number from 1; or <c>qid</c>, the query of each
        /// line of a LIBSVM file.
        /// </summary>
        [MinLength(1)]
        public required string Column { get; init; }
    }

    /// <inheritdoc />
    public override string? GroupColumn => options.Column;

    /// <inheritdoc />
    public override Shards Deal(ShardingContext context)
    {
        var groups = context.Groups ?? throw new InputException(
            $"{context.Source}: sharding by-column needs a source with columns: csv, or libsvm with qid");
        var names = InOrder(groups);
        if (names.Length != context.Places)
        {
            throw new InputException($"{context.Source}: column '{options.Column}' has {names.Length} distinct values, "
                + $"and there {(context.Places == 1 ? "is" : "are")} {Counted.Of(context.Places, "place")}; take "
                + $"{names.Length} workers or nodes, one for each value ({string.Join(", ", names.Take(5))}"
                + $"{(names.Length > 5 ? ", ..." : "")})");
        }
        var places = names.Index().ToDictionary(n => n.Item, n => n.Index, StringComparer.Ordinal);
        var shards = context.Samples.ToLookup(sample => places[groups[sample]]);
        var start = new int[context.Places + 1];
        for (var place = 0; place < context.Places; place++)
        {
            var size = shards[place].Count();
            if (size == 0)
            {
                throw new InputException($"{context.Source}: all samples with '{names[place]}' in column "
                    + $"'{options.Column}' are in the validation or test part; split off less");
            }
            start[place + 1] = start[place] + size;
        }
        return Shards.Of([.. Enumerable.Range(0, context.Places).SelectMany(place => shards[place])], start);
    }

    /// <inheritdoc />
    public override string? Describe(ShardingContext context)
    {
        var names = InOrder(context.Groups!);
        return $"by column '{options.Column}': " + string.Join(", ", names.Take(8).Index().Select(n =>
            $"{n.Item} -> {n.Index.ToString(CultureInfo.InvariantCulture)}")) + (names.Length > 8 ? ", ..." : "");
    }

    static string[] InOrder(string[] groups)
    {
        var distinct = groups.ToHashSet(StringComparer.Ordinal);
        return distinct.All(name => Numbers.TryParse(name, out _))
            ? [.. distinct.OrderBy(name => Numbers.TryParse(name, out var value) ? value : 0)
                .ThenBy(name => name, StringComparer.Ordinal)]
            : [.. distinct.Order(StringComparer.Ordinal)];
    }
}
