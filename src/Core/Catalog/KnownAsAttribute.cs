namespace AsyncOpt.Core.Catalog;

/// <summary>
/// A name that the field has for an entry with some of its options, which experiment files may use; or for something
/// that is not here, but near to the entry, which <c>describe</c> and messages then point to.
/// </summary>
/// <param name="name">The name, written as those of entries.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class KnownAsAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// The options that make it, as an experiment file has them: <c>server: buffer, staleness: polynomial</c>; null
    /// where the entry is only near to it, and the name cannot be used.
    /// </summary>
    public string? With { get; init; }

    /// <summary>Where the name comes from.</summary>
    public string Source { get; init; } = "";

    /// <summary>What differs, or what is to be set beside; a clause.</summary>
    public string Note { get; init; } = "";
}

/// <summary>A name of the field and the entry that it leads to.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Known">The name, and how it is had.</param>
public sealed record KnownName(Entry Entry, KnownAsAttribute Known)
{
    /// <summary>One line: what it is, or why it is none.</summary>
    public override string ToString()
    {
        var what = Known.With is { } options ? $"{Entry.Name} with {options}" : Entry.Name;
        return Known.Note.Length == 0 ? what : $"{what}: {Known.Note}";
    }
}
