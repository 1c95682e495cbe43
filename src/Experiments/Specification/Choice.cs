using System.Text.Json.Nodes;
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
        (Entry, Node, Json, _make) = (entry, node, json, make);

    /// <summary>The entry.</summary>
    public Entry Entry { get; }

    /// <summary>Where it was written.</summary>
    public SpecNode Node { get; }

    /// <summary>Name and options, every default filled in.</summary>
    public JsonNode Json { get; }

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

    /// <summary>A new instance, sharing nothing with others.</summary>
    public T Create() => (T)MakeObject();
}
