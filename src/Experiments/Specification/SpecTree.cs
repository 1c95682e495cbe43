using System.Globalization;

namespace AsyncOpt.Experiments.Specification;

/// <summary>What arms and overrides do to a specification: pure functions from tree to tree.</summary>
public static class SpecTree
{
    // Words that say 'none' where a mapping could stand.
    static readonly string[] NoValue = ["default", "auto"];

    /// <summary>
    /// One value over another. Mappings merge key by key; any other value replaces. A mapping whose <c>name</c> differs
    /// from that of the one below replaces it whole, because another thing has other options.
    /// </summary>
    /// <param name="below">The value that is overridden.</param>
    /// <param name="above">The value that overrides.</param>
    public static SpecNode Merge(SpecNode below, SpecNode above)
    {
        if (above is not SpecMapping b)
            return above;
        var a = below as SpecMapping ?? (IsNumber(below) ? AsMapping(below, above) : null);
        return a is null || (NameOf(b) is { } name && name != NameOf(a)) ? above : Overlay(a, b);
    }

    /// <summary>One mapping over another, whatever their names.</summary>
    public static SpecMapping Overlay(SpecMapping below, SpecMapping above)
    {
        var merged = below;
        foreach (var entry in above.Entries)
        {
            var value = below[entry.Key] is { } old ? Merge(old, entry.Value) : entry.Value;
            merged = merged.With(entry with { Value = value });
        }
        return merged;
    }

    /// <summary>Puts a value at the end of a path of keys, making mappings on the way where there are none.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="keys">The keys; a number names the item of a list, counted from 0.</param>
    /// <param name="value">The value; a mapping is merged into the one that is there.</param>
    /// <param name="diagnostics">Receives what is wrong with the path.</param>
    public static SpecMapping Set(
        SpecMapping root, ReadOnlySpan<string> keys, SpecNode value, Diagnostics diagnostics) =>
        (SpecMapping)Put(root, keys, value, diagnostics);

    /// <summary>Applies <c>key.path=value</c>.</summary>
    /// <param name="root">The tree.</param>
    /// <param name="text">The override as it was given.</param>
    /// <param name="diagnostics">Receives what is wrong with it.</param>
    public static SpecMapping Set(SpecMapping root, string text, Diagnostics diagnostics)
    {
        var place = new Place($"--set {text}");
        var (path, value) = Split(text);
        if (value is null)
        {
            diagnostics.Add(place, "", "expected key.path=value, for instance method.step=0.1");
            return root;
        }
        var node = SpecReader.ReadValue(value, place, path, diagnostics);
        return node is null ? root : Set(root, path.Split('.'), node, diagnostics);
    }

    /// <summary>The path and the value of <c>key.path=value</c>; no value where there is no '=' or no key.</summary>
    public static (string Path, string? Value) Split(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? text : text[..equals].Trim();
        return (path, equals < 0 || path.Split('.').Any(key => key.Length == 0) ? null : text[(equals + 1)..]);
    }

    static SpecNode Put(SpecNode? node, ReadOnlySpan<string> keys, SpecNode value, Diagnostics diagnostics)
    {
        if (keys.Length == 0)
            return node is null ? value : Merge(node, value);
        if (node is SpecSequence list)
            return PutItem(list, keys, value, diagnostics);
        var mapping = node as SpecMapping ?? AsMapping(node, value);
        var child = Put(mapping[keys[0]], keys[1..], value, diagnostics);
        return mapping.With(new SpecEntry(keys[0], value.Place, child));
    }

    static SpecSequence PutItem(SpecSequence list, ReadOnlySpan<string> keys, SpecNode value, Diagnostics diagnostics)
    {
        if (!int.TryParse(keys[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || index >= list.Items.Count)
        {
            diagnostics.Add(value, list.Items.Count == 0
                ? $"'{keys[0]}' would be an item of an empty list; give the whole list"
                : $"expected the number of an item of a list, from 0 to {list.Items.Count - 1}, got '{keys[0]}'");
            return list;
        }
        var items = list.Items.ToArray();
        items[index] = Put(items[index], keys[1..], value, diagnostics);
        return list with { Items = items };
    }

    // A bare name is a thing without options: an option makes it a mapping with that name. A bare number is a seed:
    // one of its own makes it the base of the others.
    static SpecMapping AsMapping(SpecNode? node, SpecNode value) =>
        node is SpecScalar { IsNull: false } scalar && !NoValue.Contains(scalar.Value)
            ? new SpecMapping(
                [new SpecEntry(IsNumber(node) ? "base" : "name", node.Place, node)], node.Place, node.Path)
            : new SpecMapping([], value.Place, node?.Path ?? "");

    static bool IsNumber(SpecNode node) => node is SpecScalar scalar && Scalars.LooksLikeNumber(scalar.Value);

    static string? NameOf(SpecMapping mapping) => (mapping["name"] as SpecScalar)?.Value;
}
