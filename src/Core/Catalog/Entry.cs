using System.Reflection;

namespace AsyncOpt.Core.Catalog;

/// <summary>A kind of catalogue entry, such as methods or topologies.</summary>
public sealed class Kind
{
    readonly XmlDocs _docs;

    internal Kind(string plural, Type type, XmlDocs docs) => (Plural, Type, _docs) = (plural, type, docs);

    /// <summary>Its name in <c>asyncopt list</c>.</summary>
    public string Plural { get; }

    /// <summary>The abstract class that its entries derive from.</summary>
    public Type Type { get; }

    /// <summary>What the class's documentation says; may be empty.</summary>
    public string Summary => _docs.Of(Type, "summary");
}

/// <summary>Something that an experiment file can name, and all there is to say about it.</summary>
public sealed class Entry
{
    readonly ConstructorInfo _constructor;
    readonly XmlDocs _docs;
    readonly Lazy<IReadOnlyList<Option>> _options;

    internal Entry(Kind kind, Type type, EntryAttribute attribute, XmlDocs docs)
    {
        (Kind, Type, Attribute, _docs) = (kind, type, attribute, docs);
        var constructors = type.GetConstructors();
        if (type.IsAbstract || type.IsGenericTypeDefinition || constructors.Length != 1)
            throw new InputException($"{Place}: expected a class with one public constructor");
        _constructor = constructors[0];
        var parameters = _constructor.GetParameters();
        if (parameters.Length > 1)
            throw new InputException($"{Place}: expected a constructor that takes its Options, or nothing");
        OptionsType = parameters.FirstOrDefault()?.ParameterType;
        KnownAs = [.. type.GetCustomAttributes<KnownAsAttribute>(inherit: false).Select(k => new KnownName(this, k))];
        // A command looks at the options of the few entries it uses.
        _options = new(() => OptionsType is null ? [] : Option.AllOf(OptionsType, docs));
    }

    /// <summary>The name in experiment files, unique within the kind.</summary>
    public string Name => Attribute.Name;

    /// <summary>What kind of thing it is.</summary>
    public Kind Kind { get; }

    /// <summary>Its class.</summary>
    public Type Type { get; }

    /// <summary>The attribute that names it, with what the kind adds, for instance what a method needs.</summary>
    public EntryAttribute Attribute { get; }

    /// <summary>What the field calls it with some of its options, and what is near to it.</summary>
    public IReadOnlyList<KnownName> KnownAs { get; }

    /// <summary>Where the formula comes from.</summary>
    public string Source => Attribute.Source;

    /// <summary>The record that the constructor takes; null where it takes nothing.</summary>
    public Type? OptionsType { get; }

    /// <summary>The options, in the order of their declaration.</summary>
    public IReadOnlyList<Option> Options => _options.Value;

    /// <summary>What it is, as its documentation says; may be empty.</summary>
    public string Summary => _docs.Of(Type, "summary");

    /// <summary>The formula, as its documentation says; may be empty.</summary>
    public string Remarks => _docs.Of(Type, "remarks");

    internal string Place => $"{Kind.Plural} entry '{Name}' ({Type.FullName} in {Type.Assembly.GetName().Name})";

    /// <summary>A new instance.</summary>
    /// <param name="options">An instance of <see cref="OptionsType"/>; null where there is none.</param>
    /// <exception cref="TargetInvocationException">
    /// The constructor refuses the options; its own exception is within.
    /// </exception>
    public object Create(object? options) => _constructor.Invoke(OptionsType is null ? [] : [options]);

    /// <inheritdoc />
    public override string ToString() => $"{Kind.Plural}: {Name}";
}
