using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Catalog;

/// <summary>One option: a property of an options record.</summary>
public sealed class Option
{
    static readonly ConcurrentDictionary<Type, IReadOnlyList<Option>> Known = new();

    readonly XmlDocs? _docs;

    Option(PropertyInfo property, object? defaults, XmlDocs? docs)
    {
        Property = property;
        Name = KebabCase.Of(property.Name);
        Type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Marks = [.. property.GetCustomAttributes()];
        IsRequired = Marks.OfType<RequiredMemberAttribute>().Any();
        Default = IsRequired || defaults is null ? null : property.GetValue(defaults);
        Range = Marks.OfType<RangeAttribute>().FirstOrDefault();
        IsTime = Type == typeof(VirtualTime) || Marks.OfType<TimeAttribute>().Any();
        Word = Marks.OfType<WordAttribute>().FirstOrDefault()?.Word;
        _docs = docs;
    }

    /// <summary>The property.</summary>
    public PropertyInfo Property { get; }

    /// <summary>The attributes of the property.</summary>
    public IReadOnlyList<Attribute> Marks { get; }

    /// <summary>The name in experiment files.</summary>
    public string Name { get; }

    /// <summary>The type of its value; of a nullable value, the type within.</summary>
    public Type Type { get; }

    /// <summary>Whether it must be given.</summary>
    public bool IsRequired { get; }

    /// <summary>The value it has where it is not given; null where it must be given, or has none.</summary>
    public object? Default { get; }

    /// <summary>The range of its value, or of the elements of its value; null where none is declared.</summary>
    public RangeAttribute? Range { get; }

    /// <summary>Whether a unit of time may be written.</summary>
    public bool IsTime { get; }

    /// <summary>The word that stands for no value, such as <c>auto</c>; null for none.</summary>
    public string? Word { get; }

    /// <summary>What it is, as its documentation says; may be empty.</summary>
    public string Summary => _docs?.Of(Property) ?? "";

    /// <summary>The type of the elements where the value is a list; null where it is not.</summary>
    public Type? ElementType => ElementOf(Type);

    /// <summary>What its value looks like, for instance <c>a number from 0 to 1</c>.</summary>
    public string Expected => OptionText.Expected(this);

    /// <summary>The default as it would be written; empty where there is none.</summary>
    public string DefaultText =>
        IsRequired ? "" : Default is null && Word is not null ? Word : OptionText.Value(Default);

    /// <summary>The options of a record, in the order of their declaration.</summary>
    /// <param name="record">A type with settable properties.</param>
    public static IReadOnlyList<Option> AllOf(Type record) => Known.GetOrAdd(record, type => AllOf(type, null));

    internal static IReadOnlyList<Option> AllOf(Type record, XmlDocs? docs)
    {
        // Reflection ignores 'required', so that the defaults of the other properties can be read.
        var defaults = record.GetConstructor(Type.EmptyTypes) is null ? null : Activator.CreateInstance(record);
        return [.. record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite && p.GetIndexParameters().Length == 0)
            .OrderBy(p => Depth(p.DeclaringType!)).ThenBy(p => p.MetadataToken)
            .Select(p => new Option(p, defaults, docs))];
    }

    /// <summary>The type of the elements of a list or array; null for any other type, text included.</summary>
    public static Type? ElementOf(Type type)
    {
        if (type.IsArray)
            return type.GetElementType();
        return type.IsGenericType && type.GetGenericArguments().Length == 1 && type.IsAssignableTo(typeof(IEnumerable))
            ? type.GetGenericArguments()[0]
            : null;
    }

    static int Depth(Type type) => type.BaseType is { } parent ? 1 + Depth(parent) : 0;
}
