using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Experiments.Specification;

/// <summary>
/// An entry of the catalogue with its options, of which instances are made when they are needed: some are built for one
/// seed and hold what was drawn. Immutable.
/// </summary>
public abstract class Choice
{
    readonly Func<object?> _make;

    private protected Choice(Entry entry, SpecNode node, JsonNode json, Func<object?> make) =>
        (Entry, Node, Json, Types, _make) = (entry, node, json, [entry.Type], make);

    /// <summary>The entry.</summary>
    public Entry Entry { get; }

    /// <summary>Where it was written.</summary>
    public SpecNode Node { get; }

    /// <summary>Name and options, every default filled in.</summary>
    public JsonNode Json { get; }

    /// <summary>The class of the entry, and, where it was made in code, those in its options.</summary>
    public IReadOnlyList<Type> Types { get; private protected init; }

    private protected object MakeObject() => _make()!;
}

/// <summary>An entry of one kind with its options.</summary>
/// <typeparam name="T">The abstract class of the kind.</typeparam>
public sealed class Choice<T> : Choice
    where T : class
{
    internal Choice(Entry entry, SpecNode node, JsonNode json, Func<object?> make) : base(entry, node, json, make)
    {
    }

    /// <summary>An entry that was made in code: its options are read from it.</summary>
    /// <param name="made">The entry; null for no choice.</param>
    /// <exception cref="InputException">Its class is no entry, or does not keep its options.</exception>
    [return: NotNullIfNotNull(nameof(made))]
    public static implicit operator Choice<T>?(T? made)
    {
        if (made is null)
            return null;
        var entry = Catalogue.EntryOf(made.GetType());
        var options = Canonical.OptionsOf(made);
        var place = new Place(made.GetType().Name);
        return new Choice<T>(
            entry, new SpecScalar(entry.Name, true, place, ""), Canonical.Of(made)!, () => entry.Create(options))
        {
            Types = [.. Canonical.EntryTypesOf(made)],
        };
    }

    /// <summary>A new instance, sharing nothing with others.</summary>
    public T Create() => (T)MakeObject();
}
