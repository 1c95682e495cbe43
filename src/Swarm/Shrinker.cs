using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Experiments;

namespace AsyncOpt.Swarm;

/// <summary>
/// Makes a world in which something does not hold smaller: fewer faults, keys, agents, less time, plainer numbers, as
/// long as the same check finds it. What is refused on the way is not taken.
/// </summary>
/// <param name="check">The name of the check.</param>
/// <param name="options">How files are read.</param>
/// <param name="triesMax">How many worlds are tried.</param>
sealed class Shrinker(string check, LoadOptions options, int triesMax)
{
    static readonly string[] Sizes = ["workers", "nodes", "rows", "columns", "dimension"];

    int _tries;

    /// <summary>The smallest world that was found, and what does not hold in it.</summary>
    /// <param name="tree">A world's keys.</param>
    /// <param name="finding">What does not hold in it.</param>
    public (JsonObject Tree, Finding Finding) Shrink(JsonObject tree, Finding finding)
    {
        var best = (Tree: tree, Finding: finding);
        for (var isSmaller = true; isSmaller && _tries < triesMax;)
        {
            isSmaller = false;
            foreach (var smaller in Smaller(best.Tree))
            {
                if (_tries++ >= triesMax)
                    break;
                if (Fails(smaller) is not { } same)
                    continue;
                (best, isSmaller) = ((smaller, same), true);
                break;
            }
        }
        return best;
    }

    Finding? Fails(JsonObject tree)
    {
        try
        {
            return Check.First(World.Of(tree, options), check) is { } found && found.Check == check ? found : null;
        }
        catch (InputException)
        {
            return null;
        }
    }

    static IEnumerable<JsonObject> Smaller(JsonObject tree) =>
        [.. Without(tree), .. Fewer(tree), .. Shorter(tree), .. Plainer(tree)];

    /// <summary>Without one key or item, the outermost first.</summary>
    static IEnumerable<JsonObject> Without(JsonObject tree) => Paths(tree).OrderBy(p => p.Count).Select(path =>
    {
        var copy = (JsonObject)tree.DeepClone();
        var parent = At(copy, path.SkipLast(1));
        if (parent is JsonArray list)
            list.RemoveAt((int)path[^1]);
        else
            ((JsonObject)parent).Remove((string)path[^1]);
        return copy;
    });

    /// <summary>With fewer places; who is named by number is among them.</summary>
    static IEnumerable<JsonObject> Fewer(JsonObject tree)
    {
        foreach (var path in Paths(tree).Where(p => p[^1] is string key && Sizes.Contains(key)))
        {
            if (At(tree, path) is not JsonValue value || !value.TryGetValue<int>(out var count))
                continue;
            foreach (var fewer in new[] { 1, 2, count / 2, count - 1 }.Where(n => n >= 1 && n < count).Distinct())
            {
                var copy = With(tree, path, fewer);
                var named = Paths(copy).Where(p => p.Any(k => k is "place" or "places" or "senders")).ToList();
                foreach (var place in named)
                {
                    if (At(copy, place) is JsonValue v && v.TryGetValue<int>(out var number) && number >= fewer)
                        v.ReplaceWith(fewer - 1);
                }
                yield return copy;
            }
        }
    }

    static IEnumerable<JsonObject> Shorter(JsonObject tree)
    {
        if (tree["stop"]?["time"] is not JsonValue value || !value.TryGetValue<string>(out var text)
            || !Core.Numerics.VirtualTime.TryParse(text, out var time))
            yield break;
        foreach (var share in (double[])[0.25, 0.5, 0.8])
            yield return With(tree, ["stop", "time"], Drawn.OptionDrawer.Time(share * time.Seconds));
    }

    static IEnumerable<JsonObject> Plainer(JsonObject tree)
    {
        foreach (var path in Paths(tree))
        {
            if (At(tree, path) is not JsonValue value || !value.TryGetValue<double>(out var number))
                continue;
            foreach (var plain in new[] { 0, 1, Math.Round(number, 1) }.Where(p => p != number).Distinct())
                yield return With(tree, path, plain);
        }
    }

    /// <summary>Where all values are, but names: keys of mappings, numbers of items.</summary>
    static IEnumerable<List<object>> Paths(JsonNode node) => node switch
    {
        JsonObject o => o.Where(p => p.Key != "name").SelectMany(p => Below(p.Key, p.Value)),
        JsonArray list => list.Index().SelectMany(p => Below(p.Index, p.Item)),
        _ => [],
    };

    static IEnumerable<List<object>> Below(object key, JsonNode? value) =>
        value is null ? [[key]] : Paths(value).Select(p => (List<object>)[key, .. p]).Prepend([key]);

    static JsonObject With(JsonObject tree, IEnumerable<object> path, JsonNode value)
    {
        var copy = (JsonObject)tree.DeepClone();
        At(copy, path).ReplaceWith(value);
        return copy;
    }

    static JsonNode At(JsonNode node, IEnumerable<object> path) =>
        path.Aggregate(node, (at, key) => key is int i ? at[i]! : at[(string)key]!);
}
