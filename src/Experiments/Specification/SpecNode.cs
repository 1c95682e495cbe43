namespace AsyncOpt.Experiments.Specification;

/// <summary>A value in an experiment file, with where it was written. Immutable.</summary>
/// <param name="Place">Where it begins.</param>
/// <param name="Path">The keys that lead to it, joined by dots.</param>
public abstract record SpecNode(Place Place, string Path)
{
    /// <summary>What it is, for messages: the text of a scalar, else the kind of thing.</summary>
    public abstract string Text { get; }

    /// <summary>Whether it is a scalar that says 'no value'.</summary>
    public bool IsNull => this is SpecScalar { IsPlain: true, Value: "" or "~" or "null" or "Null" or "NULL" };
}

/// <summary>A single value: text, a number, a truth value.</summary>
/// <param name="Value">Its text.</param>
/// <param name="IsPlain">Whether it was written without quotes.</param>
/// <param name="Place">Where it begins.</param>
/// <param name="Path">The keys that lead to it.</param>
public sealed record SpecScalar(string Value, bool IsPlain, Place Place, string Path) : SpecNode(Place, Path)
{
    // A message shows so much of a value: a table given as an experiment file is one value as a whole.
    const int Shown = 60;

    /// <inheritdoc />
    public override string Text =>
        IsNull ? "nothing" : Value.Length > Shown ? $"'{Value[..Shown]}...'" : $"'{Value}'";
}

/// <summary>A list.</summary>
/// <param name="Items">Its items.</param>
/// <param name="Place">Where it begins.</param>
/// <param name="Path">The keys that lead to it.</param>
public sealed record SpecSequence(IReadOnlyList<SpecNode> Items, Place Place, string Path) : SpecNode(Place, Path)
{
    /// <inheritdoc />
    public override string Text => Items.Count == 0 ? "an empty list" : "a list";
}

/// <summary>Keys and their values, in the order in which they were written.</summary>
/// <param name="Entries">Key, where the key was written, and value. Keys are unique.</param>
/// <param name="Place">Where it begins.</param>
/// <param name="Path">The keys that lead to it.</param>
public sealed record SpecMapping(IReadOnlyList<SpecEntry> Entries, Place Place, string Path) : SpecNode(Place, Path)
{
    /// <inheritdoc />
    public override string Text => Entries.Count == 0 ? "an empty mapping" : "a mapping";

    /// <summary>The value of a key; null where the key is missing.</summary>
    public SpecNode? this[string key] => Find(key)?.Value;

    /// <summary>The entry of a key; null where the key is missing.</summary>
    public SpecEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);

    /// <summary>The same mapping with one value replaced or, at the end, added.</summary>
    public SpecMapping With(SpecEntry entry) => this with
    {
        Entries = Find(entry.Key) is null
            ? [.. Entries, entry]
            : [.. Entries.Select(e => e.Key == entry.Key ? entry : e)],
    };

    /// <summary>The same mapping without some keys.</summary>
    public SpecMapping Without(params IReadOnlyList<string> keys) =>
        this with { Entries = [.. Entries.Where(e => !keys.Contains(e.Key))] };
}

/// <summary>A key and its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="KeyPlace">Where the key was written.</param>
/// <param name="Value">The value.</param>
public sealed record SpecEntry(string Key, Place KeyPlace, SpecNode Value);
